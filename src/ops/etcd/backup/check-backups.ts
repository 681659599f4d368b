import type { Cluster } from '../../../ports/catalogue.ts';
import type { Objects } from '../../../ports/objects.ts';
import type { Backup } from './backup.ts';
import { type Damage, findDamagedData } from './damaged-data.ts';
import { newestVerified } from './first-verified.ts';
import { type Freshness, freshnessOf } from './freshness.ts';
import { loadFromBucket } from './load-backup.ts';
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
  const freshness = (backups: readonly Backup[]) => freshnessOf(backups, cluster.backup.maxAgeMs, now);
  const listed = freshness(whole);
  const hasOlder = since !== undefined || list.hasMore;
  if (listed.newestVerified || !hasOlder) return { list, damaged, freshness: listed };
  const load = loadFromBucket(objects, cluster, ask);
  const older = await newestVerified(objects, cluster, { load, now }, ask);
  return { list, damaged, freshness: older ? freshness([...whole, older]) : listed };
}
