import { beforeEach, expect, it } from 'vitest';
import { findDamagedData } from '../../../../src/ops/etcd/backup/damaged-data.ts';
import { readBackups } from '../../../../src/ops/etcd/backup/read-backups.ts';
import { type BackupPlanter, createBackupPlanter } from '../../../fakes/backups.ts';
import { createFakeClock } from '../../../fakes/clock.ts';
import { clusterOf } from '../../../fakes/cluster.ts';
import { createFakeObjects, type FakeObjects } from '../../../fakes/objects.ts';

const clock = createFakeClock();
const cluster = clusterOf({ foreign: ['old'] });
let objects: FakeObjects;
let plant: BackupPlanter;

beforeEach(() => {
  objects = createFakeObjects(clock, { buckets: ['main'] });
  plant = createBackupPlanter(objects, cluster);
});

const own = (id: string, hours: number) =>
  plant.own({ id, takenAt: new Date(clock.now().getTime() - hours * 3_600_000) });

async function damaged() {
  const { backups } = await readBackups(objects, cluster, { now: clock.now() });
  return findDamagedData(objects, cluster.backup, backups, {});
}

it('finds nothing where all is as it was stored', async () => {
  own('r-1', 1);
  await plant.foreign('etcd.db');
  expect(await damaged()).toEqual([]);
  expect(await findDamagedData(objects, cluster.backup, [], {})).toEqual([]);
});

it('finds data that is gone, cut or grown', async () => {
  own('r-1', 1);
  await objects.remove(own('r-2', 2).dataAt);
  objects.plant(own('r-3', 3).dataAt, Buffer.alloc(3));
  objects.plant(own('r-4', 4).dataAt, Buffer.alloc(2048));
  expect(await damaged()).toEqual([
    { id: 'r-2', why: 'its data is gone' },
    { id: 'r-3', why: 'its data is 3 bytes where 11 bytes were stored' },
    { id: 'r-4', why: 'its data is 2048 bytes (2.0 KiB) where 11 bytes were stored' },
  ]);
});
