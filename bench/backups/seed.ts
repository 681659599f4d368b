import { createHash } from 'node:crypto';
import { writeSegment } from '../../sandbox/s3/segments.ts';
import { type Bucket, createBucket, type ObjectRecord, putRecord } from '../../sandbox/s3/store.ts';
import { inParallel } from '../../src/chatops/in-parallel.ts';
import { manifestKey, stemOf, verificationKey } from '../../src/ops/etcd/backup/backup-layout.ts';
import { manifestBytes } from '../../src/ops/etcd/backup/manifest.ts';
import { verificationBytes } from '../../src/ops/etcd/backup/verification.ts';
import type { Cluster } from '../../src/ports/catalogue.ts';
import { aManifest, aVerification } from '../../test/fakes/manifests.ts';

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
    const manifest = aManifest(cluster, { id, takenAt, stored: { compression: 'zstd', sizeBytes: storedBytes } });
    const { key } = manifest.stored;
    await putRecord(bucket, recordOf({ key, sizeBytes: storedBytes, etag: 'none', takenAt, segments: [] }));
    await write(bucket, manifestKey({ prefix, takenAt, id }), takenAt, manifestBytes(manifest));
    if (index % verifiedEach !== 0) return;
    const verified = verificationBytes(aVerification(cluster, { id }, takenAt));
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
