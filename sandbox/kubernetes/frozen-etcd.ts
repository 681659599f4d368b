import { setTimeout as pause } from 'node:timers/promises';

/** The etcd behind an API server, as far as it can fail: frozen, it answers nothing and keeps everything. */
export interface FrozenEtcd {
  freeze(): void;
  thaw(): void;
  readonly isFrozen: boolean;
  /** Checks that fail now; /readyz notices at once, /livez after some time. */
  failing(): readonly string[];
  /** Whether etcd answered within that time. */
  answersWithin(ms: number, signal: AbortSignal): Promise<boolean>;
}

/** As recorded: with etcd frozen for 0.3 s /livez was ok, at 12 s it was not. */
const noticedAfterMs = 10_000;

export function createFrozenEtcd(now: () => number): FrozenEtcd {
  let since: number | undefined;
  let thawed = Promise.withResolvers<void>();
  return {
    freeze() {
      since ??= now();
    },
    thaw() {
      since = undefined;
      thawed.resolve();
      thawed = Promise.withResolvers();
    },
    get isFrozen() {
      return since !== undefined;
    },
    failing() {
      if (since === undefined) return [];
      return now() - since > noticedAfterMs ? ['etcd', 'etcd-readiness'] : ['etcd-readiness'];
    },
    async answersWithin(ms, signal) {
      if (since === undefined) return true;
      const over = new AbortController();
      const late = pause(ms, false, { signal: AbortSignal.any([over.signal, signal]), ref: false }).catch(() => false);
      const answered = await Promise.race([thawed.promise.then(() => true), late]);
      over.abort();
      return answered;
    },
  };
}
