import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SandboxS3, startS3 } from '../../sandbox/s3/server.ts';
import { createObjects } from '../../src/adapters/objects.ts';
import type { Objects } from '../../src/ports/objects.ts';
import type { FakeObjects } from '../fakes/objects.ts';
import { storeConnections, storeKeys } from './two-buckets.ts';

/** The sandbox's S3 with the buckets `main` and `second`, and what a fake holds in both. */
export interface FilledStore {
  readonly s3: SandboxS3;
  readonly objects: Objects;
  close(): Promise<void>;
}

/** All of it is stored now, by the store's clock: its own unless `now` is given. */
export async function openFilledStore(memory: FakeObjects, now = () => new Date()): Promise<FilledStore> {
  const directory = await mkdtemp(join(tmpdir(), 'salvor-store-'));
  const s3 = await startS3({ directory, region: 'us-east-1', buckets: ['one', 'two'], now, ...storeKeys });
  const objects = createObjects(storeConnections(s3.endpoint));
  for (const bucket of ['main', 'second'])
    for (const key of memory.keys(bucket))
      await objects.put({ bucket, key }, memory.peek({ bucket, key }) ?? Buffer.of(), { contentType: 'x/y' });
  return {
    s3,
    objects,
    async close() {
      objects.close();
      await s3.stop();
      await rm(directory, { recursive: true });
    },
  };
}
