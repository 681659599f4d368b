/**
 * Does `work` on every item, at most `width` at once; answers in the items' order. Nothing further is begun after a failure, and the first
 * one is thrown once nothing is under way any more: whoever cleans up then does so in peace.
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
  const workers = Array.from({ length: Math.min(width, items.length) }, worker);
  try {
    await Promise.all(workers);
  } finally {
    await Promise.allSettled(workers);
  }
  return [...answers].toSorted(([a], [b]) => a - b).map(([, answer]) => answer);
}

/** A generator, shared: a worker that fails closes it for all. */
function* numbered<T>(items: readonly T[]): Generator<[number, T]> {
  yield* items.entries();
}
