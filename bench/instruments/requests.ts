import { subscribe } from 'node:diagnostics_channel';

let count = 0;
// Node's own client, and undici, by which the client of Kubernetes asks.
for (const channel of ['http.client.request.start', 'undici:request:create']) {
  subscribe(channel, () => {
    count += 1;
  });
}

/** What `work` took, and how many HTTP requests this process sent meanwhile. */
export async function withRequests<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly seconds: number; readonly requests: number }> {
  const before = count;
  const begun = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - begun) / 1000, requests: count - before };
}

/** The most this process ever held, its start included: getrusage, in KiB. */
export const peakRssMb = (): number => Math.round((process.resourceUsage().maxRSS * 1024) / 1e6);
