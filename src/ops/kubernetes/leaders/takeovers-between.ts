import type { Lock } from './lock.ts';

const hourMs = 3_600_000;

/**
 * How often a component changed hands between two looks at its Lease. Its own count tells also of what happened while nobody looked; a Lease that
 * was made anew counts from 0, so somebody else in it is one. Of the first look: whether it was taken over within the hour before.
 */
export function takeoversBetween(before: Lock | undefined, now: Lock, at: Date): number {
  const { holder, acquiredAt, transitions } = now;
  // Who let go has not been followed yet.
  if (holder === undefined) return 0;
  if (!before) return transitions > 0 && acquiredAt && at.getTime() - acquiredAt.getTime() < hourMs ? 1 : 0;
  const counted = transitions - before.transitions;
  if (counted > 0) return counted;
  return before.holder !== undefined && before.holder !== holder ? 1 : 0;
}
