import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type SandboxS3, startS3 } from '../../sandbox/s3/server.ts';
import { createObjects } from '../../src/adapters/objects.ts';
import type { Objects } from '../../src/ports/objects.ts';

const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
const bucket = 'backups';
const plain = { contentType: 'text/plain' };
const denied = { status: 403, code: 'AccessDenied', times: 99 };

let directory: string;
let s3: SandboxS3;
let objects: Objects & { close(): void };
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-s3-'));
  s3 = await startS3({ directory, region: 'us-east-1', buckets: [bucket], ...credentials });
  objects = createObjects({
    backups: { bucket, region: 'us-east-1', endpoint: s3.endpoint, credentials, attempts: 1 },
  });
});
afterAll(async () => {
  objects.close();
  await s3.stop();
  await rm(directory, { recursive: true });
});
beforeEach(async () => {
  s3.knobs.clear();
  await objects.removeAll(bucket, await keys());
  for (const key of ['a', 'b', 'c']) await objects.put({ bucket, key }, Buffer.from('x'), plain);
});

const keys = async () => (await Array.fromAsync(objects.list(bucket, { prefix: '' }))).map(({ key }) => key);
const states = async (wanted: readonly string[]) =>
  (await objects.removeAll(bucket, wanted)).map(({ key, state }) => `${key} ${state}`);
/** How many requests of a kind the work took. */
async function counted(operation: Parameters<SandboxS3['knobs']['seen']>[0], work: () => Promise<unknown>) {
  const before = s3.knobs.seen(operation);
  await work();
  return s3.knobs.seen(operation) - before;
}

describe('removing many', () => {
  it('takes a request for each thousand', async () => {
    const many = Array.from({ length: 2_001 }, (_, index) => `${index}`);
    expect(await counted('DeleteObjects', () => objects.removeAll(bucket, many))).toBe(2);
  });

  it.each([
    ['does not know batches', 501, 'NotImplemented'],
    ['wants an MD5 of the list', 400, 'MissingContentMD5'],
    ['may not be asked so', 405, 'MethodNotAllowed'],
  ])('goes one by one where the store %s', async (_, status, code) => {
    s3.knobs.fail('DeleteObjects', { status, code });
    const requests = await counted('DeleteObject', async () => {
      expect(await states(['a', 'b', 'never there'])).toEqual(['a removed', 'b removed', 'never there removed']);
    });
    expect(requests).toBe(3);
    expect(await keys()).toEqual(['c']);
  });

  it.each([
    ['in a batch', () => undefined],
    ['one by one', () => s3.knobs.fail('DeleteObjects', { status: 501, code: 'NotImplemented' })],
  ])('tells what a policy keeps, %s, and that it is no lock', async (_, prepare) => {
    prepare();
    s3.knobs.keep('b');
    expect(await objects.removeAll(bucket, ['a', 'b', 'c'])).toEqual([
      { key: 'a', state: 'removed' },
      {
        ...{ key: 'b', state: 'kept', isLocked: false },
        why: expect.stringMatching(
          /^Deleting b from bucket backups failed: the store does not allow it with these credentials \(AccessDenied/,
        ),
      },
      { key: 'c', state: 'removed' },
    ]);
    expect(await keys()).toEqual(['b']);
  });

  it('tells it too where locks may not be asked for', async () => {
    s3.knobs.keep('b');
    s3.knobs.fail('GetObjectRetention', denied);
    expect(await states(['a', 'b'])).toEqual(['a removed', 'b kept']);
  });

  it('deletes nothing while it is not known whether the bucket keeps versions', async () => {
    s3.knobs.fail('GetBucketVersioning', denied);
    await expect(objects.removeAll(bucket, ['a', 'b'])).rejects.toMatchObject({
      code: 'S3_ACCESS_DENIED',
      next: expect.stringContaining('s3:GetBucketVersioning'),
    });
    expect(await keys()).toEqual(['a', 'b', 'c']);
  });

  it('goes on where the store has never heard of versions', async () => {
    s3.knobs.fail('GetBucketVersioning', { status: 501, code: 'NotImplemented' });
    expect(await states(['a', 'b'])).toEqual(['a removed', 'b removed']);
  });

  it('that breaks off in the middle leaves the rest, and finishes the next time', async () => {
    s3.knobs.fail('DeleteObjects', { status: 501, code: 'NotImplemented' });
    s3.knobs.fail('DeleteObject', { status: 503, code: 'SlowDown' });
    const slow = { code: 'S3_SLOW_DOWN', retryable: true };
    await expect(objects.removeAll(bucket, ['a', 'b', 'c'])).rejects.toMatchObject(slow);
    expect(await keys()).not.toEqual([]);
    expect(await states(['a', 'b', 'c'])).toEqual(['a removed', 'b removed', 'c removed']);
    expect(await keys()).toEqual([]);
  });

  it('stops at an abort between two batches', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped by Alice');
    const many = Array.from({ length: 1_001 }, (_, index) => `${index}`);
    s3.knobs.hang({ operation: 'DeleteObject' });
    const removing = objects.removeAll(bucket, many, { signal: stop.signal });
    removing.catch(() => undefined);
    const before = s3.knobs.seen('DeleteObject');
    await expect.poll(() => s3.knobs.seen('DeleteObject')).toBe(before + 1);
    stop.abort(reason);
    await expect(removing).rejects.toBe(reason);
  });
});

describe('removing one', () => {
  it('that a policy keeps is a fault with the rights it takes', async () => {
    s3.knobs.keep('a');
    await expect(objects.remove({ bucket, key: 'a' })).rejects.toMatchObject({
      ...{ name: 'Fault', code: 'S3_ACCESS_DENIED', operation: 'remove', retryable: false },
      next: expect.stringContaining('s3:DeleteObject'),
    });
  });
});

describe('asking for a lock', () => {
  it('that may not be asked for is a fault, not an object without a lock', async () => {
    s3.knobs.fail('GetObjectLegalHold', denied);
    await expect(objects.lockOf({ bucket, key: 'a' })).rejects.toMatchObject({
      code: 'S3_ACCESS_DENIED',
      next: 'Allow s3:GetObjectRetention and s3:GetObjectLegalHold on bucket backups for these credentials.',
    });
  });

  it('finds none where the store has never heard of locks', async () => {
    for (const operation of ['GetObjectRetention', 'GetObjectLegalHold'] as const)
      s3.knobs.fail(operation, { status: 501, code: 'NotImplemented' });
    expect(await objects.lockOf({ bucket, key: 'a' })).toEqual({ legalHold: false });
  });
});
