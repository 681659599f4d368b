import { counted, durationInWords } from '../../../chatops/format.ts';
import { inParallel } from '../../../chatops/in-parallel.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { AskOptions, Objects } from '../../../ports/objects.ts';
import type { Backup } from './backup.ts';
import { openBackupIndex } from './backup-index.ts';
import { isFromFuture } from './freshness.ts';
import { listBackups } from './list-backups.ts';
import { loadBackup, type Unreadable } from './load-backup.ts';

export type { Unreadable } from './load-backup.ts';

export interface ReadOptions extends AskOptions {
  /** Nothing older. */
  readonly since?: Date | undefined;
  /** The newest so many; all unless given. */
  readonly limit?: number | undefined;
  readonly now: Date;
}

export interface BackupList {
  /** Newest first, own and foreign ones mixed. */
  readonly backups: readonly Backup[];
  /** Whether there are more than `limit`. */
  readonly hasMore: boolean;
  /** Manifests and verifications that were met and are not what their keys promise. */
  readonly unreadable: readonly Unreadable[];
  /** What people should know of the list, as sentences. */
  readonly remarks: readonly string[];
}

const widthOfReading = 8;
const batchSize = 200;

/**
 * A cluster's backups as its bucket holds them: what stands there is the truth, and whether data objects are whole is not looked at. The
 * newest few of very many take a listing each of manifests, verifications, copies and foreign files, the index, and one request for
 * each manifest and verification that the index does not have. Throws Fault.
 */
export async function readBackups(
  objects: Objects,
  cluster: Cluster,
  { since, limit = Number.POSITIVE_INFINITY, now, ...ask }: ReadOptions,
): Promise<BackupList> {
  const backups: Backup[] = [];
  const unreadable: Unreadable[] = [];
  const remarks: string[] = [];
  const index = openBackupIndex(objects, cluster.backup, ask);
  const listing = listBackups(objects, cluster.backup, { since, remark: (sentence) => remarks.push(sentence), ...ask });
  while (backups.length < limit) {
    const batch = await take(listing, Math.min(limit - backups.length, batchSize));
    if (batch.length === 0) break;
    for (const found of await inParallel(batch, widthOfReading, (one) => loadBackup(cluster, one, index.read))) {
      if (found.backup) backups.push(found.backup);
      unreadable.push(...found.unreadable);
    }
  }
  const hasMore = (await take(listing, 1)).length > 0;
  await index.remember();
  return { backups: newestFirst(backups), hasMore, unreadable, remarks: [...remarks, ...aboutTheFuture(backups, now)] };
}

async function take<T>(from: AsyncGenerator<T>, count: number): Promise<readonly T[]> {
  const taken: T[] = [];
  while (taken.length < count) {
    const step = await from.next();
    if (step.done) break;
    taken.push(step.value);
  }
  return taken;
}

/** The listing is in the order in which they were asked for. */
const newestFirst = (backups: readonly Backup[]): readonly Backup[] =>
  backups.toSorted((a, b) => b.takenAt.getTime() - a.takenAt.getTime());

function aboutTheFuture(backups: readonly Backup[], now: Date): readonly string[] {
  const ahead = backups.filter((backup) => isFromFuture(backup, now));
  const [furthest] = newestFirst(ahead);
  if (!furthest) return [];
  const inHowLong = durationInWords(furthest.takenAt.getTime() - now.getTime());
  const others = ahead.length > 1 ? ` and ${counted(ahead.length - 1, 'other')}` : '';
  const who = `${furthest.id}${others}`;
  return [`A clock is wrong: ${who} came from the future, at most ${inHowLong} from now.`];
}
