import type { Clock } from '../ports/clock.ts';

/** The machine's own time. */
export const clock: Clock = { now: () => new Date() };
