import { setTimeout as delay } from 'node:timers/promises';

export interface Outage {
  /** From the last answer of the whole cluster to its first one afterwards. */
  readonly downtimeSeconds: number;
  /** When the whole cluster answered again, by performance.now(). */
  readonly healthyAt: number;
}

const askEveryMs = 50;

/** Asks every member for its health until the whole cluster was away and is back: the same eyes for every way. */
export function watchOutage(endpoints: readonly string[]): { readonly over: Promise<Outage>; stop(): void } {
  const stopped = new AbortController();
  const watch = async (): Promise<Outage> => {
    let answeredAt = performance.now();
    let wasAway = false;
    for (;;) {
      stopped.signal.throwIfAborted();
      const isHealthy = await allHealthy(endpoints, stopped.signal);
      const now = performance.now();
      if (isHealthy && wasAway) return { downtimeSeconds: (now - answeredAt) / 1000, healthyAt: now };
      if (isHealthy) answeredAt = now;
      else wasAway = true;
      await delay(askEveryMs);
    }
  };
  const over = watch();
  over.catch(() => {});
  return { over, stop: () => stopped.abort(new Error('nobody waits for the outage any more')) };
}

/** etcd answers true there only with a leader, and a proposal that went through. */
async function allHealthy(endpoints: readonly string[], signal: AbortSignal): Promise<boolean> {
  const answers = endpoints.map(async (endpoint) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(2000)]);
    const answer = await fetch(`${endpoint}/health`, { signal: limit });
    return (await answer.text()).includes('"true"');
  });
  const healthy = await Promise.all(answers.map((each) => each.catch(() => false)));
  return healthy.every(Boolean);
}
