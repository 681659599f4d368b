import type { Clock } from './clock.ts';

/** Calls in a sliding window. Tiers are per method and a minute. Source: docs.slack.dev/apis/web-api/rate-limits. */
export type Tier = 1 | 2 | 3 | 4 | 'posting' | 'special';

interface Allowance {
  readonly calls: number;
  readonly windowMs: number;
}

const allowances: Readonly<Record<Tier, Allowance>> = {
  1: { calls: 1, windowMs: 60_000 },
  2: { calls: 20, windowMs: 60_000 },
  3: { calls: 50, windowMs: 60_000 },
  4: { calls: 100, windowMs: 60_000 },
  // One a second and channel on average; Slack lets short bursts through, here four.
  posting: { calls: 4, windowMs: 4000 },
  special: { calls: 300, windowMs: 60_000 },
};

export interface Limits {
  switch(on: boolean): void;
  /** Counts a call; the seconds to wait when it is one too many. `bucket` is the method, or method and channel. */
  take(bucket: string, tier: Tier): number | undefined;
}

export function createLimits(clock: Clock, isOnAtFirst: boolean): Limits {
  const taken = new Map<string, readonly number[]>();
  let isOn = isOnAtFirst;
  return {
    switch(on) {
      isOn = on;
      taken.clear();
    },
    take(bucket, tier) {
      if (!isOn) return undefined;
      const { calls, windowMs } = allowances[tier];
      const nowMs = clock.now().getTime();
      const recent = (taken.get(bucket) ?? []).filter((atMs) => atMs > nowMs - windowMs);
      const oldest = recent[0];
      if (oldest !== undefined && recent.length >= calls) {
        taken.set(bucket, recent);
        return Math.max(1, Math.ceil((oldest + windowMs - nowMs) / 1000));
      }
      taken.set(bucket, [...recent, nowMs]);
      return undefined;
    },
  };
}
