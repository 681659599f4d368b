import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SandboxS3 } from '../../sandbox/s3/server.ts';
import { findDamagedData } from '../../src/ops/etcd/backup/damaged-data.ts';
import { findBackup } from '../../src/ops/etcd/backup/find-backup.ts';
import { type ReadOptions, readBackups } from '../../src/ops/etcd/backup/read-backups.ts';
import type { Objects } from '../../src/ports/objects.ts';
import { createBackupPlanter } from '../fakes/backups.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { clusterOf } from '../fakes/cluster.ts';
import { createFakeObjects, type FakeObjects } from '../fakes/objects.ts';
import { type FilledStore, openFilledStore } from './filled-store.ts';

const copy = { bucket: 'second', prefix: 'copies/prod-1', address: 's3://elsewhere' };
const cluster = clusterOf({ copy, foreign: ['old/prod-1'] });
// The store has a clock of its own.
const clock = createFakeClock(new Date());
const now = clock.now();
const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
const named = (hours: number) =>
  `etcd-${ago(hours)
    .toISOString()
    .replaceAll(/[-:]|\.\d+/g, '')}`;
const archive = `${named(3)}.tar.gz`;
const database = `${named(6)}.db`;
const ids = ['r-1', archive, 'r-4', 'r-5', database, 'r-7', 'r-8', 'r-9'];

let memory: FakeObjects;
let store: FilledStore;
let s3: SandboxS3;
let objects: Objects;

/** The same backups in memory and in a store whose listings come in pages of two. */
beforeAll(async () => {
  memory = createFakeObjects(clock, { buckets: ['main', 'second'] });
  await plantBackups();
  store = await openFilledStore(memory);
  ({ s3, objects } = store);
  s3.knobs.pages(2);
});

afterAll(() => store.close());

async function plantBackups(): Promise<void> {
  const plant = createBackupPlanter(memory, cluster);
  const [one, four, five, seven, eight] = [1, 4, 5, 7, 8, 9].map((hours) =>
    plant.own({ id: `r-${hours}`, takenAt: ago(hours) }),
  );
  plant.verified(await plant.foreign(archive));
  await plant.foreign(database);
  for (const each of [four, five, eight]) if (each) plant.verified(each);
  if (five) plant.verified(five, { passed: false, findings: ['A byte differs.'], verifiedAt: ago(1) });
  for (const each of [one, seven, eight]) if (each) plant.copied(each);
}

const read = (from: Objects, options: Partial<ReadOptions> = {}) => readBackups(from, cluster, { now, ...options });

describe('a listing in pages of two', () => {
  it('tells the same as one in memory', async () => {
    const listings = s3.knobs.seen('ListObjectsV2');
    const list = await read(objects);
    expect(list.backups.map(({ id }) => id)).toEqual(ids);
    expect(list).toEqual(await read(memory));
    expect(s3.knobs.seen('ListObjectsV2') - listings).toBeGreaterThanOrEqual(9);
  });

  it.each([
    ['a limit within a page', { limit: 3 }],
    ['a limit at the end of a page', { limit: 4 }],
    ['a limit beyond the end', { limit: 100 }],
    ['a time', { since: ago(5.5) }],
    ['both', { since: ago(8.5), limit: 2 }],
  ])('stops at %s', async (_, options) => {
    expect(await read(objects, options)).toEqual(await read(memory, options));
  });

  it('is asked for no further than needed', async () => {
    const listings = s3.knobs.seen('ListObjectsV2');
    await read(objects, { limit: 1 });
    // A page each of manifests, verifications and copies, and both of foreign files.
    expect(s3.knobs.seen('ListObjectsV2') - listings).toBeLessThanOrEqual(5);
  });

  it.each([...ids, 'latest', 'latest-verified'])('finds %s', async (which) => {
    expect(await findBackup(objects, cluster, which)).toEqual(await findBackup(memory, cluster, which));
  });

  it('shows what of the data is gone, wherever it lies', async () => {
    const { backups } = await read(objects);
    expect(await findDamagedData(objects, cluster.backup, backups, {})).toEqual([]);
    const gone = backups.filter(({ id }) => ['r-1', 'r-5', 'r-9'].includes(id));
    for (const { dataAt } of gone) await objects.remove(dataAt);
    expect((await findDamagedData(objects, cluster.backup, backups, {})).map(({ id }) => id)).toEqual([
      'r-1',
      'r-5',
      'r-9',
    ]);
  });
});
