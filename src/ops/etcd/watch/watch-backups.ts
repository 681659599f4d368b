import { inParallel } from '../../../chatops/in-parallel.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { AskOptions, Objects } from '../../../ports/objects.ts';
import type { Backup } from '../backup/backup.ts';
import { openBackupIndex } from '../backup/backup-index.ts';
import { newestCopied } from '../backup/copy-newest.ts';
import { type Damage, findDamagedData, hasItsData } from '../backup/damaged-data.ts';
import { firstVerified, hasPassed, newestVerified } from '../backup/first-verified.ts';
import { isFromFuture } from '../backup/freshness.ts';
import { type ListedBackup, listBackups } from '../backup/list-backups.ts';
import { type Load, loadBackup, type Unreadable } from '../backup/load-backup.ts';
import { enoughToCompare, findShrinkage, type ShrinkAlarm } from '../backup/shrinkage.ts';

/** How a cluster's backups stand. */
export interface Standing {
  readonly cluster: Cluster;
  readonly now: Date;
  /** How many were taken within the time that was looked at. */
  readonly count: number;
  readonly newest?: Backup;
  /** Its data is there. */
  readonly newestVerified?: Backup;
  /** When one was last restored into a scratch etcd and found good, within the time that was looked at. */
  readonly lastDrillAt?: Date;
  readonly shrunk?: ShrinkAlarm;
  readonly damaged: readonly Damage[];
  readonly unreadable: readonly Unreadable[];
  /** Ids of those that a wrong clock dated. They count for nothing else. */
  readonly future: readonly string[];
  /** How many of the newest few have no copy; 'unknown' when the second bucket cannot be listed. */
  readonly uncopied: number | 'unknown';
}

const widthOfReading = 8;
/** So many results of trying backups out are read, the latest first, until one is a drill that passed. */
const mostResults = 20;

/**
 * Looks at a cluster's backups as its bucket holds them: at listings of the time that its targets speak of, and at what the newest few hold.
 * Changes nothing but the bucket's index. Throws Fault.
 */
export async function watchBackups(
  objects: Objects,
  cluster: Cluster,
  now: Date,
  ask: AskOptions = {},
): Promise<Standing> {
  const { backup: target } = cluster;
  const since = new Date(now.getTime() - Math.max(target.maxAgeMs, target.drillEveryMs));
  const index = openBackupIndex(objects, target, ask);
  const load: Load = (one) => loadBackup(cluster, one, index.read);
  const remarks: string[] = [];
  const remark = (sentence: string) => void remarks.push(sentence);
  const found = await Array.fromAsync(listBackups(objects, target, { ...ask, since, remark }));
  const listed = found.filter((one) => !isFromFuture(one, now));
  const loaded = await inParallel(listed.slice(0, enoughToCompare), widthOfReading, load);
  const newest = loaded.flatMap(({ backup }) => backup ?? []);
  const verified =
    (await firstVerified(listed, { load, isGood: (backup) => hasItsData(objects, backup, ask) })) ??
    (await newestVerified(objects, cluster, { load, now }, ask));
  const drilled = await lastDrill(listed, load);
  const shrunk = findShrinkage(newest, now);
  await index.remember();
  return {
    ...{ cluster, now, count: listed.length },
    ...(newest[0] ? { newest: newest[0] } : {}),
    ...(verified ? { newestVerified: verified } : {}),
    ...(drilled ? { lastDrillAt: drilled } : {}),
    ...(shrunk ? { shrunk } : {}),
    damaged: await findDamagedData(objects, target, newest, ask),
    unreadable: loaded.flatMap(({ unreadable }) => unreadable),
    future: found.filter((one) => isFromFuture(one, now)).map(({ id }) => id),
    uncopied: remarks.length > 0 ? 'unknown' : uncopiedAmong(cluster, listed, now),
  };
}

async function lastDrill(listed: readonly ListedBackup[], load: Load): Promise<Date | undefined> {
  const results = listed
    .flatMap((one) => one.verifications.filter(hasPassed).map(({ modifiedAt }) => ({ one, modifiedAt })))
    .toSorted((a, b) => b.modifiedAt.getTime() - a.modifiedAt.getTime());
  for (const { one } of results.slice(0, mostResults)) {
    const { backup } = await load(one);
    const { verification } = backup ?? {};
    if (verification?.passed && verification.how === 'drill') return verification.verifiedAt;
  }
  return undefined;
}

/** A snapshot and its copy may each be at work for as long as a snapshot may take. */
function uncopiedAmong({ backup }: Cluster, listed: readonly ListedBackup[], now: Date): number {
  if (!backup.copy) return 0;
  const settledBefore = now.getTime() - 2 * backup.timeLimitSeconds * 1000;
  const newest = listed.filter(({ kind }) => kind === 'own').slice(0, newestCopied);
  return newest.filter(({ takenAt, isCopied }) => takenAt.getTime() < settledBefore && !isCopied).length;
}
