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
