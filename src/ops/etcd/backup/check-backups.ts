import { Refusal } from '../../../chatops/errors.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { AskOptions, Objects } from '../../../ports/objects.ts';
import { type Backup, isVerified } from './backup.ts';
import { type Damage, findDamagedData } from './damaged-data.ts';
import { findBackup } from './find-backup.ts';
import { type Freshness, freshnessOf } from './freshness.ts';
import { type BackupList, type ReadOptions, readBackups } from './read-backups.ts';

/** Backups as they are listed, and whether they are what people rely on. */
export interface CheckedBackups {
  readonly list: BackupList;
  /** Of those listed. */
  readonly damaged: readonly Damage[];
  /** Against the cluster's target; of one that cannot be whole nothing is hoped. */
  readonly freshness: Freshness;
}

/**
 * Reads a cluster's backups as `readBackups` does, looks whether their data is there, and judges them against the target: also by an older
 * verified one, when none is among those that were asked for. Throws Fault.
 */
export async function checkBackups(objects: Objects, cluster: Cluster, options: ReadOptions): Promise<CheckedBackups> {
  const { since, limit: _, now, ...ask } = options;
  const list = await readBackups(objects, cluster, options);
  const damaged = await findDamagedData(objects, cluster.backup, list.backups, ask);
  const whole = list.backups.filter(({ id }) => !damaged.some((damage) => damage.id === id));
  const hasOlder = since !== undefined || list.hasMore;
  const older = hasOlder && !whole.some(isVerified) ? await newestVerified(objects, cluster, ask) : [];
  return { list, damaged, freshness: freshnessOf([...whole, ...older], cluster.backup.maxAgeMs, now) };
}

/** One or none. */
async function newestVerified(objects: Objects, cluster: Cluster, ask: AskOptions): Promise<readonly Backup[]> {
  try {
    const found = await findBackup(objects, cluster, 'latest-verified', ask);
    const damaged = await findDamagedData(objects, cluster.backup, [found], ask);
    return damaged.length > 0 ? [] : [found];
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}
