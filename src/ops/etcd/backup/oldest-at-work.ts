import type { BackupTarget } from '../../../ports/catalogue.ts';

/** For clocks that differ. */
const graceMs = 60 * 60_000;

/**
 * When the oldest attempt may have begun that is still at work on a backup, in milliseconds since 1970: beyond a snapshot's own time limit none
 * can commit any more. What is older and belongs to no backup was left by the dead.
 */
export const oldestAtWork = ({ timeLimitSeconds }: BackupTarget, now: Date): number =>
  now.getTime() - timeLimitSeconds * 1000 - graceMs;
