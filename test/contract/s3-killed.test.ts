import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startS3Process } from '../../sandbox/s3/process.ts';
import { createObjects } from '../../src/adapters/objects.ts';

it("the sandbox's S3 keeps what it confirmed and drops what it did not when it is killed in the middle of an upload", async () => {
  const directory = await mkdtemp(join(tmpdir(), 'salvor-s3-'));
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
  const options = { directory, region: 'us-east-1', buckets: ['backups'], ...credentials };
  let s3 = await startS3Process(options);
  const connection = { bucket: 'backups', region: 'us-east-1', endpoint: s3.endpoint, credentials, attempts: 1 };
  const objects = createObjects({ backups: connection });
  const kept = { bucket: 'backups', key: 'kept' };
  await objects.store(kept, bodyOf(20), { contentType: 'x', atMostBytes: 1 });

  const killed = Promise.withResolvers<void>();
  const onStored = () => s3.stop('SIGKILL').then(killed.resolve, killed.reject);
  const cut = { bucket: 'backups', key: 'cut' };
  const stored = objects.store(cut, bodyOf(100), { contentType: 'x', atMostBytes: 1, onStored });
  await expect(stored).rejects.toMatchObject({ code: 'S3_CONNECTION' });
  await killed.promise;

  s3 = await startS3Process({ ...options, port: s3.port });
  expect((await objects.head(kept))?.sizeBytes).toBe(20 * 1024 * 1024);
  expect(await objects.head(cut)).toBeUndefined();
  const open = await Array.fromAsync(objects.openUploads('backups', ''));
  expect(open.map(({ key }) => key)).toEqual(['cut']);
  for (const upload of open) await objects.abortUpload('backups', upload);
  expect(await readdir(join(directory, 'backups', 'data'))).toHaveLength(3);

  objects.close();
  await s3.stop();
  await rm(directory, { recursive: true });
});

async function* bodyOf(mebibytes: number): AsyncGenerator<Uint8Array> {
  for (let made = 0; made < mebibytes; made += 1) yield Buffer.alloc(1024 * 1024, made);
}
