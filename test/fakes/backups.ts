import { type Backup, type ForeignBackup, type OwnBackup, verificationAt } from '../../src/ops/etcd/backup/backup.ts';
import { manifestKey, stemOf } from '../../src/ops/etcd/backup/backup-layout.ts';
import { foreignFile } from '../../src/ops/etcd/backup/foreign-files.ts';
import { manifestBytes } from '../../src/ops/etcd/backup/manifest.ts';
import { type Verification, verificationBytes } from '../../src/ops/etcd/backup/verification.ts';
import type { Cluster } from '../../src/ports/catalogue.ts';
import { aManifest, aVerification, dataOf, type OwnToPlant } from './manifests.ts';
import type { FakeObjects } from './objects.ts';

/** Puts backups of any age into a cluster's bucket, as if they had been taken, tried out and copied. */
export interface BackupPlanter {
  /** A backup that Salvor took: its data and its manifest. */
  own(backup: OwnToPlant): OwnBackup;
  /** A file under the first foreign prefix, stored now. */
  foreign(name: string, bytes?: Uint8Array): Promise<ForeignBackup>;
  /** What trying it out came to, ten minutes after it was stored; it passed unless told. */
  verified(backup: Backup, result?: Partial<Verification>): Verification;
  /** A copy of its manifest and data in the second bucket. */
  copied(backup: OwnBackup): void;
}

export function createBackupPlanter(objects: FakeObjects, cluster: Cluster): BackupPlanter {
  const { bucket, prefix, copy, foreign } = cluster.backup;
  const plant = (key: string, bytes: Uint8Array) => objects.plant({ bucket, key }, bytes);
  const storedAt = new Map<string, Date>();
  return {
    own(wanted) {
      const manifest = aManifest(cluster, wanted);
      const manifestAt = { bucket, key: manifestKey({ prefix, ...wanted }) };
      const dataAt = { bucket, key: manifest.stored.key };
      plant(dataAt.key, wanted.data ?? dataOf(wanted));
      plant(manifestAt.key, manifestBytes(manifest));
      const { id, takenAt, stored } = manifest;
      const { sizeBytes: storedBytes } = stored;
      return { kind: 'own', stem: stemOf(wanted), id, takenAt, dataAt, storedBytes, manifest, manifestAt };
    },
    async foreign(name, bytes = Buffer.from('data')) {
      const key = `${foreign[0] ?? 'old'}/${name}`;
      plant(key, bytes);
      const object = await objects.head({ bucket, key });
      const file = object && foreignFile(object);
      if (!file) throw new Error(`${name} does not look like a backup`);
      storedAt.set(key, object.modifiedAt);
      const { kind, stem, id, takenAt, form } = file;
      return { kind, stem, id, takenAt, form, dataAt: { bucket, key }, storedBytes: bytes.length };
    },
    verified(backup, result = {}) {
      const since = storedAt.get(backup.dataAt.key) ?? backup.takenAt;
      const verifiedAt = new Date(since.getTime() + 10 * 60_000);
      const verification = { ...aVerification(cluster, backup, verifiedAt), ...result };
      plant(verificationAt(backup, cluster.backup, verification.passed).key, verificationBytes(verification));
      return verification;
    },
    copied(backup) {
      if (!copy) throw new Error(`backups of ${cluster.name} are not copied anywhere`);
      for (const { key } of [backup.dataAt, backup.manifestAt]) {
        const copyKey = key.replace(prefix, copy.prefix);
        objects.plant({ bucket: copy.bucket, key: copyKey }, objects.peek({ bucket, key }) ?? Buffer.of());
      }
    },
  };
}
