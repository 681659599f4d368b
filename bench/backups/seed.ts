import { createHash } from 'node:crypto';
import { writeSegment } from '../../sandbox/s3/segments.ts';
import { type Bucket, createBucket, type ObjectRecord, putRecord } from '../../sandbox/s3/store.ts';
import { inParallel } from '../../src/chatops/in-parallel.ts';
import { dataKey, manifestKey, stemOf, verificationKey } from '../../src/ops/etcd/backup/backup-layout.ts';
import { type BackupManifest, manifestBytes } from '../../src/ops/etcd/backup/manifest.ts';
import { type Verification, verificationBytes } from '../../src/ops/etcd/backup/verification.ts';
import type { Cluster } from '../../src/ports/catalogue.ts';

const minute = 60_000;
/** A year of them, and one verified each hour. */
const everyMs = 5 * minute;
const verifiedEach = 12;
const storedBytes = 103_000_000;

/**
 * Puts `count` backups into a bucket of the sandbox's S3 before it starts, newest a minute ago: as the store itself writes them, because
 * two hundred thousand requests would take longer than all that is measured. Only the bytes of the data are not there.
 */
export async function seedBackups(root: string, cluster: Cluster, count: number, now: Date): Promise<void> {
  const { bucket: name, prefix } = cluster.backup;
  const bucket = await createBucket(root, name, now);
  const numbers = Array.from({ length: count }, (_, index) => index);
  await inParallel(numbers, 32, async (index) => {
    const takenAt = new Date(now.getTime() - minute - index * everyMs);
    const id = `r-${index.toString(36).padStart(10, '0')}`;
    const key = dataKey({ prefix, takenAt, id }, 'aaaaaaaaaaaa', { compression: 'zstd', isAgeEncrypted: false });
    await putRecord(bucket, recordOf({ key, sizeBytes: storedBytes, etag: 'none', takenAt, segments: [] }));
    await write(
      bucket,
      manifestKey({ prefix, takenAt, id }),
      takenAt,
      manifestBytes(manifestOf(cluster, id, takenAt, key)),
    );
    if (index % verifiedEach !== 0) return;
    const verified = verificationBytes(verificationOf(cluster, id, takenAt));
    await write(bucket, verificationKey(prefix, stemOf({ takenAt, id }), true), takenAt, verified);
  });
}

async function write(bucket: Bucket, key: string, takenAt: Date, bytes: Uint8Array): Promise<void> {
  const body = Buffer.from(bytes);
  const segment = await writeSegment(bucket, once(body));
  const etag = createHash('md5').update(body).digest('hex');
  await putRecord(bucket, recordOf({ key, sizeBytes: body.length, etag, takenAt, segments: [segment] }));
}

async function* once(body: Buffer): AsyncGenerator<Buffer> {
  yield body;
}

function recordOf({
  takenAt,
  ...facts
}: Pick<ObjectRecord, 'key' | 'sizeBytes' | 'etag' | 'segments'> & { readonly takenAt: Date }): ObjectRecord {
  return { ...facts, versionId: 'null', modifiedAt: takenAt.toISOString(), headers: {} };
}

function manifestOf({ name }: Cluster, id: string, takenAt: Date, key: string): BackupManifest {
  const sha256 = createHash('sha256').update(id).digest('hex');
  return {
    version: 1,
    id,
    cluster: name,
    runId: id,
    actor: { kind: 'schedule', id: 'often', name: 'often' },
    takenAt,
    seconds: 4.2,
    member: { id: 'a2', name: 'etcd-2', endpoint: 'https://10.0.0.2:2379', role: 'follower', why: 'etcd-2 keeps up' },
    etcdVersion: '3.5.26',
    kubernetesVersion: 'v1.36.2',
    revision: { kind: 'exact', revision: 48_211_907n },
    keys: { total: 520_000, revisions: 510_000, live: 124_000, resources: { pods: 23_000, configmaps: 4_100 } },
    database: { sizeBytes: 507_000_000, sha256 },
    stored: { key, sizeBytes: storedBytes, sha256, compression: 'zstd', encryption: { kind: 'none' } },
  };
}

function verificationOf({ name }: Cluster, id: string, takenAt: Date): Verification {
  return {
    version: 1,
    backup: id,
    cluster: name,
    runId: `v-${id}`,
    verifiedAt: takenAt,
    passed: true,
    how: 'drill',
    findings: [],
    seconds: { read: 3.1, restore: 6.3, start: 1.2, check: 0.8 },
  };
}
