import { expect, it } from 'vitest';
import { metricSums } from '../../src/adapters/metric-sums.ts';
import { recorded } from '../recordings/recordings.ts';

const total = 'apiserver_request_total';
const inFlight = 'apiserver_current_inflight_requests';

/** In pieces of so many bytes. */
async function* pieces(text: string, size: number) {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const sums = async (text: string, size = 1000, names = [total, inFlight]) =>
  Object.fromEntries(await metricSums(pieces(text, size), names));

it.each([1, 7, 1_000_000])('add up what real API servers tell, in pieces of %d bytes', async (size) => {
  const [cp2, cp1] = recorded('metrics').map(({ response }) => String(response.body));
  expect(await sums(cp2 ?? '', size)).toEqual({ [total]: 3, [inFlight]: 0 });
  expect(await sums(cp1 ?? '', size)).toEqual({ [total]: 1825, [inFlight]: 2 });
  expect(await sums(cp1 ?? '', size, ['apiserver_storage_size_bytes'])).toEqual({
    apiserver_storage_size_bytes: 2_072_576,
  });
});

it.each([
  ['no other metric that begins so', 'a_total 1\na_total_created 5\na_tot 7', 1],
  ['labels that hold anything', 'a_total{x="1} 2 \\" é"} 3\na_total{y="a b"} 4', 7],
  ['times after the value', 'a_total{x="1"} 3 1730000000000\na_total 4 1730000000000\n', 7],
  ['spaces and tabs', 'a_total{x="1"}\t  3  \n', 3],
  [
    'no help, and nothing that is no number',
    '# HELP a_total 9\na_total NaN\na_total +Inf\na_total 1e3\r\na_total',
    1000,
  ],
])('know %s', async (_, text, sum) => {
  expect(await sums(text, 3, ['a_total'])).toEqual({ a_total: sum });
});

it('know nothing of what is not there', async () => {
  expect(await sums('<html>a_total 1</html>', 10, ['a_total'])).toEqual({});
});

it('are given up for what is too large, before it is kept', async () => {
  let given = 0;
  async function* endless(line: string) {
    for (;;) {
      given += line.length;
      yield new TextEncoder().encode(line);
    }
  }
  await expect(metricSums(endless('a'.repeat(1000)), ['a'])).rejects.toThrow(RangeError);
  expect(given).toBeLessThan(100_000);
  await expect(metricSums(endless(`${'b'.repeat(1000)}\n`.repeat(1000)), ['a'])).rejects.toThrow(RangeError);
  expect(given).toBeLessThan(70_000_000);
});
