import type { AskOptions } from '../../../ports/etcd.ts';
import type { Scratch, ScratchPlace } from '../../../ports/scratch.ts';
import type { Backup } from '../backup/backup.ts';
import { expectedBytes } from '../backup/open-backup.ts';

/** A place with room for this backup, and programs of the etcd that wrote it; to be closed. Throws what Scratch throws. */
export function openScratch(scratch: Scratch, backup: Backup, { signal }: AskOptions): Promise<ScratchPlace> {
  const etcdVersion = backup.kind === 'own' ? backup.manifest.etcdVersion : undefined;
  return scratch.open({ databaseBytes: expectedBytes(backup), etcdVersion, ...(signal ? { signal } : {}) });
}
