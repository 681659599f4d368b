/**
 * How long this thread was busy without a pause while `work` went on, in ms of its own processor time: what other processes take
 * of the processor does not count.
 */
export async function longestBusyMs(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = process.threadCpuUsage();
  const beat = setInterval(() => {
    const { user, system } = process.threadCpuUsage(last);
    longest = Math.max(longest, user + system);
    last = process.threadCpuUsage();
  }, 5);
  await work().finally(() => clearInterval(beat));
  return longest / 1_000;
}

/**
 * The same of work that can be done again: the first time that is less than `enoughMs`, or the least of three. Garbage that others left and code that is compiled
 * may fall into one of them.
 */
export async function leastBusyMs(enoughMs: number, work: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let nth = 0; nth < 3 && least >= enoughMs; nth += 1) least = Math.min(least, await longestBusyMs(work));
  return least;
}
