import { beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../../../src/chatops/errors.ts';
import { abortAbandonedUploads } from '../../../../src/ops/etcd/backup/abandoned-uploads.ts';
import { createFakeClock, type FakeClock } from '../../../fakes/clock.ts';
import { backupTarget } from '../../../fakes/cluster.ts';
import { createFakeObjects, type FakeObjects } from '../../../fakes/objects.ts';

const target = backupTarget();
const minute = 60_000;

let clock: FakeClock;
let objects: FakeObjects;
beforeEach(() => {
  clock = createFakeClock();
  objects = createFakeObjects(clock, { buckets: ['main'] });
});

const leave = (key: string) => objects.abandonUpload({ bucket: 'main', key }).key;
const clean = () => abortAbandonedUploads(objects, target, { runId: 'r-own', now: clock.now() });
const left = async () => (await Array.fromAsync(objects.openUploads('main', ''))).map(({ key }) => key);

describe('abortAbandonedUploads', () => {
  it('ends at once what former attempts of this run began', async () => {
    const own = leave('etcd/prod-1/data/20260301T085959Z-r-own-aaaa.db.zst');
    expect(await clean()).toEqual([own]);
    expect(await left()).toEqual([]);
  });

  it('lets young uploads of other runs be: somebody may be working on them', async () => {
    const young = [
      leave('etcd/prod-1/data/20260301T085959Z-r-other-aaaa.db.zst'),
      leave('etcd/prod-1/data/20260301T085959Z-r-ow-aaaa.db.zst'),
      leave('etcd/prod-1/data/20260301T085959Z-r-ownmore-aaaa.db.zst'),
    ];
    clock.advance(89 * minute);
    expect(await clean()).toEqual([]);
    expect(await left()).toEqual(young.toSorted());
  });

  it('ends those that are older than a snapshot may take, and an hour more', async () => {
    const old = leave('etcd/prod-1/data/20260301T085959Z-r-other-aaaa.db.zst');
    clock.advance(90 * minute);
    expect(await clean()).toEqual([old]);
    expect(await left()).toEqual([]);
  });

  it('lets young uploads be by the clock of the store, however far ahead this worker’s is', async () => {
    const young = leave('etcd/prod-1/data/20260301T085959Z-r-other-aaaa.db.zst');
    const ahead = new Date(clock.now().getTime() + 24 * 60 * minute);
    expect(await abortAbandonedUploads(objects, target, { runId: 'r-own', now: ahead })).toEqual([]);
    expect(await left()).toEqual([young]);
  });

  it('touches nothing outside this cluster’s data, however old', async () => {
    const others = [
      leave('etcd/prod-1/elsewhere/20260301T085959Z-r-own-aaaa.db.zst'),
      leave('etcd/prod-10/data/20260301T085959Z-r-own-aaaa.db.zst'),
      leave('somebody/else-r-own-1'),
    ];
    clock.advance(100_000 * minute);
    expect(await clean()).toEqual([]);
    expect(await left()).toEqual(others.toSorted());
  });

  it('passes on what the store says when it does not let us', async () => {
    leave('etcd/prod-1/data/20260301T085959Z-r-own-aaaa.db.zst');
    const denied = new Fault('AccessDenied', { port: 'objects', operation: 'abortUpload', retryable: false });
    objects.fail('abortUpload', denied);
    await expect(clean()).rejects.toBe(denied);
  });
});
