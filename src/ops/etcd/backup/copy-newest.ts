import { Fault } from '../../../chatops/errors.ts';
import type { BackupPlace, Cluster } from '../../../ports/catalogue.ts';
import type { Objects } from '../../../ports/objects.ts';
import { abortAbandonedUploads } from './abandoned-uploads.ts';
import { hasFailed } from './backup.ts';
import { type CopyOptions, copyBackup } from './copy-backup.ts';
import { type ListedBackup, listBackups } from './list-backups.ts';
import { loadFromBucket } from './load-backup.ts';
import { isUnsound } from './unsound.ts';

export interface CopyRequest {
  readonly runId: string;
  readonly now: Date;
  /** Told as soon as a backup is copied. */
  readonly copied?: (id: string) => void;
}

/** What became of the newest backups that had no copy. */
export interface Copies {
  /** Ids, newest first. */
  readonly copied: readonly string[];
  readonly failed: readonly Uncopied[];
}

export interface Uncopied {
  readonly id: string;
  readonly why: string;
}

/** What people should know of copies that failed, as sentences. */
export function copyWarnings({ failed }: Copies, { address }: BackupPlace): readonly string[] {
  const again = 'The next snapshot tries again.';
  return failed.map(({ id, why }) => `${id} could not be copied to ${address}: ${why.replace(/\.$/, '')}. ${again}`);
}

/** So many a snapshot sees to: further back a copy is worth less than the time it takes from the next snapshot. */
export const newestCopied = 5;

/**
 * Copies those of the newest few backups that have no copy yet, the newest first: so what a second bucket missed while it was down comes to it
 * later. A backup that is not what it must be is passed over; with the first other failure it ends. Both are told, not thrown. Throws Fault when
 * it cannot be listed what there is, and the signal's reason.
 */
export async function copyNewest(
  objects: Objects,
  cluster: Cluster,
  place: BackupPlace,
  request: CopyRequest,
  options: CopyOptions,
): Promise<Copies> {
  const { signal } = options;
  await abortAbandonedUploads(objects, { ...cluster.backup, ...place }, request, { signal });
  const copied: string[] = [];
  const failed: Uncopied[] = [];
  for (const listed of await newestUncopied(objects, cluster, options)) {
    try {
      if (!(await copyListed(objects, cluster, place, listed, options))) continue;
      copied.push(listed.id);
      request.copied?.(listed.id);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Fault)) throw error;
      failed.push({ id: listed.id, why: error.message });
      if (!isUnsound(error)) break;
    }
  }
  return { copied, failed };
}

async function newestUncopied(objects: Objects, cluster: Cluster, { signal }: CopyOptions) {
  const newest: ListedBackup[] = [];
  for await (const listed of listBackups(objects, cluster.backup, { signal })) {
    if (listed.kind === 'own') newest.push(listed);
    if (newest.length === newestCopied) break;
  }
  return newest.filter(({ isCopied }) => !isCopied);
}

/** Answers false for what is not worth a copy: it tells nothing, or is known to be broken. */
async function copyListed(
  objects: Objects,
  cluster: Cluster,
  place: BackupPlace,
  listed: ListedBackup,
  options: CopyOptions,
): Promise<boolean> {
  const { backup } = await loadFromBucket(objects, cluster, { signal: options.signal })(listed);
  if (backup?.kind !== 'own' || hasFailed(backup)) return false;
  await copyBackup(objects, cluster, backup, place, options);
  return true;
}
