import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObjectAt, Objects } from '../../src/ports/objects.ts';
import { describeRemoval, type RemovalUnderTest } from './objects-removal.ts';

/** A store to try the contract on. */
export interface ObjectsUnderTest extends RemovalUnderTest {
  /** `bucket` is there and empty under it. */
  readonly prefix: string;
  /** What the port leaves to the server, and this server does. */
  readonly honours: { readonly ifAbsent: boolean; readonly encryption: boolean };
  /** How many keys it lists at once: a thousand, as S3 does, unless told. */
  readonly pageSize?: number;
  close(): Promise<void>;
}

const mebibyte = 1024 * 1024;
const plain = { contentType: 'application/octet-stream' };
const stream = { ...plain, atMostBytes: 100 * mebibyte };

/** What every object store behind the port must do. */
export function describeObjects(name: string, make: () => Promise<ObjectsUnderTest>): void {
  describe(`objects: ${name}`, () => {
    let under: ObjectsUnderTest;
    let count = 0;
    /** A prefix of its own for each test. */
    const room = () => {
      count += 1;
      return `${under.prefix}${count}/`;
    };
    const fresh = (name = 'object'): ObjectAt => ({ bucket: under.bucket, key: `${room()}${name}` });

    beforeAll(async () => {
      under = await make();
    });
    afterAll(() => under?.close());

    describe('store', () => {
      it.each([
        ['nothing', 0],
        ['less than a part', 70_001],
        ['exactly one part', 8 * mebibyte],
        ['exactly two parts', 16 * mebibyte],
        ['parts and a rest', 16 * mebibyte + 12_345],
      ])('keeps every byte of %s', async (_, sizeBytes) => {
        const at = fresh();
        const { body, sha256 } = bytesOf(sizeBytes);
        const stored = await under.objects.store(at, body, stream);
        expect(stored.sizeBytes).toBe(sizeBytes);
        const found = await under.objects.head(at);
        expect(found).toMatchObject({ key: at.key, sizeBytes });
        // Where checksums are sent, the store says of what it holds what was summed here.
        expect(found?.checksum).toBe(stored.checksum);
        expect(await hashOf(under.objects, at)).toEqual({ sizeBytes, sha256: sha256() });
      });

      it('remembers metadata under lower-case names', async () => {
        const at = fresh();
        await under.objects.store(at, bytesOf(9 * mebibyte).body, {
          ...stream,
          metadata: { Cluster: 'prod-1', revision: '42' },
        });
        expect((await under.objects.head(at))?.metadata).toEqual({ cluster: 'prod-1', revision: '42' });
      });

      it('tells how much is stored, rising to everything', async () => {
        const told: number[] = [];
        const sizeBytes = 17 * mebibyte;
        await under.objects.store(fresh(), bytesOf(sizeBytes).body, {
          ...stream,
          onStored: (bytes) => told.push(bytes),
        });
        expect(told).toEqual([...told].sort((a, b) => a - b));
        expect(told.length).toBeGreaterThan(1);
        expect(told.at(-1)).toBe(sizeBytes);
      });

      it('shows an upload as open while it runs, and no more once it is stored', async () => {
        const at = fresh();
        const pause = pausing(17 * mebibyte, 9 * mebibyte);
        const stored = under.objects.store(at, pause.body, { ...stream, onStored: pause.reached });
        await pause.isReached;
        expect(await openKeys(under, at.key)).toEqual([at.key]);
        expect(await under.objects.head(at)).toBeUndefined();
        pause.goOn();
        await stored;
        expect(await openKeys(under, at.key)).toEqual([]);
      });

      it('passes on what broke the body, and leaves neither an object nor parts', async () => {
        const at = fresh();
        const broken = new Error('the digest is wrong');
        await expect(under.objects.store(at, failing(17 * mebibyte, broken), stream)).rejects.toBe(broken);
        expect(await under.objects.head(at)).toBeUndefined();
        expect(await openKeys(under, at.key)).toEqual([]);
      });

      it('stops at an abort in the middle of a silent body, and leaves neither an object nor parts', async () => {
        const at = fresh();
        const abort = new AbortController();
        const pause = pausing(17 * mebibyte, 9 * mebibyte);
        const stored = under.objects.store(at, pause.body, {
          ...stream,
          signal: abort.signal,
          onStored: pause.reached,
        });
        await pause.isReached;
        const reason = new Error('cancelled by alice');
        abort.abort(reason);
        await expect(stored).rejects.toBe(reason);
        expect(await under.objects.head(at)).toBeUndefined();
        expect(await openKeys(under, at.key)).toEqual([]);
      });

      it('does not begin when the signal has aborted already', async () => {
        const at = fresh();
        const reason = new Error('too late');
        const stored = under.objects.store(at, bytesOf(9 * mebibyte).body, {
          ...stream,
          signal: AbortSignal.abort(reason),
        });
        await expect(stored).rejects.toBe(reason);
        expect(await under.objects.head(at)).toBeUndefined();
      });

      it('fails when somebody ends its upload, and stores nothing', async () => {
        const at = fresh();
        const pause = pausing(17 * mebibyte, 9 * mebibyte);
        const stored = under.objects.store(at, pause.body, { ...stream, onStored: pause.reached });
        stored.catch(() => undefined);
        await pause.isReached;
        for (const upload of await opened(under, at.key)) await under.objects.abortUpload(under.bucket, upload);
        pause.goOn();
        await expect(stored).rejects.toMatchObject({ name: 'Fault', code: 'S3_NO_SUCH_UPLOAD', retryable: true });
        expect(await under.objects.head(at)).toBeUndefined();
      });

      it('stores several at once, each its own', async () => {
        const all = await Promise.all(
          [8 * mebibyte + 1, 8 * mebibyte + 2, 8 * mebibyte + 3].map(async (sizeBytes, index) => {
            const at = fresh(`object-${index}`);
            const { body, sha256 } = bytesOf(sizeBytes, index);
            await under.objects.store(at, body, stream);
            return { seen: await hashOf(under.objects, at), meant: { sizeBytes, sha256: sha256() } };
          }),
        );
        for (const { seen, meant } of all) expect(seen).toEqual(meant);
      });

      it('reports the encryption it asked for', async ({ skip }) => {
        if (!under.honours.encryption) skip('this server has no encryption set up');
        const at = fresh();
        await under.objects.store(at, bytesOf(9 * mebibyte).body, { ...stream, encryption: { kind: 'sse-s3' } });
        expect((await under.objects.head(at))?.serverSideEncryption).toBe('AES256');
      });
    });

    describe('put', () => {
      it('writes over what was there', async () => {
        const at = fresh();
        expect(await under.objects.put(at, Buffer.from('first'), plain)).toBe(true);
        expect(await under.objects.put(at, Buffer.from('second'), plain)).toBe(true);
        expect(await textOf(under.objects, at)).toBe('second');
      });

      it('changes nothing where a key exists and must not', async ({ skip }) => {
        if (!under.honours.ifAbsent) skip('this server does not honour If-None-Match');
        const at = fresh();
        expect(await under.objects.put(at, Buffer.from('first'), { ...plain, ifAbsent: true })).toBe(true);
        expect(await under.objects.put(at, Buffer.from('second'), { ...plain, ifAbsent: true })).toBe(false);
        expect(await textOf(under.objects, at)).toBe('first');
      });

      it('keeps metadata and size', async () => {
        const at = fresh();
        const before = Date.now();
        await under.objects.put(at, Buffer.from('{}'), {
          contentType: 'application/json',
          metadata: { sha256: 'abc' },
        });
        const facts = await under.objects.head(at);
        expect(facts).toMatchObject({ key: at.key, sizeBytes: 2, metadata: { sha256: 'abc' } });
        expect(facts?.etag).toMatch(/^[^"]+$/);
        expect(Math.abs((facts?.modifiedAt.getTime() ?? 0) - before)).toBeLessThan(60_000);
      });
    });

    describe('head and get', () => {
      it('answer nothing for a key that is not there', async () => {
        const at = fresh();
        expect(await under.objects.head(at)).toBeUndefined();
        expect(await under.objects.get(at)).toBeUndefined();
      });

      it.each([
        ['the first bytes', [0, 9]],
        ['bytes across the border of two parts', [8 * mebibyte - 3, 8 * mebibyte + 4]],
        ['the last byte', [9 * mebibyte - 1, 9 * mebibyte - 1]],
        ['what is there of a range that reaches past the end', [9 * mebibyte - 5, 9 * mebibyte + 100]],
      ] as const)('get gives %s', async (_, [first, last]) => {
        const at = fresh();
        const { body } = bytesOf(9 * mebibyte);
        await under.objects.store(at, body, stream);
        const part = await under.objects.get(at, { range: [first, last] });
        const whole = await collect(bytesOf(9 * mebibyte).body);
        expect(part?.facts.sizeBytes).toBe(9 * mebibyte);
        expect((await collect(part?.body)).equals(whole.subarray(first, last + 1))).toBe(true);
      });

      it('get tells the facts head tells', async () => {
        const at = fresh();
        await under.objects.put(at, Buffer.from('same'), { ...plain, metadata: { a: '1' } });
        const got = await under.objects.get(at);
        await collect(got?.body);
        expect(got?.facts).toEqual(await under.objects.head(at));
      });

      it('get stops at an abort', async () => {
        const at = fresh();
        await under.objects.store(at, bytesOf(17 * mebibyte).body, stream);
        const abort = new AbortController();
        const reason = new Error('enough');
        const got = await under.objects.get(at, { signal: abort.signal });
        const read = async () => {
          for await (const _ of got?.body ?? []) abort.abort(reason);
        };
        await expect(read()).rejects.toBe(reason);
      });
    });

    describe('list', () => {
      it('gives the keys under a prefix in the order of their bytes', async () => {
        const prefix = room();
        const names = ['b', 'a/2', 'a/10', 'a-', 'ä', 'B', 'a', '\u{1F600}', '\uFFFD'];
        for (const name of names)
          await under.objects.put({ bucket: under.bucket, key: prefix + name }, Buffer.from(name), plain);
        await under.objects.put({ bucket: under.bucket, key: `${room()}elsewhere` }, Buffer.from('x'), plain);
        const inByteOrder = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(await keysOf(under, { prefix })).toEqual(inByteOrder.map((name) => prefix + name));
      });

      it('gives size and time of each', async () => {
        const at = fresh();
        await under.objects.put(at, Buffer.from('12345'), plain);
        const [facts] = await Array.fromAsync(under.objects.list(under.bucket, { prefix: at.key }));
        expect(facts).toMatchObject({ key: at.key, sizeBytes: 5 });
        expect(facts?.modifiedAt.getTime()).toBeGreaterThan(0);
      });

      it('gives nothing where nothing is', async () => {
        expect(await keysOf(under, { prefix: room() })).toEqual([]);
      });

      it('begins after a key and stops at a limit', async () => {
        const prefix = room();
        for (const name of ['1', '2', '3', '4', '5'])
          await under.objects.put({ bucket: under.bucket, key: prefix + name }, Buffer.from(name), plain);
        expect(await keysOf(under, { prefix, after: `${prefix}2`, limit: 2 })).toEqual([`${prefix}3`, `${prefix}4`]);
        expect(await keysOf(under, { prefix, after: `${prefix}25` })).toEqual([
          `${prefix}3`,
          `${prefix}4`,
          `${prefix}5`,
        ]);
        expect(await keysOf(under, { prefix, limit: 0 })).toEqual([]);
      });

      it('goes on over its pages', async () => {
        const prefix = room();
        const { pageSize = 1_000 } = under;
        const names = Array.from({ length: pageSize + 3 }, (_, index) => `${prefix}${String(index).padStart(4, '0')}`);
        await eachOf(names, 16, (key) => under.objects.put({ bucket: under.bucket, key }, Buffer.from('x'), plain));
        expect(await keysOf(under, { prefix })).toEqual(names);
        expect(await keysOf(under, { prefix, limit: pageSize + 1 })).toEqual(names.slice(0, pageSize + 1));
      });

      it.each([
        'with space',
        'plus+and&and=',
        'quote"\'<tag>',
        'percent%20',
        'ünï/cödé',
        'tilde~(paren)!*',
        'dots/../and/./more',
        'semi;colon:at@',
        'double//slash',
      ])('finds, reads and removes a key such as %j', async (name) => {
        const at = fresh(name);
        await under.objects.put(at, Buffer.from(name), plain);
        expect(await keysOf(under, { prefix: at.key })).toEqual([at.key]);
        expect(await textOf(under.objects, at)).toBe(name);
        await under.objects.remove(at);
        expect(await under.objects.head(at)).toBeUndefined();
      });
    });

    describe('remove', () => {
      it('removes, and removes again without complaint', async () => {
        const at = fresh();
        await under.objects.put(at, Buffer.from('x'), plain);
        await under.objects.remove(at);
        expect(await under.objects.head(at)).toBeUndefined();
        await under.objects.remove(at);
      });
    });

    describeRemoval(() => under, room);

    describe('open uploads', () => {
      it('are found by prefix with the time they began, and end once and for all', async () => {
        const at = fresh();
        const pause = pausing(17 * mebibyte, 9 * mebibyte);
        const stored = under.objects.store(at, pause.body, { ...stream, onStored: pause.reached });
        stored.catch(() => undefined);
        await pause.isReached;
        const [upload, ...more] = await opened(under, at.key);
        expect(more).toEqual([]);
        expect(Math.abs((upload?.startedAt.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
        expect(await openKeys(under, `${at.key}-other`)).toEqual([]);
        if (upload) await under.objects.abortUpload(under.bucket, upload);
        if (upload) await under.objects.abortUpload(under.bucket, upload);
        expect(await openKeys(under, at.key)).toEqual([]);
        pause.goOn();
        await expect(stored).rejects.toThrow();
      });
    });

    it('tells the time by the clock of the store', async () => {
      const told = await under.objects.clockOf(under.bucket);
      expect(Math.abs((told?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
    });

    describe('an absent bucket', () => {
      it.each<[string, (objects: Objects, bucket: string) => Promise<unknown>]>([
        ['store', (objects, bucket) => objects.store({ bucket, key: 'k' }, bytesOf(9 * mebibyte).body, stream)],
        ['put', (objects, bucket) => objects.put({ bucket, key: 'k' }, Buffer.from('x'), plain)],
        ['head', (objects, bucket) => objects.head({ bucket, key: 'k' })],
        ['get', (objects, bucket) => objects.get({ bucket, key: 'k' })],
        ['list', (objects, bucket) => Array.fromAsync(objects.list(bucket, { prefix: '' }))],
        ['remove', (objects, bucket) => objects.remove({ bucket, key: 'k' })],
        ['openUploads', (objects, bucket) => Array.fromAsync(objects.openUploads(bucket, ''))],
        ['clockOf', (objects, bucket) => objects.clockOf(bucket)],
        ['check', (objects, bucket) => objects.check(bucket)],
      ])('is a clear fault in %s', async (_, act) => {
        const fault = { name: 'Fault', port: 'objects', code: 'S3_NO_SUCH_BUCKET', retryable: false };
        await expect(act(under.objects, under.absentBucket)).rejects.toMatchObject(fault);
      });

      it('is not the bucket that is there', async () => {
        await expect(under.objects.check(under.bucket)).resolves.toBeUndefined();
      });

      it('is told apart from one nobody configured', async () => {
        await expect(under.objects.check('never-heard-of')).rejects.toMatchObject({ code: 'S3_UNKNOWN_BUCKET' });
      });
    });
  });
}

/** The same bytes for the same seed, in chunks of changing size. */
function bytesOf(sizeBytes: number, seed = 0): { readonly body: AsyncIterable<Uint8Array>; sha256(): string } {
  const hash = createHash('sha256');
  async function* body(): AsyncGenerator<Uint8Array> {
    const sizes = [65_536, 1, 262_144, 1_048_576, 300_001];
    for (let made = 0, turn = 0; made < sizeBytes; turn += 1) {
      const chunk = Buffer.alloc(Math.min(sizes[turn % sizes.length] ?? 1, sizeBytes - made), `chunk ${seed} ${turn} `);
      made += chunk.length;
      hash.update(chunk);
      yield chunk;
    }
  }
  return { body: body(), sha256: () => hash.copy().digest('hex') };
}

async function* failing(sizeBytes: number, error: Error): AsyncGenerator<Uint8Array> {
  yield* bytesOf(sizeBytes).body;
  throw error;
}

/** A body that falls silent after `pauseAfter` bytes until `goOn`; `isReached` once the store told that it has a part. */
function pausing(sizeBytes: number, pauseAfter: number) {
  const gate = Promise.withResolvers<void>();
  const part = Promise.withResolvers<void>();
  async function* body(): AsyncGenerator<Uint8Array> {
    let made = 0;
    for await (const chunk of bytesOf(sizeBytes).body) {
      made += chunk.length;
      yield chunk;
      if (made > pauseAfter) await gate.promise;
    }
  }
  return { body: body(), isReached: part.promise, reached: () => part.resolve(), goOn: () => gate.resolve() };
}

async function collect(body: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(body ?? []));
}

async function textOf(objects: Objects, at: ObjectAt): Promise<string> {
  return (await collect((await objects.get(at))?.body)).toString();
}

async function hashOf(
  objects: Objects,
  at: ObjectAt,
): Promise<{ readonly sizeBytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of (await objects.get(at))?.body ?? []) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}

async function keysOf(
  { objects, bucket }: ObjectsUnderTest,
  options: Parameters<Objects['list']>[1],
): Promise<string[]> {
  return (await Array.fromAsync(objects.list(bucket, options))).map(({ key }) => key);
}

function opened({ objects, bucket }: ObjectsUnderTest, prefix: string) {
  return Array.fromAsync(objects.openUploads(bucket, prefix));
}

async function openKeys(under: ObjectsUnderTest, prefix: string): Promise<string[]> {
  return (await opened(under, prefix)).map(({ key }) => key);
}

async function eachOf<T>(all: readonly T[], atOnce: number, work: (one: T) => Promise<unknown>): Promise<void> {
  const queue = all.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const one of queue) await work(one);
    }),
  );
}
