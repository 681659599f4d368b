import { beforeEach, describe, expect, it } from 'vitest';
import { dataKey, manifestKey } from '../../../../src/ops/etcd/backup/backup-layout.ts';
import { manifestBytes } from '../../../../src/ops/etcd/backup/manifest.ts';
import { removeOrphanedData } from '../../../../src/ops/etcd/backup/orphaned-data.ts';
import { createFakeClock } from '../../../fakes/clock.ts';
import { clusterOf } from '../../../fakes/cluster.ts';
import { aManifest } from '../../../fakes/manifests.ts';
import { createFakeObjects, type FakeObjects } from '../../../fakes/objects.ts';

const prefix = 'etcd/prod-1';
const cluster = clusterOf({ prefix });
const target = cluster.backup;
const hour = 3_600_000;
let objects: FakeObjects;
let now: Date;
/** What the store's clock says. */
let there: Date;
const storeClock = { now: () => there };

beforeEach(() => {
  now = createFakeClock().now();
  there = now;
  objects = createFakeObjects(storeClock, { buckets: ['main'] });
});

const ago = (ms: number) => new Date(now.getTime() - ms);

/** Stored when its attempt began, as far as the store knows. */
function data(id: string, takenAt: Date, nonce = 'aaaaaaaaaaaa', storedAt = takenAt): string {
  const key = dataKey({ prefix, takenAt, id }, nonce, { compression: 'zstd', isAgeEncrypted: false });
  const later = there;
  there = storedAt;
  objects.plant({ bucket: 'main', key }, Buffer.from('data'));
  there = later;
  return key;
}

function manifest(id: string, takenAt: Date, key: string): string {
  const written = aManifest(cluster, { id, takenAt, stored: { key, compression: 'zstd', sizeBytes: 4 } });
  const at = manifestKey({ prefix, takenAt, id });
  objects.plant({ bucket: 'main', key: at }, manifestBytes(written));
  return at;
}

const removals = () => removeOrphanedData(objects, target, now);
const swept = async () => (await removals()).filter(({ state }) => state === 'removed').map(({ key }) => key);

it('removes what was stored and never committed', async () => {
  const orphan = data('r-dead', ago(5 * hour));
  expect(await swept()).toEqual([orphan]);
  expect(objects.keys('main')).toEqual([]);
});

it('keeps backups, whole and in any number', async () => {
  for (const hours of [2, 30, 100]) manifest(`r-${hours}`, ago(hours * hour), data(`r-${hours}`, ago(hours * hour)));
  expect(await swept()).toEqual([]);
  expect(objects.keys('main')).toHaveLength(6);
});

it('keeps the data of a backup that waited long for its worker', async () => {
  manifest('r-waited', ago(11 * 24 * hour), data('r-waited', ago(6 * 24 * hour)));
  expect(await swept()).toEqual([]);
  expect(objects.keys('main')).toHaveLength(2);
});

it('keeps young data, whose attempt may still be at work', async () => {
  data('r-young', ago(hour));
  expect(await swept()).toEqual([]);
});

describe('by the clock of the store', () => {
  const running = () => data('r-running', ago(10 * 60_000));

  it('keeps what is young there, however far ahead this worker’s clock is', async () => {
    const key = running();
    now = new Date(now.getTime() + 24 * hour);
    expect(await swept()).toEqual([]);
    expect(objects.keys('main')).toEqual([key]);
  });

  it('keeps what was stored a moment ago by a worker whose clock is behind', async () => {
    data('r-behind', ago(24 * hour), 'aaaaaaaaaaaa', now);
    expect(await swept()).toEqual([]);
  });

  it('keeps for longer what is young by this worker’s clock', async () => {
    running();
    there = new Date(now.getTime() + 24 * hour);
    expect(await swept()).toEqual([]);
  });

  it('that does not tell it, by this worker’s', async () => {
    const silent = { ...objects, clockOf: async () => undefined };
    const orphan = data('r-dead', ago(5 * hour));
    expect(await removeOrphanedData(silent, target, now)).toMatchObject([{ key: orphan, state: 'removed' }]);
  });
});

it('removes of a run with two the one that its manifest does not name', async () => {
  const lost = data('r-twice', ago(5 * hour), 'aaaaaaaaaaaa');
  const kept = data('r-twice', ago(5 * hour - 60_000), 'bbbbbbbbbbbb');
  manifest('r-twice', ago(5 * hour), kept);
  expect(await swept()).toEqual([lost]);
  expect(objects.keys('main')).toContain(kept);
});

it('removes none of a run whose manifest cannot be read', async () => {
  data('r-odd', ago(5 * hour), 'aaaaaaaaaaaa');
  data('r-odd', ago(5 * hour), 'bbbbbbbbbbbb');
  objects.plant(
    { bucket: 'main', key: manifestKey({ prefix, takenAt: ago(5 * hour), id: 'r-odd' }) },
    Buffer.from('{'),
  );
  expect(await swept()).toEqual([]);
});

it('touches nothing that is not of its making', async () => {
  objects.plant({ bucket: 'main', key: `${prefix}/data/somebody-elses.db` }, Buffer.from('x'));
  objects.plant({ bucket: 'main', key: `${prefix}/manual/backup.db.zst` }, Buffer.from('x'));
  expect(await swept()).toEqual([]);
});

it('tells of what a lock keeps, and removes the rest', async () => {
  objects = createFakeObjects(storeClock, { buckets: ['main'], locking: ['main'] });
  const [locked, orphan] = [data('r-1', ago(6 * hour)), data('r-2', ago(5 * hour))];
  await objects.setLock({ bucket: 'main', key: locked }, { legalHold: true });
  expect(await removals()).toMatchObject([
    { key: locked, state: 'kept', isLocked: true },
    { key: orphan, state: 'removed' },
  ]);
  expect(objects.keys('main')).toEqual([locked]);
});
