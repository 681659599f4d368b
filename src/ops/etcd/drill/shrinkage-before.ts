import type { Cluster } from '../../../ports/catalogue.ts';
import type { AskOptions, Objects } from '../../../ports/objects.ts';
import type { Backup, OwnBackup } from '../backup/backup.ts';
import { openBackupIndex } from '../backup/backup-index.ts';
import { listBackups } from '../backup/list-backups.ts';
import { loadBackup } from '../backup/load-backup.ts';
import { mostCompared, type ShrinkAlarm, shrinkageOf } from '../backup/shrinkage.ts';

/** Whether a backup is far smaller than those taken before it; nobody can say of one that something else made. Throws Fault. */
export async function shrinkageBefore(
  objects: Objects,
  cluster: Cluster,
  backup: Backup,
  ask: AskOptions,
): Promise<ShrinkAlarm | undefined> {
  if (backup.kind === 'foreign') return undefined;
  const index = openBackupIndex(objects, cluster.backup, ask);
  const before: OwnBackup[] = [];
  for await (const listed of listBackups(objects, cluster.backup, ask)) {
    // Stems sort newest first.
    if (listed.kind === 'foreign' || listed.stem <= backup.stem) continue;
    const { backup: found } = await loadBackup(cluster, listed, index.read);
    if (found?.kind === 'own') before.push(found);
    if (before.length === mostCompared) break;
  }
  return shrinkageOf(backup, before);
}
