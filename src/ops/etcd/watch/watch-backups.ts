import { Refusal } from '../../../chatops/errors.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { AskOptions, ObjectFacts, Objects } from '../../../ports/objects.ts';
import { inParallel } from '../../in-parallel.ts';
import { type Backup, isVerified } from '../backup/backup.ts';
import { openBackupIndex } from '../backup/backup-index.ts';
import { type Damage, findDamagedData } from '../backup/damaged-data.ts';
import { findBackup } from '../backup/find-backup.ts';
import { type ListedBackup, listBackups } from '../backup/list-backups.ts';
import { type LoadedBackup, loadBackup, type Unreadable } from '../backup/load-backup.ts';
import { findShrinkage, type ShrinkAlarm } from '../backup/shrinkage.ts';

/** How a cluster's backups stand. */
export interface Standing {
  readonly cluster: Cluster;
  readonly now: Date;
  /** How many were taken within the time that was looked at. */
  readonly count: number;
  readonly newest?: Backup;
  readonly newestVerified?: Backup;
  /** When one was last restored into a scratch etcd and found good, within the time that was looked at. */
  readonly lastDrillAt?: Date;
  readonly shrunk?: ShrinkAlarm;
  readonly damaged: readonly Damage[];
  readonly unreadable: readonly Unreadable[];
}

/** Enough for a newest one and five before it, with some that cannot be read among them. */
const newestRead = 12;
const widthOfReading = 8;
/** So many results of trying backups out are read, the latest first, until one is a drill that passed. */
const mostResults = 20;

type Load = (listed: ListedBackup) => Promise<LoadedBackup>;

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
  const load: Load = (listed) => loadBackup(cluster, listed, index.read);
  const listed = await Array.fromAsync(listBackups(objects, target, { ...ask, since }));
  const loaded = await inParallel(listed.slice(0, newestRead), widthOfReading, load);
  const newest = loaded.flatMap(({ backup }) => backup ?? []);
  const verified = await newestVerified(listed, load, () => olderVerified(objects, cluster, ask));
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
  };
}

/** The newest that passed, by its key; what its result says must bear that out. */
async function newestVerified(
  listed: readonly ListedBackup[],
  load: Load,
  older: () => Promise<Backup | undefined>,
): Promise<Backup | undefined> {
  for (const one of listed) {
    if (!one.verifications.some(isPassed)) continue;
    const { backup } = await load(one);
    if (backup && isVerified(backup)) return backup;
  }
  return older();
}

async function olderVerified(objects: Objects, cluster: Cluster, ask: AskOptions): Promise<Backup | undefined> {
  try {
    return await findBackup(objects, cluster, 'latest-verified', ask);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

async function lastDrill(listed: readonly ListedBackup[], load: Load): Promise<Date | undefined> {
  const results = listed
    .flatMap((one) => one.verifications.filter(isPassed).map(({ modifiedAt }) => ({ one, modifiedAt })))
    .toSorted((a, b) => b.modifiedAt.getTime() - a.modifiedAt.getTime());
  for (const { one } of results.slice(0, mostResults)) {
    const { backup } = await load(one);
    const { verification } = backup ?? {};
    if (verification?.passed && verification.how === 'drill') return verification.verifiedAt;
  }
  return undefined;
}

const isPassed = ({ key }: ObjectFacts): boolean => key.endsWith('.passed.json');
