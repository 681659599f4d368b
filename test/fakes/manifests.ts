import { createHash } from 'node:crypto';
import type { Backup } from '../../src/ops/etcd/backup/backup.ts';
import { dataKey } from '../../src/ops/etcd/backup/backup-layout.ts';
import type { BackupManifest } from '../../src/ops/etcd/backup/manifest.ts';
import type { Verification } from '../../src/ops/etcd/backup/verification.ts';
import type { Cluster } from '../../src/ports/catalogue.ts';

/** What is wanted of a backup that Salvor took. */
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

/** Its data, where nothing else is wanted. */
export const dataOf = ({ id }: OwnToPlant): Buffer => Buffer.from(`data of ${id}`);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What is written of a backup of a cluster; all that is not wanted otherwise is made up. */
export function aManifest({ name, backup: { prefix } }: Cluster, wanted: OwnToPlant): BackupManifest {
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

/** What a drill that passed says of a backup. */
export function aVerification({ name }: Cluster, { id }: Pick<Backup, 'id'>, verifiedAt: Date): Verification {
  return {
    version: 1,
    backup: id,
    cluster: name,
    runId: `v-${id}`,
    verifiedAt,
    passed: true,
    how: 'drill',
    findings: [],
    seconds: { read: 3.1, restore: 6.3, start: 1.2, check: 0.8 },
    tool: { name: 'etcdutl', version: '3.5.26', etcdVersion: '3.5.26' },
    revision: 48_211_907n,
    keys: { live: 12_400, resources: { pods: 2_300, configmaps: 410 } },
  };
}
