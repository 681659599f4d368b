import { Fault } from '../../../chatops/errors.ts';
import type { BackupTarget } from '../../../ports/catalogue.ts';
import type { Objects, Removal } from '../../../ports/objects.ts';
import { type Abandonment, abortAbandonedUploads } from './abandoned-uploads.ts';
import { removeOrphanedData } from './orphaned-data.ts';

export interface ClearAwayHooks {
  readonly signal: AbortSignal;
  /** Told what was cleared away and what could not be, a line each. */
  log(line: string): void;
}

const timeLimitMs = 10_000;

/**
 * Clears away what dead workers left in a cluster's bucket: uploads that nobody ends, data that no manifest names. Never stands in the way of a
 * backup: a bucket that does not let itself be listed, or answers slowly, still takes one. Throws the signal's reason when aborted.
 */
export async function clearAway(
  objects: Objects,
  target: BackupTarget,
  abandonment: Abandonment,
  { signal, log }: ClearAwayHooks,
): Promise<void> {
  const limit = { signal: AbortSignal.any([signal, AbortSignal.timeout(timeLimitMs)]) };
  try {
    const uploads = await abortAbandonedUploads(objects, target, abandonment, limit);
    for (const key of uploads) log(`ended an upload that was left half done: ${key}`);
    for (const removal of await removeOrphanedData(objects, target, abandonment.now, limit)) log(inWords(removal));
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Fault) && !limit.signal.aborted) throw error;
    log(`what dead workers left could not be cleared away: ${error instanceof Error ? error.message : 'no answer'}`);
  }
}

function inWords(removal: Removal): string {
  const what = `data without a manifest: ${removal.key}`;
  return removal.state === 'removed' ? `removed ${what}` : `could not remove ${what}: ${removal.why}`;
}
