import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, it } from 'vitest';
import { missingForRadosgw, startRadosgw } from '../../sandbox/radosgw.ts';
import { startS3 } from '../../sandbox/s3/server.ts';
import { type BucketConnection, createObjects } from '../../src/adapters/objects.ts';
import { createFakeObjects } from '../fakes/objects.ts';
import { describeObjects, type ObjectsUnderTest } from './objects.ts';

const everything = { ifAbsent: true, encryption: true };

describeObjects('in memory', async () => ({
  objects: createFakeObjects(
    { now: () => new Date() },
    { buckets: ['backups', 'locked'], absent: ['nowhere'], locking: ['locked'] },
  ),
  bucket: 'backups',
  lockingBucket: 'locked',
  prefix: '',
  absentBucket: 'nowhere',
  honours: everything,
  close: async () => undefined,
}));

for (const checksums of ['required', 'supported'] as const) {
  describeObjects(`sandbox S3, checksums ${checksums}`, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'salvor-s3-'));
    const keys = { accessKeyId: 'key', secretAccessKey: 'secret' };
    const s3 = await startS3({ directory, region: 'us-east-1', buckets: ['real-name'], ...keys });
    const connection = { endpoint: s3.endpoint, region: 'us-east-1', credentials: keys, checksums };
    const pageSize = 20;
    s3.knobs.pages(pageSize);
    const stop = async () => {
      await s3.stop();
      await rm(directory, { recursive: true });
    };
    return { ...underTest({ ...connection, bucket: 'real-name' }, everything, stop), pageSize };
  });
}

const missing = missingForRadosgw();
if (missing.length > 0) {
  describe.skip(`objects: Ceph radosgw (skipped: ${missing.join(', ')} not installed)`, () => {
    it('keeps the contract of the port', () => undefined);
  });
} else {
  describeObjects('Ceph radosgw', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'salvor-radosgw-'));
    const radosgw = await startRadosgw(directory);
    const { accessKeyId, secretAccessKey } = radosgw;
    const connection = { ...radosgw, bucket: 'salvor-contract', credentials: { accessKeyId, secretAccessKey } };
    const lockingBucket = 'salvor-contract-locks';
    await createBuckets(connection, lockingBucket);
    // Without a key service Ceph refuses SSE-S3.
    const stop = async () => {
      await radosgw.stop();
      await rm(directory, { recursive: true });
    };
    return underTest(connection, { ifAbsent: true, encryption: false }, stop, lockingBucket);
  });
}

// Any other server: SALVOR_TEST_S3_ENDPOINT, _BUCKET, _LOCKING_BUCKET, _REGION, _ACCESS_KEY_ID, _SECRET_ACCESS_KEY.
const told = (name: string) => process.env[`SALVOR_TEST_S3_${name}`];
const endpoint = told('ENDPOINT');
if (endpoint === undefined) {
  describe.skip('objects: the server at SALVOR_TEST_S3_ENDPOINT (skipped: not set)', () => {
    it('keeps the contract of the port', () => undefined);
  });
} else {
  describeObjects(endpoint, async () => {
    const credentials = { accessKeyId: told('ACCESS_KEY_ID') ?? '', secretAccessKey: told('SECRET_ACCESS_KEY') ?? '' };
    const connection = {
      endpoint,
      region: told('REGION') ?? 'us-east-1',
      bucket: told('BUCKET') ?? 'salvor-contract',
      credentials,
    };
    return underTest(
      connection,
      { ifAbsent: told('IF_ABSENT') !== 'no', encryption: told('ENCRYPTION') === 'yes' },
      async () => undefined,
      told('LOCKING_BUCKET'),
    );
  });
}

function underTest(
  connection: BucketConnection,
  honours: ObjectsUnderTest['honours'],
  stop: () => Promise<void>,
  locking?: string,
): ObjectsUnderTest {
  const objects = createObjects({
    backups: connection,
    nowhere: { ...connection, bucket: 'salvor-no-such-bucket' },
    ...(locking === undefined ? {} : { locked: { ...connection, bucket: locking } }),
  });
  const close = async () => {
    objects.close();
    await stop();
  };
  return {
    ...{ objects, bucket: 'backups', prefix: `contract-${Date.now()}/`, absentBucket: 'nowhere', honours, close },
    lockingBucket: locking === undefined ? undefined : 'locked',
  };
}

async function createBuckets(
  {
    endpoint,
    region,
    bucket,
    credentials,
  }: BucketConnection & Required<Pick<BucketConnection, 'endpoint' | 'credentials'>>,
  locking: string,
): Promise<void> {
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  await client.send(new CreateBucketCommand({ Bucket: locking, ObjectLockEnabledForBucket: true }));
  client.destroy();
}
