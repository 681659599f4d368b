import { createHash } from 'node:crypto';
import { type Backup, type ForeignBackup, type OwnBackup, verificationAt } from '../../src/ops/etcd/backup/backup.ts';
import { dataKey, manifestKey, stemOf } from '../../src/ops/etcd/backup/backup-layout.ts';
import { foreignFile } from '../../src/ops/etcd/backup/foreign-files.ts';
import { type BackupManifest, manifestBytes } from '../../src/ops/etcd/backup/manifest.ts';
import { type Verification, verificationBytes } from '../../src/ops/etcd/backup/verification.ts';
import type { Cluster } from '../../src/ports/catalogue.ts';
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

export interface OwnToPlant {
  readonly id: string;
  readonly takenAt: Date;
  /** As stored: compressed and encrypted in the way that `stored` says. */
  readonly data?: Uint8Array;
  readonly database?: BackupManifest['database'];
  readonly stored?: Partial<BackupManifest['stored']>;
  readonly manifest?: Partial<Omit<BackupManifest, 'stored' | 'database' | 'takenAt' | 'id'>>;
}

const mib = 1024 ** 2;
const nonce = 'aaaaaaaaaaaa';

export function createBackupPlanter(objects: FakeObjects, cluster: Cluster): BackupPlanter {
  const { bucket, prefix, copy, foreign } = cluster.backup;
  const plant = (key: string, bytes: Uint8Array) => objects.plant({ bucket, key }, bytes);
  const storedAt = new Map<string, Date>();
  return {
    own(wanted) {
      const manifest = manifestOf(cluster, wanted);
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
      const verification = { ...passed(cluster, backup, since), ...result };
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

const dataOf = ({ id }: OwnToPlant): Buffer => Buffer.from(`data of ${id}`);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function manifestOf({ name, backup: { prefix } }: Cluster, wanted: OwnToPlant): BackupManifest {
  const { id, takenAt, data = dataOf(wanted), stored = {} } = wanted;
  const { compression = 'none', encryption = { kind: 'none' } } = stored;
  const key = dataKey({ prefix, takenAt, id }, nonce, { compression, isAgeEncrypted: encryption.kind === 'age' });
  return {
    version: 1,
    id,
    cluster: name,
    runId: id,
    actor: { kind: 'person', id: 'U024BE7LH', name: 'alice' },
    takenAt,
    seconds: 4.2,
    member: { id: 'a2', name: 'etcd-2', endpoint: 'http://127.0.0.1:2379', role: 'follower', why: 'it keeps up' },
    etcdVersion: '3.5.26',
    kubernetesVersion: 'v1.36.2',
    revision: { kind: 'exact', revision: 48_211_907n },
    keys: { total: 52_000, revisions: 51_000, live: 12_400, resources: { pods: 2_300, configmaps: 410 } },
    database: wanted.database ?? { sizeBytes: 480 * mib, sha256: sha256(Buffer.from(id)) },
    stored: { key, sizeBytes: data.length, sha256: sha256(data), compression, encryption, ...stored },
    ...wanted.manifest,
  };
}

function passed({ name }: Cluster, { id }: Backup, since: Date): Verification {
  return {
    version: 1,
    backup: id,
    cluster: name,
    runId: `v-${id}`,
    verifiedAt: new Date(since.getTime() + 10 * 60_000),
    passed: true,
    how: 'drill',
    findings: [],
    seconds: { read: 3.1, restore: 6.3, start: 1.2, check: 0.8 },
    tool: { name: 'etcdutl', version: '3.5.26', etcdVersion: '3.5.26' },
    revision: 48_211_907n,
    keys: { live: 12_400, resources: { pods: 2_300, configmaps: 410 } },
  };
}
