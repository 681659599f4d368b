import { setTimeout as delay } from 'node:timers/promises';

export interface Outage {
  /** From the last answer of the whole cluster to its first one afterwards, all such times together. */
  readonly downtimeSeconds: number;
  /** When the whole cluster answered again for good, by performance.now(). */
  readonly healthyAt: number;
}

const askEveryMs = 50;

/**
 * Asks every member for its health, the same eyes for every way. `over` is told that the work has ended, and answers once the whole cluster was
 * away and is back: a member that stutters on a busy disk before its turn comes is not the end of it.
 */
export function watchOutage(endpoints: readonly string[]): { over(): Promise<Outage>; stop(): void } {
  const stopped = new AbortController();
  let isWorkOver = false;
  const watch = async (): Promise<Outage> => {
    let answeredAt = performance.now();
    let healthyAt: number | undefined;
    let downMs = 0;
    let isAway = false;
    for (;;) {
      stopped.signal.throwIfAborted();
      const isHealthy = await allHealthy(endpoints, stopped.signal);
      const now = performance.now();
      if (isHealthy && isAway) {
        downMs += now - answeredAt;
        healthyAt = now;
      }
      if (isHealthy) answeredAt = now;
      isAway = !isHealthy;
      if (isWorkOver && isHealthy && healthyAt !== undefined) return { downtimeSeconds: downMs / 1000, healthyAt };
      await delay(askEveryMs);
    }
  };
  const watched = watch();
  watched.catch(() => {});
  return {
    over() {
      isWorkOver = true;
      return watched;
    },
    stop: () => stopped.abort(new Error('nobody waits for the outage any more')),
  };
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
