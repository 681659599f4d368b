import type { Clock } from '../../src/ports/clock.ts';

export interface FakeClock extends Clock {
  advance(ms: number): void;
}

/** Time that stands still until it is told to go on. */
export function createFakeClock(start = new Date('2026-03-01T09:00:00Z')): FakeClock {
  let now = start.getTime();
  return {
    now: () => new Date(now),
    advance(ms) {
      now += ms;
    },
  };
}
