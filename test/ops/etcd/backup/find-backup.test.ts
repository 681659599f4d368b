import { beforeEach, describe, expect, it } from 'vitest';
import { Refusal } from '../../../../src/chatops/errors.ts';
import { findBackup } from '../../../../src/ops/etcd/backup/find-backup.ts';
import { readBackups } from '../../../../src/ops/etcd/backup/read-backups.ts';
import { readText } from '../../../../src/ops/etcd/backup/read-whole.ts';
import { type BackupPlanter, createBackupPlanter } from '../../../fakes/backups.ts';
import { createFakeClock, type FakeClock } from '../../../fakes/clock.ts';
import { clusterOf } from '../../../fakes/cluster.ts';
import { createFakeObjects, type FakeObjects } from '../../../fakes/objects.ts';

const cluster = clusterOf({ foreign: ['old/prod-1'] });
let clock: FakeClock;
let objects: FakeObjects;
let plant: BackupPlanter;

beforeEach(() => {
  clock = createFakeClock();
  objects = createFakeObjects(clock, { buckets: ['main'] });
  plant = createBackupPlanter(objects, cluster);
});

const ago = (hours: number) => new Date(clock.now().getTime() - hours * 3_600_000);
const own = (id: string, hours: number) => plant.own({ id, takenAt: ago(hours) });
const find = (which: string) => findBackup(objects, cluster, which);

async function refused(which: string): Promise<readonly unknown[]> {
  const error = await find(which).catch((thrown: unknown) => thrown);
  if (!(error instanceof Refusal)) throw error;
  return [error.message, error.next];
}

describe('a backup that a person names', () => {
  it('is found by its id, however old', async () => {
    own('r-new', 1);
    const old = own('r-old', 9_000);
    const verification = plant.verified(old);
    expect(await find('r-old')).toEqual({ ...old, verification });
  });

  it('is found by the name of its file, or by its key, when something else made it', async () => {
    const foreign = await plant.foreign('etcd-20260227T030000Z.tar.gz');
    expect(await find('etcd-20260227T030000Z.tar.gz')).toEqual(foreign);
    expect(await find('old/prod-1/etcd-20260227T030000Z.tar.gz')).toEqual(foreign);
  });

  it('must be meant alone', async () => {
    await plant.foreign('a/etcd.db');
    await plant.foreign('b/etcd.db');
    expect(await refused('etcd.db')).toEqual([
      'prod-1 has 2 files of the name etcd.db.',
      'Say which by its key: old/prod-1/a/etcd.db, old/prod-1/b/etcd.db.',
    ]);
    expect(await find('old/prod-1/b/etcd.db')).toMatchObject({ id: 'etcd.db' });
  });

  it('that is not there brings the one that may be meant, or the newest', async () => {
    for (const hours of [1, 2, 3, 4]) own(`r-${hours}abcdefgh`, hours);
    expect(await refused('r-2abcdfgh')).toEqual(['prod-1 has no backup "r-2abcdfgh".', 'Did you mean r-2abcdefgh?']);
    expect(await refused('zzzz')).toEqual([
      'prod-1 has no backup "zzzz".',
      ['The newest: r-1abcdefgh, r-2abcdefgh, r-3abcdefgh. All of them: ', { command: 'backups prod-1' }],
    ]);
  });

  it('is not believed to be what the index says', async () => {
    const { manifestAt } = own('r-1', 1);
    await readBackups(objects, cluster, { now: clock.now() });
    objects.plant(manifestAt, Buffer.from('{'));
    expect(await refused('r-1')).toEqual([
      `The manifest of r-1 cannot be read. ${manifestAt.key}: it is no JSON.`,
      ['See the others: ', { command: 'backups prod-1' }],
    ]);
  });
});

describe('the latest backup', () => {
  it('is the newest that can be read, whoever made it', async () => {
    objects.plant(own('r-broken', 1).manifestAt, Buffer.from('{'));
    own('r-2', 20);
    expect(await find('latest')).toMatchObject({ id: 'r-2' });
    await plant.foreign('etcd-20260301T080000Z.db');
    expect(await find('latest')).toMatchObject({ kind: 'foreign' });
  });

  it('that was verified is the newest that was found good', async () => {
    own('r-untried', 1);
    const doubtful = own('r-doubtful', 2);
    plant.verified(doubtful, { verifiedAt: ago(2) });
    plant.verified(doubtful, { passed: false, findings: ['A byte differs.'], verifiedAt: ago(1) });
    plant.verified(own('r-good', 3));
    expect(await find('latest-verified')).toMatchObject({ id: 'r-good' });
  });

  it('is missed in words', async () => {
    expect(await refused('latest')).toEqual([
      'prod-1 has no backup in s3://etcd-backups/etcd/prod-1.',
      ['Take one: ', { command: 'snapshot prod-1' }],
    ]);
    own('r-1', 1);
    expect(await refused('latest-verified')).toEqual([
      'No backup of prod-1 was tried out and found good.',
      ['Try the newest one out: ', { command: 'verify prod-1 latest' }],
    ]);
  });
});

it('larger than any manifest is not read: whoever may write to the bucket could fill the memory of workers', async () => {
  own('r-old', 2);
  const huge = own('r-huge', 1);
  objects.plant(huge.manifestAt, Buffer.alloc(2 * 1024 ** 2, ' '));
  expect(await find('latest')).toMatchObject({ id: 'r-old' });
  expect((await refused('r-huge'))[0]).toContain('It is larger than 1.0 MiB, which none of Salvor’s is');
});

it('is read no further than it may be long, although the store says that it is short', async () => {
  let sent = 0;
  const endless = (async function* () {
    for (;;) {
      sent += 1;
      yield Buffer.alloc(1024 ** 2, ' ');
    }
  })();
  const lying = {
    ...objects,
    get: async () => ({ facts: { key: 'k', sizeBytes: 10, modifiedAt: ago(0) }, body: endless }),
  };
  await expect(readText(lying, { bucket: 'main', key: 'k' })).rejects.toThrow('It is larger than 1.0 MiB');
  expect(sent).toBe(2);
});
