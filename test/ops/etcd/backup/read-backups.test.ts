import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../../../src/chatops/errors.ts';
import { manifestBytes } from '../../../../src/ops/etcd/backup/manifest.ts';
import { type ReadOptions, readBackups } from '../../../../src/ops/etcd/backup/read-backups.ts';
import type { Objects } from '../../../../src/ports/objects.ts';
import { type BackupPlanter, createBackupPlanter } from '../../../fakes/backups.ts';
import { createFakeClock, type FakeClock } from '../../../fakes/clock.ts';
import { clusterOf } from '../../../fakes/cluster.ts';
import { createFakeObjects, type FakeObjects } from '../../../fakes/objects.ts';

const hour = 3_600_000;
const copy = { bucket: 'second', prefix: 'copies/prod-1', address: 's3://elsewhere' };
const cluster = clusterOf({ foreign: ['old/prod-1'] });
const copied = clusterOf({ copy });
const indexAt = { bucket: 'main', key: 'etcd/prod-1/index.json' };
let clock: FakeClock;
let objects: FakeObjects;
let plant: BackupPlanter;

beforeEach(() => {
  clock = createFakeClock();
  objects = createFakeObjects(clock, { buckets: ['main', 'second'] });
  plant = createBackupPlanter(objects, cluster);
});

const ago = (hours: number) => new Date(clock.now().getTime() - hours * hour);
const own = (id: string, hours: number) => plant.own({ id, takenAt: ago(hours) });
const read = (options: Partial<ReadOptions> = {}, of = cluster, from: Objects = objects) =>
  readBackups(from, of, { now: clock.now(), ...options });
const idsOf = ({ backups }: Awaited<ReturnType<typeof readBackups>>) => backups.map(({ id }) => id);
const denied = (retryable: boolean) =>
  new Fault('Access denied.', { port: 'objects', operation: 'get', retryable, code: 'S3_ACCESS_DENIED' });

describe('backups as the bucket holds them', () => {
  it('come newest first, those that something else made among them', async () => {
    own('r-old', 30);
    const foreign = await plant.foreign('etcd-20260228T210000Z.tar.gz');
    const newest = own('r-new', 2);
    const list = await read();
    expect(idsOf(list)).toEqual(['r-new', 'etcd-20260228T210000Z.tar.gz', 'r-old']);
    expect(list.backups[0]).toEqual(newest);
    expect(list.backups[1]).toEqual(foreign);
    expect(list).toMatchObject({ hasMore: false, unreadable: [], remarks: [] });
  });

  it('are as many as asked for, and it is said that there are more', async () => {
    for (const hours of [1, 2, 3, 4]) own(`r-${hours}`, hours);
    expect(await read({ limit: 3 })).toMatchObject({ hasMore: true });
    expect(idsOf(await read({ limit: 3 }))).toEqual(['r-1', 'r-2', 'r-3']);
    expect(await read({ limit: 4 })).toMatchObject({ hasMore: false });
  });

  it('are no older than asked for, and the listing stops there', async () => {
    for (const hours of [1, 5, 30]) own(`r-${hours}`, hours);
    const list = await read({ since: ago(6) });
    expect(idsOf(list)).toEqual(['r-1', 'r-5']);
    expect(list.hasMore).toBe(false);
  });

  it('are none in an empty bucket', async () => {
    expect(await read()).toEqual({ backups: [], hasMore: false, unreadable: [], remarks: [] });
  });

  it('carry what trying them out came to, the later result where there are two', async () => {
    const verified = plant.verified(own('r-good', 1));
    const mended = own('r-mended', 2);
    plant.verified(mended, { passed: false, findings: ['The store did not answer.'], verifiedAt: ago(1.5) });
    const later = plant.verified(mended, { verifiedAt: ago(1) });
    const broken = own('r-broken', 3);
    plant.verified(broken, { verifiedAt: ago(2) });
    const worse = plant.verified(broken, { passed: false, findings: ['A byte differs.'], verifiedAt: ago(1) });
    own('r-untried', 4);
    const { backups } = await read();
    expect(backups.map(({ verification }) => verification)).toEqual([verified, later, worse, undefined]);
  });

  it('of foreign files keep their results under the cluster’s own prefix', async () => {
    const verified = plant.verified(await plant.foreign('etcd backup.db.gz'));
    expect(objects.keys('main').filter((key) => key.startsWith('etcd/prod-1/verified/'))).toHaveLength(1);
    expect((await read()).backups).toMatchObject([{ kind: 'foreign', verification: verified }]);
  });

  it('of foreign files have each its own results, also where name and time are the same', async () => {
    const [good, other] = [await plant.foreign('cp-1/etcd-20260228.db'), await plant.foreign('cp-2/etcd-20260228.db')];
    const [passed, failed] = [
      plant.verified(good),
      plant.verified(await plant.foreign('cp-3/etcd-20260228.db'), failure),
    ];
    const { backups, unreadable } = await read();
    const found = new Map(backups.map(({ dataAt, verification }) => [dataAt.key, verification]));
    expect(found.get(good.dataAt.key)).toEqual(passed);
    expect(found.get(other.dataAt.key)).toBeUndefined();
    expect(found.get(other.dataAt.key.replace('cp-2', 'cp-3'))).toEqual(failed);
    expect(unreadable).toEqual([]);
  });

  it('of foreign files lose their results when the file is stored anew', async () => {
    plant.verified(await plant.foreign('etcd-20260228.db'));
    clock.advance(5 * hour);
    plant.verified(await plant.foreign('etcd-20260228.db'), { verifiedAt: ago(4) });
    const { backups, unreadable } = await read();
    expect(backups).toMatchObject([{ id: 'etcd-20260228.db' }]);
    expect(backups[0]).not.toHaveProperty('verification');
    expect(unreadable).toMatchObject([{ why: 'the file was stored anew since' }]);
  });

  it('find their data beside them when both were moved to another prefix', async () => {
    const elsewhere = createBackupPlanter(objects, clusterOf({ copy: { ...copy, bucket: 'main' } }));
    elsewhere.copied(elsewhere.own({ id: 'r-1', takenAt: ago(1) }));
    const { backups } = await read({}, clusterOf({ prefix: copy.prefix }));
    expect(backups).toMatchObject([
      { dataAt: { bucket: 'main', key: expect.stringContaining('copies/prod-1/data/') } },
    ]);
    expect(objects.peek(backups[0]?.dataAt ?? indexAt)).toBeDefined();
  });
});

const failure = { passed: false, findings: ['A byte differs.'] };

describe('a copy in the second bucket', () => {
  it('is said of the backup that has one', async () => {
    const planter = createBackupPlanter(objects, copied);
    planter.own({ id: 'r-2', takenAt: ago(1) });
    planter.copied(planter.own({ id: 'r-1', takenAt: ago(2) }));
    const { backups } = await read({}, copied);
    expect(backups.map((one) => one.kind === 'own' && one.copiedTo)).toEqual([undefined, 'second']);
  });

  it('is not known while that bucket does not answer, which is said and stops nothing', async () => {
    own('r-1', 1);
    const list = await read({}, clusterOf({ copy: { ...copy, bucket: 'unknown' } }));
    expect(idsOf(list)).toEqual(['r-1']);
    expect(list.remarks).toEqual([
      'Which backups are copied to s3://elsewhere is not known: There is no bucket unknown in salvor.yaml.',
    ]);
  });
});

describe('what is not as its key promises', () => {
  const unreadable = async () => (await read()).unreadable.map(({ why }) => why);

  it('is named and hides nothing else', async () => {
    const broken = own('r-broken', 1);
    objects.plant(broken.manifestAt, Buffer.from('{'));
    own('r-good', 2);
    const list = await read({ limit: 1 });
    expect(idsOf(list)).toEqual(['r-good']);
    expect(list.unreadable).toEqual([{ key: broken.manifestAt.key, why: 'it is no JSON' }]);
  });

  it('is a manifest of another cluster, of another backup, or of a later version', async () => {
    plant.own({ id: 'r-1', takenAt: ago(1), manifest: { cluster: 'prod-2' } });
    const { manifest, manifestAt } = own('r-2', 2);
    objects.plant(manifestAt, manifestBytes({ ...manifest, id: 'r-9' }));
    const later = own('r-3', 3);
    objects.plant(later.manifestAt, Buffer.from(JSON.stringify({ version: 2 })));
    expect(await unreadable()).toEqual([
      'it is of prod-2',
      'it is of another backup, r-9',
      expect.stringMatching(/^it is of no form this version knows \(version: /),
    ]);
  });

  it('is a result of another cluster, of another backup, or one that its name belies', async () => {
    plant.verified(own('r-1', 1), { cluster: 'prod-2' });
    plant.verified(own('r-2', 2), { backup: 'r-9' });
    const { key } = own('r-3', 3).manifestAt;
    const failed = key.replace('/manifests/', '/verified/').replace('.json', '.failed.json');
    plant.verified(own('r-3', 3));
    objects.plant(
      { bucket: 'main', key: failed },
      objects.peek({ bucket: 'main', key: failed.replace('failed', 'passed') }) ?? Buffer.of(),
    );
    const list = await read();
    expect(list.unreadable.map(({ why }) => why)).toEqual([
      'it is of prod-2',
      'it is of another backup, r-9',
      'its key says otherwise than its content',
    ]);
    expect(list.backups.map(({ verification }) => verification?.passed)).toEqual([undefined, undefined, true]);
  });

  it('is what the store does not hand out', async () => {
    own('r-1', 1);
    await read();
    objects.plant(indexAt, Buffer.of());
    // The first call asks for the index.
    objects.fail('get', denied(false), 2);
    expect(await unreadable()).toEqual(['Access denied']);
  });

  it('fails the reading where trying again may help', async () => {
    own('r-1', 1);
    objects.fail('get', denied(true), 2);
    await expect(read()).rejects.toThrow('Access denied.');
  });

  it('is a backup from the future, which is listed and said', async () => {
    plant.own({ id: 'r-ahead', takenAt: ago(-3) });
    plant.own({ id: 'r-close', takenAt: ago(-0.01) });
    const list = await read();
    expect(idsOf(list)).toEqual(['r-ahead', 'r-close']);
    expect(list.remarks).toEqual(['A clock is wrong: r-ahead came from the future, at most 3 h from now.']);
    for (const hours of [-1, -2, -4]) own(`r-${hours}`, hours);
    expect((await read()).remarks).toEqual([
      'A clock is wrong: r--4 and 3 others came from the future, at most 4 h from now.',
    ]);
  });
});

describe('the index', () => {
  /** The keys that were read one by one. */
  function watched(): { readonly objects: Objects; readonly gets: string[]; readonly puts: string[] } {
    const gets: string[] = [];
    const puts: string[] = [];
    const watching: Objects = {
      ...objects,
      get: (at, options) => {
        gets.push(at.key);
        return objects.get(at, options);
      },
      put: (at, body, options) => {
        puts.push(at.key);
        return objects.put(at, body, options);
      },
    };
    return { objects: watching, gets, puts };
  }
  const entries = () => JSON.parse(gunzipSync(objects.peek(indexAt) ?? Buffer.of()).toString()).entries;

  it('saves reading what was read before, and is written only for what is new', async () => {
    plant.verified(own('r-1', 3));
    const first = await read();
    expect(entries()).toHaveLength(2);
    const again = watched();
    expect(await read({}, cluster, again.objects)).toEqual(first);
    expect(again).toMatchObject({ gets: [indexAt.key], puts: [] });
    const { manifestAt } = own('r-2', 1);
    const third = watched();
    await read({}, cluster, third.objects);
    expect(third).toMatchObject({ gets: [indexAt.key, manifestAt.key], puts: [indexAt.key] });
  });

  it('is not believed of an object that has changed, or is gone', async () => {
    const { manifest, manifestAt } = own('r-1', 1);
    const gone = own('r-2', 2);
    await read();
    objects.plant(manifestAt, manifestBytes({ ...manifest, reason: 'changed' }));
    await objects.remove(gone.manifestAt);
    expect((await read()).backups).toMatchObject([{ manifest: { reason: 'changed' } }]);
  });

  it.each([
    ['is no JSON', Buffer.from('{"version":1,"entr')],
    ['is of another form', Buffer.from('{"version":7,"entries":[{"key":1}]}')],
    ['is cut short', Buffer.from('1f8b0800', 'hex')],
    ['is empty', Buffer.of()],
  ])('changes nothing when it %s', async (_, bytes) => {
    own('r-1', 1);
    const before = await read();
    objects.plant(indexAt, bytes);
    expect(await read()).toEqual(before);
    expect(entries()).toHaveLength(1);
  });

  it('may be plain JSON', async () => {
    own('r-1', 1);
    await read();
    objects.plant(indexAt, gunzipSync(objects.peek(indexAt) ?? Buffer.of()));
    const again = watched();
    await read({}, cluster, again.objects);
    expect(again).toMatchObject({ gets: [indexAt.key], puts: [] });
  });

  it('need not be readable nor writable', async () => {
    own('r-1', 1);
    objects.fail('get', denied(false));
    objects.fail('put', denied(false));
    expect(idsOf(await read())).toEqual(['r-1']);
    expect(objects.peek(indexAt)).toBeUndefined();
  });

  it('holds the newest only, and is not written for older ones', async () => {
    for (let hours = 1; hours <= 1_001; hours += 1) own(`r-${hours}`, hours);
    expect((await read()).backups).toHaveLength(1_001);
    expect(entries()).toHaveLength(1_000);
    expect(entries()[0].key).toContain('r-1.json');
    const again = watched();
    await read({}, cluster, again.objects);
    expect(again.gets.slice(1)).toEqual([expect.stringContaining('r-1001.json')]);
    expect(again.puts).toEqual([]);
  });
});
