/**
 * Does `work` on every item, at most `width` at once; answers in the items' order. The first failure is what is thrown, and nothing
 * further is begun after it.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const answers = new Map<number, R>();
  const queue = numbered(items);
  const worker = async () => {
    for (const [index, item] of queue) answers.set(index, await work(item));
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return [...answers].toSorted(([a], [b]) => a - b).map(([, answer]) => answer);
}

/** A generator, shared: a worker that fails closes it for all. */
function* numbered<T>(items: readonly T[]): Generator<[number, T]> {
  yield* items.entries();
}
