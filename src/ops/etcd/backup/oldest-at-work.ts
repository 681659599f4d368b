import type { BackupTarget } from '../../../ports/catalogue.ts';
import type { AskOptions, Objects } from '../../../ports/objects.ts';

/** For what lies between the store's clock and that of whoever wrote a time into a key. */
const graceMs = 60 * 60_000;

/**
 * When the oldest attempt may have begun that is still at work on a backup in this bucket, in milliseconds since 1970: beyond a snapshot's own
 * time limit none can commit any more. What was stored before and belongs to no backup was left by the dead. By the clock of the store, which
 * says when that was: to a worker whose own clock is ahead, what another one is storing at this moment would look old. Never later than by `now`.
 * Throws Fault.
 */
export async function oldestAtWork(
  objects: Objects,
  { bucket, timeLimitSeconds }: Pick<BackupTarget, 'bucket' | 'timeLimitSeconds'>,
  now: Date,
  ask: AskOptions,
): Promise<number> {
  const there = (await objects.clockOf(bucket, ask)) ?? now;
  return Math.min(now.getTime(), there.getTime()) - timeLimitSeconds * 1000 - graceMs;
}
