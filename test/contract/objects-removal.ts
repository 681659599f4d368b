import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { ObjectAt, ObjectLock, Objects } from '../../src/ports/objects.ts';

export interface RemovalUnderTest {
  readonly objects: Objects;
  readonly bucket: string;
  /** A bucket that is configured and not there. */
  readonly absentBucket: string;
  /** A bucket made with Object Lock, where the server has any. */
  readonly lockingBucket?: string | undefined;
}

const plain = { contentType: 'application/octet-stream' };
const mebibyte = 1024 * 1024;
const hour = 60 * 60_000;
const none: ObjectLock = { legalHold: false };
const retained = (mode: 'governance' | 'compliance', forMs = hour): ObjectLock => ({
  // S3 may keep whole seconds only.
  retention: { mode, until: new Date(Math.ceil((Date.now() + forMs) / 1000) * 1000) },
  legalHold: false,
});

/** What every object store behind the port must do about deleting many, and about Object Lock. */
export function describeRemoval(given: () => RemovalUnderTest, room: () => string): void {
  const under = () => given();
  const write = (at: ObjectAt, text = 'x') => under().objects.put(at, Buffer.from(text), plain);
  const isThere = async (at: ObjectAt) => (await under().objects.head(at)) !== undefined;

  describe('removeAll', () => {
    it('removes what is there, tells of each key once in the order asked, and again without complaint', async () => {
      const { objects, bucket } = under();
      const [a, b, other] = [`${room()}a`, `${room()}b &<ü>`, `${room()}other`];
      for (const key of [a, b, other]) await write({ bucket, key });
      const asked = [b, a, `${room()}never there`, a];
      const removals = [...new Set(asked)].map((key) => ({ key, state: 'removed' }));
      expect(await objects.removeAll(bucket, asked)).toEqual(removals);
      expect(await objects.removeAll(bucket, asked)).toEqual(removals);
      expect(await isThere({ bucket, key: a })).toBe(false);
      expect(await isThere({ bucket, key: b })).toBe(false);
      expect(await isThere({ bucket, key: other })).toBe(true);
    });

    it('has nothing to do for no keys', async () => {
      expect(await under().objects.removeAll(under().bucket, [])).toEqual([]);
    });

    it('does not begin once it is stopped', async () => {
      const { objects, bucket } = under();
      const key = `${room()}stays`;
      await write({ bucket, key });
      const reason = new Error('stopped by Alice');
      const removing = objects.removeAll(bucket, [key], { signal: AbortSignal.abort(reason) });
      await expect(removing).rejects.toBe(reason);
      expect(await isThere({ bucket, key })).toBe(true);
    });
  });

  describe('in a bucket without Object Lock', () => {
    it('the bucket says that it has none', async () => {
      expect(await under().objects.hasObjectLock(under().bucket)).toBe(false);
    });

    it('what is there is what was put first', async () => {
      const prefix = room();
      for (const key of ['a', 'b']) await write({ bucket: under().bucket, key: `${prefix}${key}` });
      const found = await Array.fromAsync(under().objects.firstVersions(under().bucket, { prefix }));
      expect(found).toEqual([{ key: `${prefix}a` }, { key: `${prefix}b` }]);
    });

    it('an object has no lock, nor has one that is not there', async () => {
      const { objects, bucket } = under();
      const at = { bucket, key: `${room()}plain` };
      await write(at);
      expect(await objects.lockOf(at)).toEqual(none);
      expect(await objects.lockOf({ bucket, key: `${at.key}-absent` })).toEqual(none);
    });

    it.each<[string, () => ObjectLock]>([
      ['a retention', () => retained('governance')],
      ['a legal hold', () => ({ legalHold: true })],
    ])('%s is a clear fault, and nothing is stored', async (_, lock) => {
      const { objects, bucket } = under();
      const fault = { name: 'Fault', port: 'objects', code: 'S3_NO_OBJECT_LOCK', retryable: false };
      const at = { bucket, key: `${room()}locked` };
      await expect(objects.put(at, Buffer.from('x'), { ...plain, lock: lock() })).rejects.toMatchObject(fault);
      expect(await isThere(at)).toBe(false);
      await write(at);
      await expect(objects.setLock(at, lock())).rejects.toMatchObject(fault);
    });
  });

  describe('in a bucket with Object Lock', () => {
    const locking = (skip: (why: string) => void): string => {
      const { lockingBucket = '' } = under();
      if (lockingBucket === '') skip('this server has no Object Lock');
      return lockingBucket;
    };

    it('the bucket says that it has it', async ({ skip }) => {
      expect(await under().objects.hasObjectLock(locking(skip))).toBe(true);
    });

    it('what is not locked goes with every version of it', async ({ skip }) => {
      const bucket = locking(skip);
      const at = { bucket, key: `${room()}versions` };
      const other = { bucket, key: `${at.key}-of-another` };
      for (const text of ['1', '2', '3']) await write(at, text);
      await write(other);
      expect(await under().objects.removeAll(bucket, [at.key])).toEqual([{ key: at.key, state: 'removed' }]);
      expect(await isThere(at)).toBe(false);
      expect(await isThere(other)).toBe(true);
      await write(at, '4');
      await under().objects.remove(at);
      expect(await isThere(at)).toBe(false);
    });

    it.for([
      {
        by: 'governance',
        lock: () => retained('governance'),
        why: /governance mode until \d{4}-\d\d-\d\d \d\d:\d\d UTC/,
      },
      {
        by: 'compliance',
        lock: () => retained('compliance'),
        why: /compliance mode until \d{4}-\d\d-\d\d \d\d:\d\d UTC/,
      },
      { by: 'a legal hold', lock: () => ({ legalHold: true }), why: /under a legal hold/ },
    ])('what is locked by $by is kept and told so, while the rest goes', async ({ lock, why }, { skip }) => {
      const { objects } = under();
      const bucket = locking(skip);
      const put = { bucket, key: `${room()}put` };
      const set = { bucket, key: `${room()}set` };
      const free = { bucket, key: `${room()}free` };
      await objects.put(put, Buffer.from('x'), { ...plain, lock: lock() });
      for (const at of [set, free]) await write(at);
      await objects.setLock(set, lock());
      const kept = { state: 'kept', isLocked: true, why: expect.stringMatching(why) };
      expect(await objects.removeAll(bucket, [put.key, free.key, set.key])).toEqual([
        { key: put.key, ...kept },
        { key: free.key, state: 'removed' },
        { key: set.key, ...kept },
      ]);
      await expect(objects.remove(put)).rejects.toMatchObject({
        ...{ name: 'Fault', port: 'objects', code: 'S3_LOCKED', retryable: false },
        message: expect.stringMatching(why),
      });
      expect([await isThere(put), await isThere(set), await isThere(free)]).toEqual([true, true, false]);
    });

    it('one locked version keeps all of them', async ({ skip }) => {
      const bucket = locking(skip);
      const at = { bucket, key: `${room()}mixed` };
      await write(at, 'older');
      await under().objects.put(at, Buffer.from('locked'), { ...plain, lock: retained('governance') });
      await write(at, 'newest');
      expect(await under().objects.removeAll(bucket, [at.key])).toMatchObject([{ state: 'kept', isLocked: true }]);
      expect((await under().objects.head(at))?.sizeBytes).toBe('newest'.length);
    });

    it('a lock on what was stored in parts is told as it was set, and is set again without complaint', async ({
      skip,
    }) => {
      const bucket = locking(skip);
      const { objects } = under();
      const at = { bucket, key: `${room()}told` };
      const twoParts = [Buffer.alloc(5 * mebibyte), Buffer.alloc(4 * mebibyte)];
      await objects.store(at, Readable.from(twoParts), { ...plain, atMostBytes: 9 * mebibyte });
      expect(await objects.lockOf(at)).toEqual(none);
      const lock = retained('compliance');
      for (const _ of ['once', 'twice']) await objects.setLock(at, lock);
      expect(await objects.lockOf(at)).toEqual(lock);
      await objects.setLock(at, { legalHold: true });
      expect(await objects.lockOf(at)).toEqual({ ...lock, legalHold: true });
    });

    it('what was put first is found and read, whatever was put over it', async ({ skip }) => {
      const bucket = locking(skip);
      const { objects } = under();
      const prefix = room();
      const [a, b] = [`${prefix}a`, `${prefix}b`];
      for (const text of ['first', 'second', 'third']) await objects.put({ bucket, key: a }, Buffer.from(text), plain);
      await objects.put({ bucket, key: b }, Buffer.from('alone'), plain);
      const found = await Array.fromAsync(objects.firstVersions(bucket, { prefix }));
      expect(found.map(({ key }) => key)).toEqual([a, b]);
      const read = found.map(async ({ key, version }) => {
        const { body = [] } = (await objects.get({ bucket, key }, { version })) ?? {};
        return Buffer.concat(await Array.fromAsync(body)).toString();
      });
      expect(await Promise.all(read)).toEqual(['first', 'alone']);
      const after = await Array.fromAsync(objects.firstVersions(bucket, { prefix, after: a }));
      expect(after.map(({ key }) => key)).toEqual([b]);
    });

    it('a lock is made longer, never shorter', async ({ skip }) => {
      const bucket = locking(skip);
      const { objects } = under();
      const at = { bucket, key: `${room()}longer` };
      await objects.put(at, Buffer.from('x'), { ...plain, lock: retained('compliance') });
      const longer = retained('compliance', 2 * hour);
      await objects.setLock(at, longer);
      await expect(objects.setLock(at, retained('compliance'))).rejects.toMatchObject({ name: 'Fault' });
      expect(await objects.lockOf(at)).toEqual(longer);
    });
  });

  it.each<[string, (objects: Objects, bucket: string) => Promise<unknown>]>([
    ['removeAll', (objects, bucket) => objects.removeAll(bucket, ['a', 'b'])],
    ['lockOf', (objects, bucket) => objects.lockOf({ bucket, key: 'k' })],
    ['hasObjectLock', (objects, bucket) => objects.hasObjectLock(bucket)],
    ['setLock', (objects, bucket) => objects.setLock({ bucket, key: 'k' }, retained('governance'))],
  ])('an absent bucket is a clear fault in %s', async (_, act) => {
    const fault = { name: 'Fault', port: 'objects', code: 'S3_NO_SUCH_BUCKET', retryable: false };
    await expect(act(under().objects, under().absentBucket)).rejects.toMatchObject(fault);
  });
}
