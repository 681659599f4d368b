import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SandboxS3, startS3 } from '../../sandbox/s3/server.ts';
import { type BucketConnection, createObjects } from '../../src/adapters/objects.ts';
import type { Objects, StreamOptions } from '../../src/ports/objects.ts';

const mebibyte = 1024 * 1024;
const at = { bucket: 'backups', key: 'prod-1/a.zst' };
const keys = { accessKeyId: 'key', secretAccessKey: 'secret' };

let directory: string;
let s3: SandboxS3;
let now: () => Date;
let opened: (Objects & { close(): void })[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-s3-'));
  now = () => new Date();
  opened = [];
  s3 = await startS3({ directory, region: 'us-east-1', buckets: ['backups'], now: () => now(), ...keys });
});
afterEach(async () => {
  for (const objects of opened) objects.close();
  await s3.stop();
  await rm(directory, { recursive: true });
});

function open(connection: Partial<BucketConnection> = {}): Objects {
  const objects = createObjects({
    backups: { bucket: 'backups', region: 'us-east-1', endpoint: s3.endpoint, credentials: keys, ...connection },
  });
  opened.push(objects);
  return objects;
}

/** Three parts, the second whole and between two others: as few bytes as have every way to go wrong in them. */
const threeParts = 17 * mebibyte;

/** A body that tells how far it was read, and whether it was let go. */
function bodyOf(sizeBytes = threeParts) {
  const seen = { bytes: 0, wasLetGo: false };
  async function* body(): AsyncGenerator<Uint8Array> {
    try {
      for (; seen.bytes < sizeBytes; seen.bytes += mebibyte)
        yield Buffer.alloc(Math.min(mebibyte, sizeBytes - seen.bytes), seen.bytes);
    } finally {
      seen.wasLetGo = true;
    }
  }
  return { seen, body: body() };
}

const store = (objects: Objects, { body } = bodyOf(), options: Partial<StreamOptions> = {}) =>
  objects.store(at, body, { contentType: 'application/zstd', atMostBytes: 1024 * mebibyte, ...options });
const openUploads = (objects: Objects) => Array.fromAsync(objects.openUploads('backups', ''));
const filesLeft = () => readdir(join(directory, 'backups', 'data'));

async function expectNothingLeft(objects: Objects): Promise<void> {
  expect(await openUploads(objects)).toEqual([]);
  expect(await objects.head(at)).toBeUndefined();
  // The server drops a part that was cut off after the client has gone on.
  await expect.poll(filesLeft).toEqual([]);
}

async function expectStored(objects: Objects): Promise<void> {
  expect((await objects.head(at))?.sizeBytes).toBe(threeParts);
  expect(await openUploads(objects)).toEqual([]);
}

describe('an upload gets over', () => {
  it('two errors of the store', async () => {
    const objects = open();
    s3.knobs.fail('UploadPart', { status: 500, code: 'InternalError', part: 2, times: 2 });
    await store(objects);
    await expectStored(objects);
    expect(s3.knobs.seen('UploadPart')).toBe(5);
  });

  it('a connection cut in the middle of part 2', async () => {
    const objects = open();
    s3.knobs.cut({ operation: 'UploadPart', part: 2, afterBytes: 3 * mebibyte });
    await store(objects);
    await expectStored(objects);
  });

  it('an error that comes with status 200 at the end', async () => {
    const objects = open();
    s3.knobs.fail('CompleteMultipartUpload', { status: 200, code: 'InternalError' });
    await store(objects);
    await expectStored(objects);
  });

  it('a lost answer to a part', async () => {
    const objects = open();
    s3.knobs.loseAnswer({ operation: 'UploadPart', part: 2 });
    await store(objects);
    await expectStored(objects);
  });

  it('a lost answer to the completion, which finds its upload gone the second time', async () => {
    const objects = open();
    s3.knobs.loseAnswer({ operation: 'CompleteMultipartUpload' });
    await store(objects);
    await expectStored(objects);
    expect(s3.knobs.seen('CompleteMultipartUpload')).toBe(2);
  });

  it('a slow store', async () => {
    const objects = open();
    s3.knobs.slow(20 * mebibyte);
    await store(objects);
    await expectStored(objects);
  });

  it('a body longer than it was said to be, while 10,000 parts hold it', async () => {
    const objects = open();
    await store(objects, bodyOf(), { atMostBytes: 5 * mebibyte });
    await expectStored(objects);
  });

  it('a clock that is 20 minutes slow', async () => {
    const objects = open();
    now = () => new Date(Date.now() + 20 * 60_000);
    await store(objects);
    await expectStored(objects);
  });
});

it('the time is that of the store, however far off the clock here is', async () => {
  const there = new Date('2030-01-02T03:04:05Z');
  now = () => there;
  expect(await open().clockOf('backups')).toEqual(there);
});

describe('an upload fails clearly', () => {
  it('and at once where it is not allowed, saying which permission is missing', async () => {
    const objects = open();
    s3.knobs.fail('CreateMultipartUpload', { status: 403, code: 'AccessDenied' });
    await expect(store(objects)).rejects.toMatchObject({
      code: 'S3_ACCESS_DENIED',
      retryable: false,
      message: expect.stringMatching(
        /^Storing prod-1\/a\.zst in bucket backups failed: .*\(AccessDenied, HTTP 403, request id [\dA-F]{16}\)\.$/,
      ),
      next: expect.stringContaining('s3:PutObject'),
    });
    expect(s3.knobs.seen('CreateMultipartUpload')).toBe(1);
    await expectNothingLeft(objects);
  });

  it('when a part in the middle is refused, without reading the rest of the body', async () => {
    const objects = open();
    s3.knobs.fail('UploadPart', { status: 403, code: 'AccessDenied', part: 3 });
    const source = bodyOf(2_000 * mebibyte);
    await expect(store(objects, source)).rejects.toMatchObject({ code: 'S3_ACCESS_DENIED' });
    expect(source.seen.wasLetGo).toBe(true);
    expect(source.seen.bytes).toBeLessThan(200 * mebibyte);
    await expectNothingLeft(objects);
  });

  it('when the store keeps asking for fewer requests, after a few tries', async () => {
    const objects = open({ attempts: 2 });
    s3.knobs.fail('UploadPart', { status: 503, code: 'SlowDown', part: 1, times: 99 });
    await expect(store(objects)).rejects.toMatchObject({ code: 'S3_SLOW_DOWN', retryable: true });
    await expectNothingLeft(objects);
  });

  it('when every connection is cut in part 2', async () => {
    const objects = open({ attempts: 2 });
    s3.knobs.cut({ operation: 'UploadPart', part: 2, afterBytes: mebibyte, times: 99 });
    await expect(store(objects)).rejects.toMatchObject({ code: 'S3_CONNECTION', retryable: true });
    await expectNothingLeft(objects);
  });

  it('when the store takes a part and falls silent', async () => {
    const objects = open({ attempts: 1, timeouts: { idleMs: 1_000 } });
    s3.knobs.hang({ operation: 'UploadPart', part: 2 });
    await expect(store(objects)).rejects.toMatchObject({ code: 'S3_TIMEOUT', retryable: true });
    await expectNothingLeft(objects);
  });

  it('when the completion is refused', async () => {
    const objects = open();
    s3.knobs.fail('CompleteMultipartUpload', { status: 400, code: 'InvalidPart' });
    await expect(store(objects)).rejects.toMatchObject({ code: 'S3_DAMAGED_ON_THE_WAY' });
    await expectNothingLeft(objects);
  });

  it('when the server is down', async () => {
    const objects = open({ attempts: 2 });
    await s3.knobs.down();
    await expect(store(objects)).rejects.toMatchObject({ code: 'S3_CONNECTION', retryable: true });
    await s3.knobs.up();
    await expectNothingLeft(objects);
  });

  it('when the server goes down in the middle, telling that parts are left and where', async () => {
    const objects = open({ attempts: 1 });
    const goDown = async () => void (await s3.knobs.down());
    await expect(store(objects, bodyOf(200 * mebibyte), { onStored: goDown })).rejects.toMatchObject({
      code: 'S3_CONNECTION',
      message: expect.stringContaining('And the parts already sent are still there: Removing the parts'),
      next: expect.stringMatching(/Upload [\w-]+ of prod-1\/a\.zst is open and has to be aborted\.$/),
    });
    await s3.knobs.up();
    const [left] = await openUploads(objects);
    expect(left?.key).toBe(at.key);
    if (left) await objects.abortUpload('backups', left);
    await expectNothingLeft(objects);
  });

  it("when its parts may not be removed, keeping the body's own error as the cause", async () => {
    const objects = open();
    s3.knobs.fail('AbortMultipartUpload', { status: 403, code: 'AccessDenied' });
    const broken = new Error('The digest does not match.');
    async function* body() {
      yield* bodyOf().body;
      throw broken;
    }
    await expect(objects.store(at, body(), { contentType: 'x', atMostBytes: 1 })).rejects.toMatchObject({
      code: 'S3_PARTS_LEFT',
      message: expect.stringMatching(
        /^The digest does not match\. And the parts already sent are still there: .*AccessDenied/,
      ),
      cause: { errors: [broken, expect.anything()] },
    });
    expect(await openUploads(objects)).toHaveLength(1);
  });
});

describe('an abort', () => {
  it('cuts parts that are on their way to a silent store, and removes what arrived', async () => {
    const objects = open();
    s3.knobs.hang({ operation: 'UploadPart', part: 2 });
    const abort = new AbortController();
    const reason = new Error('cancelled by alice');
    const source = bodyOf(200 * mebibyte);
    const stored = store(objects, source, { signal: abort.signal, onStored: () => abort.abort(reason) });
    await expect(stored).rejects.toBe(reason);
    expect(source.seen.wasLetGo).toBe(true);
    await expectNothingLeft(objects);
  });

  it('does not wait long for a store that is silent about the beginning', async () => {
    const objects = open({ attempts: 1 });
    s3.knobs.hang({ operation: 'CreateMultipartUpload' });
    const reason = new Error('cancelled by alice');
    const abort = new AbortController();
    async function* body() {
      yield* bodyOf(9 * mebibyte).body;
      abort.abort(reason);
      yield* bodyOf(9 * mebibyte).body;
    }
    await expect(
      store(objects, { seen: { bytes: 0, wasLetGo: false }, body: body() }, { signal: abort.signal }),
    ).rejects.toBe(reason);
    await expectNothingLeft(objects);
  });
});

describe('a connection', () => {
  it.each<[string, Partial<BucketConnection>, string]>([
    ['with a wrong secret', { credentials: { ...keys, secretAccessKey: 'guess' } }, 'S3_WRONG_KEY'],
    ['with an unknown key', { credentials: { ...keys, accessKeyId: 'guess' } }, 'S3_WRONG_KEY'],
    ['to an absent bucket', { bucket: 'nowhere' }, 'S3_NO_SUCH_BUCKET'],
    ['to another region', { region: 'eu-central-1' }, 'S3_WRONG_REGION'],
    ['to a port nobody listens on', { endpoint: 'http://127.0.0.1:9' }, 'S3_CONNECTION'],
  ])('%s is found out by check, and by head which gets no error body', async (_, connection, code) => {
    const objects = open({ attempts: 1, ...connection });
    await expect(objects.check('backups')).rejects.toMatchObject({ code });
    await expect(objects.head(at)).rejects.toMatchObject({ code });
    await expect(store(objects)).rejects.toMatchObject({ code });
  });

  it('by TLS to a server without it is a fault with that name', async () => {
    const objects = open({ attempts: 1, endpoint: s3.endpoint.replace('http:', 'https:') });
    await expect(objects.check('backups')).rejects.toMatchObject({ code: 'S3_TLS', retryable: false });
  });

  it('whose clock stays wrong is told so', async () => {
    const objects = open({ attempts: 1 });
    s3.knobs.fail('ListObjectsV2', { status: 403, code: 'RequestTimeTooSkewed', times: 99 });
    await expect(objects.check('backups')).rejects.toMatchObject({ code: 'S3_CLOCK_SKEW' });
  });
});

describe('reading', () => {
  const read = async (objects: Objects) => Array.fromAsync((await objects.get(at))?.body ?? []);

  it('fails clearly when the connection is cut in the middle', async () => {
    const objects = open();
    await store(objects);
    s3.knobs.cut({ operation: 'GetObject', afterBytes: 10 * mebibyte });
    await expect(read(objects)).rejects.toMatchObject({ code: 'S3_CONNECTION', operation: 'get', retryable: true });
  });

  it('fails clearly when the bytes stop coming', async () => {
    await store(open());
    s3.knobs.slow(1);
    await expect(read(open({ timeouts: { idleMs: 200 } }))).rejects.toMatchObject({
      code: 'S3_TIMEOUT',
      operation: 'get',
      retryable: true,
    });
  });
});

describe('putting', () => {
  it('where nothing may be tells a race apart from a key that is taken', async () => {
    const objects = open({ attempts: 1 });
    const put = () => objects.put(at, Buffer.from('x'), { contentType: 'text/plain', ifAbsent: true });
    s3.knobs.fail('PutObject', { status: 409, code: 'ConditionalRequestConflict' });
    await expect(put()).rejects.toMatchObject({ code: 'S3_CONFLICT', retryable: true });
    expect(await put()).toBe(true);
    expect(await put()).toBe(false);
  });

  it('under a key of the key service is reported with it', async () => {
    const objects = open();
    await objects.put(at, Buffer.from('x'), {
      contentType: 'text/plain',
      encryption: { kind: 'sse-kms', keyId: 'alias/backups' },
    });
    expect((await objects.head(at))?.serverSideEncryption).toBe('aws:kms');
  });
});
