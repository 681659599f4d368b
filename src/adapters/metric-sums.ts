/** No real line is nearly as long, nor a scrape as large: 1.5 to 2.2 MB. */
const longestLine = 64 * 1024;
const mostBytes = 64 * 1024 ** 2;

/**
 * What the metrics of these names add up to over all their labels; without those that are not there. Reads a scrape in the Prometheus text format
 * line by line and keeps nothing of it. Throws RangeError for what is no scrape by its size.
 */
export async function metricSums(
  chunks: AsyncIterable<Uint8Array>,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const sums = new Map<string, number>();
  const decoder = new TextDecoder();
  let rest = '';
  let bytes = 0;
  const take = (line: string) => {
    const name = names.find((one) => line.startsWith(one) && /[{ \t]/.test(line.charAt(one.length)));
    const value = name === undefined ? undefined : valueIn(line);
    if (name !== undefined && value !== undefined) sums.set(name, (sums.get(name) ?? 0) + value);
  };
  for await (const chunk of chunks) {
    bytes += chunk.length;
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine || bytes > mostBytes) throw new RangeError('too much for a scrape');
    lines.forEach(take);
  }
  take(rest);
  return sums;
}

/** 'name{label="a } b"} 2.07e+06', with a time after it or not: label values may hold anything, so what counts comes after the last brace. */
function valueIn(line: string): number | undefined {
  const [value = ''] = line
    .slice(Math.max(line.lastIndexOf('}') + 1, line.search(/[ \t]|$/)))
    .trim()
    .split(/[ \t]+/);
  const number = Number(value);
  return value === '' || !Number.isFinite(number) ? undefined : number;
}
