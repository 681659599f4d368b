import { type Copied, type CopyPlace, copyAudit, nothingCopied } from '../chatops/audit-copies.ts';
import { Refusal } from '../chatops/errors.ts';
import type { AuditCopySettings } from '../config/schema.ts';
import type { Objects } from '../ports/objects.ts';
import type { Foundation } from './foundation.ts';
import { repeatedly } from './repeatedly.ts';

/** An entry is copied at the latest so long after it was written. */
const usualMs = 30_000;
/** A store that hangs keeps no bot from starting. */
const mostAtStartMs = 5_000;

export interface CopyingParts extends Pick<Foundation, 'clock' | 'logger'> {
  readonly audit: Foundation['keepers']['audit'];
  readonly metrics: Pick<Foundation['metrics'], 'auditCopied'>;
  readonly objects: Pick<Objects, 'hasObjectLock' | 'firstVersions' | 'get' | 'put'>;
}

/**
 * Copies the audit where salvor.yaml says so. Every bot does. Throws Refusal where the bucket has no Object Lock and must have it; a store that
 * cannot be asked right now keeps no bot from starting.
 */
export async function copyAuditAlways(
  settings: AuditCopySettings,
  { audit, objects, clock, logger, metrics }: CopyingParts,
  everyMs: number = usualMs,
): Promise<{ close(): Promise<void> }> {
  const { bucket } = settings;
  const stop = new AbortController();
  const { signal } = stop;
  let known: Copied = nothingCopied;
  // Nothing is copied yet, but where nothing ever is the lag must grow from now on.
  metrics.auditCopied({ bucket, at: clock.now(), agrees: true });

  let place = await placeOf(settings, AbortSignal.timeout(mostAtStartMs)).catch((error: unknown) => {
    if (error instanceof Refusal) throw error;
    logger.warn({ err: error, bucket }, 'nobody knows yet whether copies of the audit can be locked');
    return undefined;
  });

  /** Throws Refusal where copies must be locked and cannot be. */
  async function placeOf({ prefix, retainDays, lock }: AuditCopySettings, signal: AbortSignal): Promise<CopyPlace> {
    if (await objects.hasObjectLock(bucket, { signal })) return { bucket, prefix, retainDays };
    if (lock === 'required') throw unlockable(bucket);
    logger.warn({ bucket }, 'copies of the audit are not locked: the bucket was made without Object Lock');
    return { bucket, prefix };
  }

  async function round(): Promise<void> {
    place ??= await placeOf(settings, signal);
    const { copied, stored, broken } = await copyAudit({ audit, objects, clock, place, signal }, known);
    known = copied;
    metrics.auditCopied({ bucket, agrees: broken === undefined, ...(broken === undefined ? { at: clock.now() } : {}) });
    if (stored.length > 0) logger.info({ bucket, keys: stored, upTo: known.seq }, 'the audit is copied');
    if (broken !== undefined) logger.error({ bucket, upTo: known.seq }, `the audit is copied no further: ${broken}`);
  }

  async function attempt(): Promise<void> {
    try {
      await round();
    } catch (error) {
      if (signal.aborted) return;
      logger.warn({ err: error, bucket, upTo: known.seq }, 'the audit could not be copied; it is tried again');
    }
  }

  const failed = 'the audit could not be copied';
  const copying = repeatedly(attempt, { everyMs, atOnce: true, failed, logger });
  return {
    async close() {
      stop.abort(new Error('the bot stops'));
      await copying.close();
    },
  };
}

const unlockable = (bucket: string): Refusal =>
  new Refusal(
    `The audit is to be copied to bucket ${bucket}, which was made without Object Lock: who may write there could change a copy.`,
    'Name one that was made with Object Lock under audit.copy in salvor.yaml, or say lock: optional there.',
  );
