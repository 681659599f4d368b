import { Fault } from '../../../chatops/errors.ts';
import type { ObjectAt, ObjectLock, Objects } from '../../../ports/objects.ts';
import { type Committed, commitBackup, committedAt, standingAt } from '../backup/commit-backup.ts';
import type { BackupManifest } from '../backup/manifest.ts';

export interface SnapshotPlaces {
  readonly dataAt: ObjectAt;
  readonly manifestAt: ObjectAt;
}

export interface CommitHooks {
  readonly signal: AbortSignal;
  /** Throws unless this run may still commit. The manifest is written right after. */
  beforeCommit(): Promise<void>;
  /** Told what stays in the store although no backup needs it, a sentence each. */
  left?(what: string): Promise<void>;
}

export interface CommittedSnapshot extends Committed {
  readonly warnings: readonly string[];
}

/**
 * Locks the data where `lock` says so, and writes the manifest, locked from its first moment: a manifest that tells of a lock was
 * written after the lock was set. Not sooner, since a lock cannot be taken back: what an attempt leaves that was cut off before is still ours to
 * remove.
 *
 * A store that will not lock makes no bad backup: it stands without, with a warning. Throws what `beforeCommit` and the ports throw.
 */
export async function commitSnapshot(
  objects: Objects,
  places: SnapshotPlaces,
  manifest: BackupManifest,
  lock: ObjectLock | undefined,
  hooks: CommitHooks,
): Promise<CommittedSnapshot> {
  const { signal } = hooks;
  await hooks.beforeCommit();
  signal.throwIfAborted();
  const refusal = lock && (await lockData(objects, places, lock, signal));
  const held = refusal ? undefined : lock;
  const written = held ? { ...manifest, stored: { ...manifest.stored, lock: held } } : manifest;
  const committed = await commitBackup(objects, places.manifestAt, written, { signal, lock: held });
  if (!committed.isOurs) await removeData(objects, places, hooks);
  return { ...committed, warnings: refusal && committed.isOurs ? [notLocked(refusal)] : [] };
}

/** Answers why the store will not lock. What may pass fails the attempt, as it would anywhere else. */
async function lockData(
  objects: Objects,
  { dataAt, manifestAt }: SnapshotPlaces,
  lock: ObjectLock,
  signal: AbortSignal,
): Promise<Fault | undefined> {
  // A former attempt has made the backup: this data is about to be removed.
  if (await standingAt(objects, manifestAt, signal)) return undefined;
  try {
    await objects.setLock(dataAt, lock, { signal });
    return undefined;
  } catch (error) {
    if (error instanceof Fault && !error.retryable) return error;
    throw error;
  }
}

const notLocked = ({ message, next }: Fault): string =>
  ['The backup is not locked as salvor.yaml wants it.', message, next].filter((part) => part !== undefined).join(' ');

/**
 * Removes the data, unless a manifest stands that names it: one without data would be a backup that nobody can restore, while data without
 * a manifest is only waste, which `removeOrphanedData` finds. While nobody can say, the data stays.
 */
export async function undoSnapshot(objects: Objects, places: SnapshotPlaces, hooks: CommitHooks): Promise<void> {
  try {
    const standing = await committedAt(objects, places.manifestAt, soon().signal);
    if (standing?.stored.key === places.dataAt.key) return;
  } catch {
    // What went wrong before is what people must hear.
    return;
  }
  await removeData(objects, places, hooks);
}

async function removeData(objects: Objects, { dataAt }: SnapshotPlaces, hooks: CommitHooks): Promise<void> {
  try {
    await objects.remove(dataAt, soon());
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    await hooks.left?.(`Data that belongs to no backup stays in the store. ${why}`);
  }
}

/** A store that hangs must not hold up the answer. */
const soon = () => ({ signal: AbortSignal.timeout(15_000) });
