import { beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../../../src/chatops/errors.ts';
import type { OwnBackup } from '../../../../src/ops/etcd/backup/backup.ts';
import { manifestKeyOf, stemOf } from '../../../../src/ops/etcd/backup/backup-layout.ts';
import { planPrune } from '../../../../src/ops/etcd/prune/plan-prune.ts';
import { type PruneHooks, removeBackups } from '../../../../src/ops/etcd/prune/remove-backups.ts';
import type { Removed } from '../../../../src/ops/etcd/prune/tally.ts';
import type { Objects } from '../../../../src/ports/objects.ts';
import { type BackupPlanter, createBackupPlanter } from '../../../fakes/backups.ts';
import { createFakeClock, type FakeClock } from '../../../fakes/clock.ts';
import { clusterOf } from '../../../fakes/cluster.ts';
import { createFakeObjects, type FakeObjects } from '../../../fakes/objects.ts';

const hour = 3_600_000;
const copy = { bucket: 'second', prefix: 'copies/prod-1', address: 's3://elsewhere' };
const plain = clusterOf({ keep: { last: 2 } });
const copying = clusterOf({ keep: { last: 2 }, copy });
let clock: FakeClock;
let objects: FakeObjects;
let plant: BackupPlanter;

beforeEach(() => {
  clock = createFakeClock();
  objects = createFakeObjects(clock, { buckets: ['main', 'second'], locking: ['main', 'second'] });
  plant = createBackupPlanter(objects, copying);
});

const ago = (hours: number) => new Date(clock.now().getTime() - hours * hour);
const own = (id: string, hours: number) => plant.own({ id, takenAt: ago(hours), data: Buffer.alloc(1024, id) });

/** b-1, taken an hour ago and verified, and so on; stored long enough ago for nobody to be at work on them. */
function backups(count: number, isCopied = false): readonly OwnBackup[] {
  const all = Array.from({ length: count }, (_, index) => own(`b-${index + 1}`, index + 1));
  if (all[0]) plant.verified(all[0]);
  if (isCopied) for (const backup of all) plant.copied(backup);
  clock.advance(3 * hour);
  return all;
}

const at = (all: readonly OwnBackup[], index: number): OwnBackup => {
  const backup = all[index];
  if (!backup) throw new RangeError(`there is no backup ${index}`);
  return backup;
};
const manifests = (bucket = 'main') =>
  objects.keys(bucket).flatMap((key) => /\/manifests\/.*-(b-\d+)\.json$/.exec(key)?.[1] ?? []);
const data = (bucket = 'main') =>
  objects.keys(bucket).flatMap((key) => /\/data\/.*-(b-\d+)-\w+\.db$/.exec(key)?.[1] ?? []);
const names = (...numbers: number[]) => numbers.map((number) => `b-${number}`);
const plan = (cluster = plain, store: Objects = objects) => planPrune(store, cluster, clock.now());
const hooks = (changes: Partial<PruneHooks> = {}): PruneHooks => ({
  signal: new AbortController().signal,
  checkpoint: async () => undefined,
  ...changes,
});
const fault = new Fault('The store answered 503.', { port: 'objects', operation: 'removeAll', retryable: true });

/** The store as it is after so many more batch deletions: it fails. */
function failingAfter(deletions: number): Objects {
  let left = deletions;
  return {
    ...objects,
    removeAll(...asked) {
      left -= 1;
      return left < 0 ? Promise.reject(fault) : objects.removeAll(...asked);
    },
  };
}

describe('a lock', () => {
  const until = () =>
    ({
      retention: { mode: 'governance', until: new Date(clock.now().getTime() + 48 * hour) },
      legalHold: false,
    }) as const;

  it('that is known keeps a backup in the plan', async () => {
    const all = backups(5);
    await objects.setLock(at(all, 2).dataAt, until());
    await objects.setLock(at(all, 3).dataAt, { legalHold: true });
    const { removals, decisions } = await plan();
    expect(removals.map(({ id }) => id)).toEqual(names(5));
    expect(decisions.filter(({ ground }) => ground === 'locked').map(({ why }) => why)).toEqual([
      'locked until 2026-03-03 12:00 UTC',
      'under a legal hold',
    ]);
  });

  it.each<[string, (backup: OwnBackup) => OwnBackup['dataAt'], RegExp]>([
    ['data', ({ dataAt }) => dataAt, /^locked until 2026-03-03 12:00 UTC$/],
    ['manifest', ({ manifestAt }) => manifestAt, /it is locked in governance mode until 2026-03-03 12:00 UTC$/],
  ])('that was set on its %s since keeps it whole, and the rest goes', async (_, part, why) => {
    const all = backups(5);
    const planned = await plan();
    await objects.setLock(part(at(all, 3)), until());
    const { removed, stayed } = await removeBackups(objects, planned, hooks());
    expect(stayed).toEqual([{ name: 'b-4', why: expect.stringMatching(why) }]);
    expect(removed).toMatchObject({ backups: 2, freedBytes: 2048 });
    expect(manifests()).toEqual(names(1, 2, 4));
    expect(data().toSorted()).toEqual(names(1, 2, 4));
  });

  it('on a copy keeps the original as well', async () => {
    const all = backups(4, true);
    const [key = ''] = objects.keys('second').filter((one) => one.includes(at(all, 2).stem));
    const planned = await plan(copying);
    await objects.setLock({ bucket: 'second', key }, until());
    const { stayed, removed } = await removeBackups(objects, planned, hooks());
    expect(stayed).toEqual([
      { name: 'b-3', why: expect.stringMatching(/^its copy stays: .*locked in governance mode/) },
    ]);
    expect(removed).toMatchObject({ backups: 1, copies: 1 });
    expect([manifests(), manifests('second')]).toEqual([names(1, 2, 3), names(1, 2, 3)]);
  });

  it('on the data of a copy keeps both in the plan', async () => {
    const all = backups(4, true);
    const { key } = at(all, 2).dataAt;
    await objects.setLock({ bucket: 'second', key: key.replace('etcd/prod-1', copy.prefix) }, until());
    expect((await plan(copying)).removals.map(({ id }) => id)).toEqual(names(4));
  });
});

describe('what the store does not let go', () => {
  it('is told, and what had ceased to exist is no backup any more', async () => {
    const all = backups(4);
    objects.denyRemoval(at(all, 2).manifestAt);
    objects.denyRemoval(at(all, 3).dataAt);
    const { removed, stayed } = await removeBackups(objects, await plan(), hooks());
    expect(removed).toMatchObject({ backups: 1, freedBytes: 0 });
    expect(stayed).toEqual([
      { name: 'b-3', why: expect.stringContaining('these credentials may not') },
      { name: at(all, 3).dataAt.key, why: expect.stringContaining('these credentials may not') },
    ]);
    expect(manifests()).toEqual(names(1, 2, 3));
  });
});

describe('an interruption', () => {
  it.each([
    ['before anything', 0, { backups: 0 }, 4],
    ['between manifests and data', 1, { backups: 2, freedBytes: 0 }, 2],
  ])('%s says what was removed, and the next prune finishes', async (_, deletions, removed, standing) => {
    backups(4);
    const said: (readonly [Removed, boolean])[] = [];
    const checkpoint = async (...told: readonly [Removed, boolean]) => void said.push(told);
    await expect(removeBackups(failingAfter(deletions), await plan(), hooks({ checkpoint }))).rejects.toBe(fault);
    expect(said).toMatchObject([
      [{ backups: 0 }, false],
      [removed, true],
    ]);
    expect(manifests()).toHaveLength(standing);
    expect(data()).toHaveLength(4);
    await removeBackups(objects, await plan(), hooks());
    expect(manifests()).toEqual(names(1, 2));
    expect(data().toSorted()).toEqual(names(1, 2));
    expect((await plan()).leftovers).toEqual([]);
  });

  it.each([1, 2, 3])(
    'after %d deletions leaves no copy without its original, and no backup without data',
    async (deletions) => {
      backups(4, true);
      await expect(removeBackups(failingAfter(deletions), await plan(copying), hooks())).rejects.toThrow();
      expect(manifests()).toEqual(expect.arrayContaining(manifests('second')));
      expect(data()).toEqual(expect.arrayContaining(manifests()));
      expect(data('second')).toEqual(expect.arrayContaining(manifests('second')));
      await removeBackups(objects, await plan(copying), hooks());
      for (const bucket of ['main', 'second'])
        expect([manifests(bucket), data(bucket).toSorted()]).toEqual([names(1, 2), names(1, 2)]);
    },
  );

  it('by whoever asked is seen between two batches', async () => {
    backups(600);
    const reason = new Error('cancelled by Alice');
    const seen: Removed[] = [];
    const checkpoint = async (removed: Removed) => {
      seen.push(removed);
      if (removed.backups > 0) throw reason;
    };
    await expect(removeBackups(objects, await plan(), hooks({ checkpoint }))).rejects.toBe(reason);
    expect(seen.map(({ backups: count }) => count)).toEqual([0, 250, 250]);
    expect(manifests()).toHaveLength(350);
    expect(manifests()).toEqual(expect.arrayContaining(names(1, 350)));
  });
});

describe('right before', () => {
  it('a backup is read again: one that cannot be read stays, with its data', async () => {
    const all = backups(5);
    const planned = await plan();
    objects.plant(at(all, 2).manifestAt, Buffer.from('{'));
    objects.plant(
      at(all, 3).manifestAt,
      Buffer.from(String(objects.peek(at(all, 3).manifestAt)).replace('"prod-1"', '"prod-2"')),
    );
    const { stayed, removed } = await removeBackups(objects, planned, hooks());
    expect(stayed).toEqual([
      { name: 'b-4', why: 'it is of prod-2' },
      { name: 'b-3', why: 'it is no JSON' },
    ]);
    expect(removed.backups).toBe(1);
    expect(data().toSorted()).toEqual(names(1, 2, 3, 4));
  });

  it.each<[string, (backup: OwnBackup) => Promise<void>]>([
    ['its manifest is gone', ({ manifestAt }) => objects.remove(manifestAt)],
    ['its data is gone', ({ dataAt }) => objects.remove(dataAt)],
    ['its data is of another size', async ({ dataAt }) => objects.plant(dataAt, Buffer.from('cut'))],
  ])('the newest verified one is looked for, and nothing goes when %s', async (_, spoil) => {
    const all = backups(4);
    const planned = await plan();
    await spoil(at(all, 0));
    const before = objects.keys('main');
    await expect(removeBackups(objects, planned, hooks())).rejects.toThrow(
      'The newest verified backup of prod-1 is not there any more, so nothing else goes.',
    );
    expect(objects.keys('main')).toEqual(before);
  });
});

describe('the second bucket', () => {
  it('that does not answer keeps everything', async () => {
    backups(4, true);
    const down = new Fault('s3://elsewhere does not answer.', { port: 'objects', operation: 'list', retryable: true });
    const store: Objects = {
      ...objects,
      list: (bucket, options) => {
        if (bucket === 'second') throw down;
        return objects.list(bucket, options);
      },
    };
    await expect(plan(copying, store)).rejects.toBe(down);
  });

  it('keeps copies whose originals are gone: they may be all there is', async () => {
    const all = backups(5, true);
    await objects.remove(at(all, 4).manifestAt);
    await objects.remove(at(all, 4).dataAt);
    const planned = await plan(copying);
    expect(planned.loneCopies).toBe(1);
    await removeBackups(objects, planned, hooks());
    expect([manifests(), manifests('second')]).toEqual([names(1, 2), names(1, 2, 5)]);
    expect(data('second').toSorted()).toEqual(names(1, 2, 5));
  });

  it('keeps data of a copy that may be under way, however old the backup is', async () => {
    const all = backups(3, true);
    objects.plant(
      { bucket: 'second', key: at(all, 2).dataAt.key.replace('etcd/prod-1', copy.prefix).replace('b-3', 'b-9') },
      Buffer.from('x'),
    );
    expect((await plan(copying)).leftovers).toEqual([]);
    clock.advance(2 * hour);
    expect((await plan(copying)).leftovers).toMatchObject([{ bucket: 'second', sizeBytes: 1 }]);
  });
});

it('takes no data that is young by the clock of each store, however far ahead this worker’s is', async () => {
  const all = backups(2, true);
  await objects.remove(own('b-8', 0).manifestAt);
  const ofCopy = at(all, 1).dataAt.key.replace('etcd/prod-1', copy.prefix).replace('b-2', 'b-9');
  objects.plant({ bucket: 'second', key: ofCopy }, Buffer.from('x'));
  const ahead = new Date(clock.now().getTime() + 24 * hour);
  expect((await planPrune(objects, copying, ahead)).leftovers).toEqual([]);
  clock.advance(2 * hour);
  expect((await planPrune(objects, copying, ahead)).leftovers).toHaveLength(2);
});

it('leaves another cluster’s data alone that lies deeper under the same prefix', async () => {
  backups(3);
  const inner = createBackupPlanter(objects, clusterOf({ prefix: 'etcd/prod-1/data' }, { name: 'prod-2' }));
  inner.own({ id: 'b-9', takenAt: ago(99) });
  clock.advance(3 * hour);
  const planned = await plan();
  expect(planned.leftovers).toEqual([]);
});

it('looks at the newest three hundred of those that go, and at the others right before they do', async () => {
  const all = backups(400);
  await objects.setLock(at(all, 350).dataAt, { legalHold: true });
  const planned = await plan();
  expect(planned.removals).toHaveLength(398);
  expect(planned.removals.filter(({ lock }) => lock === undefined)).toHaveLength(98);
  const { removed, stayed } = await removeBackups(objects, planned, hooks());
  expect(removed.backups).toBe(397);
  expect(stayed).toEqual([{ name: 'b-351', why: 'under a legal hold' }]);
});

describe('a manifest that lies', () => {
  /** Writes what one manifest says under the key of another time, as whoever may write to the bucket can. */
  const forge = (backup: OwnBackup, hours: number) => {
    const key = manifestKeyOf('etcd/prod-1', stemOf({ takenAt: ago(hours), id: backup.id }));
    objects.plant({ bucket: 'main', key }, objects.peek(backup.manifestAt) ?? Buffer.of());
  };

  it('with the id of the newest verified one takes neither its data nor anything else', async () => {
    const all = backups(5);
    forge(at(all, 0), 99);
    plant.verified(at(all, 1));
    const planned = await plan();
    expect(planned.removals.map(({ id }) => id)).toEqual(names(4, 5));
    expect(planned.unreadable.map(({ why }) => why)).toEqual(Array(2).fill('another manifest has the same id'));
    await removeBackups(objects, planned, hooks());
    expect(data().toSorted()).toEqual(names(1, 2, 3));
    expect(manifests()).toEqual(names(1, 2, 3, 1));
  });

  it('about which data is its own does not have the copy of another one removed', async () => {
    const all = backups(4, true);
    const [first, last] = [at(all, 0), at(all, 3)];
    const lying = String(objects.peek(last.manifestAt)).replace(last.dataAt.key, first.dataAt.key);
    for (const where of [last.manifestAt, { bucket: 'second', key: manifestKeyOf(copy.prefix, last.stem) }])
      objects.plant(where, Buffer.from(lying));
    const planned = await plan(copying);
    expect(planned.unreadable.map(({ why }) => why)).toEqual(['the data it names is of another backup']);
    await removeBackups(objects, planned, hooks());
    expect(data('second').toSorted()).toEqual(names(1, 2, 4));
  });
});
