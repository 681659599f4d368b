import { Fault } from '../../../chatops/errors.ts';
import type { ObjectAt, ObjectLock, Objects } from '../../../ports/objects.ts';
import { type BackupManifest, manifestBytes, parseManifest } from './manifest.ts';
import { readText } from './read-whole.ts';

/** What the commit of a run came to: our own manifest stands, or the one a former attempt of the same run had written. */
export interface Committed {
  readonly manifest: BackupManifest;
  readonly isOurs: boolean;
}

export interface CommitOptions {
  readonly signal: AbortSignal;
  /** Locks the manifest. */
  readonly lock?: ObjectLock | undefined;
}

const askAgainMs = 15_000;
const written = { contentType: 'application/json' } as const;

/**
 * Writes the manifest, the commit point of a backup. Every attempt of a run writes to the same key, and only where nothing stands: a worker
 * that was frozen, or killed before it could say so, makes one backup with its successor and not two. Where the store does not honour
 * If-None-Match the later one wins, which is one backup too.
 * Throws what the store threw when the manifest is not there; Fault S3_COMMIT_UNKNOWN, `changed` on it, when nobody can say.
 */
export async function commitBackup(
  objects: Objects,
  at: ObjectAt,
  manifest: BackupManifest,
  { signal, lock }: CommitOptions,
): Promise<Committed> {
  const how = { ...written, ...(lock ? { lock } : {}) };
  try {
    const isFirst = await objects.put(at, manifestBytes(manifest), { ...how, ifAbsent: true, signal });
    if (isFirst) return { manifest, isOurs: true };
  } catch (error) {
    const found = await lookFor(objects, at, error);
    if (!found) throw error;
    return { manifest: found, isOurs: found.stored.key === manifest.stored.key };
  }
  const found = await standingAt(objects, at);
  // A retry inside the client may have met its own first try.
  if (found) return { manifest: found, isOurs: found.stored.key === manifest.stored.key };
  await objects.put(at, manifestBytes(manifest), how);
  return { manifest, isOurs: true };
}

/** The manifest at a key whose data is there, or undefined: then nothing keeps another one from taking its place. */
export async function standingAt(
  objects: Objects,
  at: ObjectAt,
  signal?: AbortSignal,
): Promise<BackupManifest | undefined> {
  const found = await committedAt(objects, at, signal);
  const ask = signal ? { signal } : {};
  return found && (await objects.head({ bucket: at.bucket, key: found.stored.key }, ask)) ? found : undefined;
}

/** The manifest at a key, or undefined where there is none that can be read. */
export async function committedAt(
  objects: Objects,
  at: ObjectAt,
  signal?: AbortSignal,
): Promise<BackupManifest | undefined> {
  const found = await readText(objects, at, signal ? { signal } : {});
  if (found === undefined) return undefined;
  try {
    return parseManifest(found);
  } catch (error) {
    if (error instanceof Fault) throw error;
    return undefined;
  }
}

/** The answer to a write was lost, or we were told to stop while it was on its way: what stands there decides. */
async function lookFor(objects: Objects, at: ObjectAt, failure: unknown): Promise<BackupManifest | undefined> {
  try {
    return await committedAt(objects, at, AbortSignal.timeout(askAgainMs));
  } catch {
    const unknown = new Fault('The store did not say whether the backup was committed', {
      port: 'objects',
      operation: 'put',
      code: 'S3_COMMIT_UNKNOWN',
      retryable: true,
      next: 'Retry when the store answers again: a retry finds the backup if it is there.',
      cause: failure,
    });
    throw Object.assign(unknown, { changed: 'not known: the backup may have been written whole, or not at all' });
  }
}
