import { beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../../../src/chatops/errors.ts';
import type { OwnBackup } from '../../../../src/ops/etcd/backup/backup.ts';
import { copyBackup } from '../../../../src/ops/etcd/backup/copy-backup.ts';
import { copyNewest, copyWarnings } from '../../../../src/ops/etcd/backup/copy-newest.ts';
import { findBackup } from '../../../../src/ops/etcd/backup/find-backup.ts';
import { isUnsound } from '../../../../src/ops/etcd/backup/unsound.ts';
import type { Objects } from '../../../../src/ports/objects.ts';
import { type BackupPlanter, createBackupPlanter } from '../../../fakes/backups.ts';
import { createFakeClock, type FakeClock } from '../../../fakes/clock.ts';
import { clusterOf } from '../../../fakes/cluster.ts';
import { createFakeObjects, type FakeObjects } from '../../../fakes/objects.ts';

const place = { bucket: 'second', prefix: 'copies/prod-1', address: 's3://elsewhere' };
const cluster = clusterOf({ copy: place });
const { signal } = new AbortController();
let clock: FakeClock;
let objects: FakeObjects;
let plant: BackupPlanter;

beforeEach(() => {
  clock = createFakeClock();
  objects = createFakeObjects(clock, { buckets: ['main', 'second'] });
  plant = createBackupPlanter(objects, cluster);
});

const own = (id: string, hours = 1, data = Buffer.alloc(200_000, id)) =>
  plant.own({ id, takenAt: new Date(clock.now().getTime() - hours * 3_600_000), data });
const copy = (backup: OwnBackup, store: Objects = objects) => copyBackup(store, cluster, backup, place, { signal });
const nothingThere = () => expect(objects.keys('second')).toEqual([]);
const there = ({ key }: { readonly key: string }) => ({
  bucket: 'second',
  key: key.replace('etcd/prod-1', place.prefix),
});

describe('copyBackup', () => {
  it('copies data and manifest byte for byte, and tells how far it is', async () => {
    const backup = own('r-1');
    const told: number[] = [];
    const progress = (done: number, total: number) => {
      expect(total).toBe(200_000);
      told.push(done);
    };
    expect(await copyBackup(objects, cluster, backup, place, { signal, progress })).toBe('size');
    for (const at of [backup.dataAt, backup.manifestAt]) expect(objects.peek(there(at))).toEqual(objects.peek(at));
    expect(told.at(-1)).toBe(200_000);
    const found = await findBackup(objects, clusterOf({ ...place }), 'r-1');
    expect(found.dataAt).toEqual(there(backup.dataAt));
  });

  it('is the same when it is repeated', async () => {
    const backup = own('r-1');
    await copy(backup);
    const keys = objects.keys('second');
    await copy(backup);
    expect(objects.keys('second')).toEqual(keys);
  });

  it('asks S3 to encrypt where it did, and leaves KMS to the second bucket', async () => {
    for (const [kind, expected] of [
      ['sse-s3', 'AES256'],
      ['sse-kms', undefined],
    ] as const) {
      const backup = own(`r-${kind}`);
      await copyBackup(objects, clusterOf({ encryption: { kind } }), backup, place, { signal });
      expect((await objects.head(there(backup.dataAt)))?.serverSideEncryption).toBe(expected);
    }
  });

  it.each<[string, (backup: OwnBackup) => Promise<void>, string]>([
    ['a byte was flipped', async ({ dataAt }) => objects.plant(dataAt, Buffer.alloc(200_000, 'x')), 'BACKUP_STORED'],
    ['data was cut off', async ({ dataAt }) => objects.plant(dataAt, Buffer.from('cut')), 'BACKUP_STORED'],
    ['data is gone', ({ dataAt }) => objects.remove(dataAt), 'BACKUP_MISSING'],
    ['the manifest is gone', ({ manifestAt }) => objects.remove(manifestAt), 'BACKUP_MISSING'],
  ])('copies nothing where %s', async (_, spoil, code) => {
    const backup = own('r-1');
    await spoil(backup);
    const error = await copy(backup).catch((thrown: unknown) => thrown);
    expect(isUnsound(error)).toBe(true);
    expect(error).toMatchObject({ code });
    nothingThere();
  });

  it.each(['head', 'put'] as const)('leaves nothing where the second bucket fails in %s', async (method) => {
    const fault = new Fault('elsewhere does not answer.', { port: 'objects', operation: method, retryable: true });
    let isFirst = true;
    const store: Objects = {
      ...objects,
      [method]: (at: { readonly bucket: string }, ...more: never[]) => {
        if (at.bucket !== 'second' || !isFirst) return (objects[method] as (...all: unknown[]) => unknown)(at, ...more);
        isFirst = false;
        return Promise.reject(fault);
      },
    };
    await expect(copy(own('r-1'), store)).rejects.toBe(fault);
    nothingThere();
  });

  it('leaves nothing where the second bucket holds other bytes than were stored', async () => {
    const store: Objects = {
      ...objects,
      async store(at, body, options) {
        const stored = await objects.store(at, body, options);
        objects.plant(at, Buffer.from('rubbish'));
        return stored;
      },
    };
    await expect(copy(own('r-1'), store)).rejects.toMatchObject({ code: 'S3_READ_BACK' });
    nothingThere();
  });

  it('stops when told to', async () => {
    const stop = new AbortController();
    const reason = new Error('cancelled by Alice');
    const progress = () => stop.abort(reason);
    await expect(copyBackup(objects, cluster, own('r-1'), place, { signal: stop.signal, progress })).rejects.toBe(
      reason,
    );
    nothingThere();
  });
});

describe('copyNewest', () => {
  const newest = () => copyNewest(objects, cluster, place, { runId: 'r-run', now: clock.now() }, { signal });

  it('copies those of the newest five that have no copy, the newest first', async () => {
    const all = [1, 2, 3, 4, 5, 6, 7].map((hours) => own(`r-${hours}`, hours));
    if (all[1]) plant.copied(all[1]);
    expect(await newest()).toEqual({ copied: ['r-1', 'r-3', 'r-4', 'r-5'], failed: [] });
    expect(await newest()).toEqual({ copied: [], failed: [] });
  });

  it('passes over what is broken or tells nothing, and says what is not as it was stored', async () => {
    const [, second, third, fourth] = [1, 2, 3, 4].map((hours) => own(`r-${hours}`, hours));
    if (second) plant.verified(second, { passed: false, findings: ['A byte differs.'] });
    if (third) objects.plant(third.manifestAt, Buffer.from('{'));
    if (fourth) objects.plant(fourth.dataAt, Buffer.alloc(200_000, 'x'));
    const copies = await newest();
    expect(copies).toEqual({
      copied: ['r-1'],
      failed: [{ id: 'r-4', why: expect.stringContaining('not those that were stored') }],
    });
    expect(copyWarnings(copies, place)).toEqual([
      expect.stringMatching(/^r-4 could not be copied to s3:\/\/elsewhere: .*\. The next snapshot tries again\.$/),
    ]);
  });

  it('ends with the first failure of the second bucket', async () => {
    for (const hours of [1, 2, 3]) own(`r-${hours}`, hours);
    objects.fail(
      'store',
      new Fault('elsewhere does not answer.', { port: 'objects', operation: 'store', retryable: true }),
    );
    expect(await newest()).toEqual({ copied: [], failed: [{ id: 'r-1', why: 'elsewhere does not answer.' }] });
  });

  it('ends uploads over there that dead workers left', async () => {
    objects.abandonUpload({ bucket: 'second', key: `${place.prefix}/data/20260101T000000Z-r-old-aaaaaaaaaaaa.db` });
    clock.advance(3 * 3_600_000);
    await newest();
    expect(await Array.fromAsync(objects.openUploads('second', ''))).toEqual([]);
  });

  it('copies nothing that something else made', async () => {
    const mixed = clusterOf({ copy: place, foreign: ['old'] });
    await createBackupPlanter(objects, mixed).foreign('etcd-1.db');
    expect(await copyNewest(objects, mixed, place, { runId: 'r-run', now: clock.now() }, { signal })).toEqual({
      copied: [],
      failed: [],
    });
  });
});
