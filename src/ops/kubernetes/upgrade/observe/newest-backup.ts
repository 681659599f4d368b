import type { Cluster } from '../../../../ports/catalogue.ts';
import type { AskOptions, Objects } from '../../../../ports/objects.ts';
import { watchBackups } from '../../../etcd/watch/watch-backups.ts';
import type { BackupFact } from '../observed.ts';

/** The newest backup that is verified and whose data is there; else the newest; undefined where there is none. Throws Fault. */
export async function readNewestBackup(
  objects: Objects,
  cluster: Cluster,
  now: Date,
  options: AskOptions,
): Promise<BackupFact | undefined> {
  const { newest, newestVerified } = await watchBackups(objects, cluster, now, options);
  const found = newestVerified ?? newest;
  return found && { id: found.id, takenAt: found.takenAt, isVerified: newestVerified !== undefined };
}
