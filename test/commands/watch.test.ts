import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogueOf } from '../../src/adapters/catalogue.ts';
import type { Report } from '../../src/chatops/report.ts';
import { watchReport } from '../../src/ops/etcd/watch/watch-report.ts';
import { type Bot, createBot, startedRun } from '../bot.ts';
import { type BackupPlanter, createBackupPlanter } from '../fakes/backups.ts';
import { clusterOf } from '../fakes/cluster.ts';
import { createFakeObjects, type FakeObjects } from '../fakes/objects.ts';
import { people } from '../people.ts';

const hour = 3_600_000;
const day = 24 * hour;
let bot: Bot;
let objects: FakeObjects;
let plant: BackupPlanter;

beforeEach(async () => {
  const clock = { now: () => bot.clock.now() };
  objects = createFakeObjects(clock, { buckets: ['main'] });
  plant = createBackupPlanter(objects, clusterOf());
  bot = await createBot({ objects });
});
afterEach(() => bot.done());

const ago = (ms: number) => new Date(bot.clock.now().getTime() - ms);

/** Own backups of this age in hours each, newest first; those named were tried out and passed. */
function backups(ages: readonly number[], verified: readonly number[] = ages) {
  return ages.map((age) => {
    const backup = plant.own({ id: `r-${age}`, takenAt: ago(age * hour) });
    if (verified.includes(age)) plant.verified(backup);
    return backup;
  });
}

async function watch(): Promise<{ readonly report: Report; readonly says: string }> {
  const { id } = startedRun(await bot.types(people.vera, '/salvor watch prod-1'));
  bot.reply();
  await bot.works();
  const run = await bot.runs.find(id);
  if (!run?.report) throw new Error('it has not ended');
  return { report: run.report, says: await bot.result(id) };
}

describe('a watch finds', () => {
  it('that nothing is wrong, and measures it', async () => {
    const [newest] = backups([1, 7, 13, 19]);
    const { report } = await watch();
    expect(report).toMatchObject({ tone: 'good', title: 'prod-1: its backups are as they should be' });
    const takenAt = (newest?.takenAt.getTime() ?? 0) / 1000;
    expect(report.measures).toEqual({
      newestBackupTimestampSeconds: takenAt,
      newestVerifiedTimestampSeconds: takenAt,
      lastDrillTimestampSeconds: takenAt + 600,
      maxAgeSeconds: 86_400,
      drillEverySeconds: 7 * 86_400,
      shrunk: 0,
      backups: 4,
      uncopied: 0,
    });
  });

  it('that there is no backup at all', async () => {
    const { report, says } = await watch();
    expect(report).toMatchObject({ tone: 'bad', title: 'prod-1: it has no backup at all' });
    expect(report.measures).toMatchObject({ newestVerifiedTimestampSeconds: 0, backups: 0 });
    expect(says).toContain('snapshot prod-1');
  });

  it('that none is verified, and says that the newest wants to be tried out', async () => {
    backups([1, 7], []);
    const { report, says } = await watch();
    expect(report).toMatchObject({ tone: 'bad', title: 'prod-1: no backup of the last 1 d is verified' });
    expect(says).toContain('verify prod-1 latest');
  });

  it('that the newest verified one is too old, however many were taken since', async () => {
    backups([1, 7, 13, 19, 25], [25]);
    const { report } = await watch();
    expect(report.title).toBe('prod-1: no backup of the last 1 d is verified');
    expect(report.measures?.newestVerifiedTimestampSeconds).toBe(ago(25 * hour).getTime() / 1000);
  });

  it('the newest verified one also when it is older than all that is looked at', async () => {
    backups([1, 24 * 30], [24 * 30]);
    const { report } = await watch();
    expect(report.title).toBe('prod-1: no backup of the last 1 d is verified');
    expect(report.measures).toMatchObject({
      newestVerifiedTimestampSeconds: ago(30 * day).getTime() / 1000,
      lastDrillTimestampSeconds: 0,
      backups: 1,
    });
  });

  it('that the newest was found broken', async () => {
    const [newest] = backups([1, 7]);
    if (newest) plant.verified(newest, { passed: false, findings: ['A key is gone.'], verifiedAt: ago(0) });
    const { report } = await watch();
    expect(report).toMatchObject({ tone: 'bad' });
    expect(report.title).toBe('prod-1: its newest backup, r-1, was tried out and found broken');
  });

  it('that none is verified where only bytes were read: nobody has seen them restore', async () => {
    for (const backup of backups([1, 7], [])) plant.verified(backup, { how: 'bytes' });
    const { report, says } = await watch();
    expect(report).toMatchObject({ tone: 'bad', title: 'prod-1: no backup of the last 1 d is verified' });
    expect(report.measures).toMatchObject({ newestVerifiedTimestampSeconds: 0, lastDrillTimestampSeconds: 0 });
    expect(says).toContain('verify prod-1 latest');
  });

  it('that none was restored for too long, although a verified one is young enough', () => {
    const [newest] = backups([30]);
    if (!newest) throw new Error('nothing was planted');
    const cluster = clusterOf({ maxAgeMs: 30 * day, drillEveryMs: day });
    const verified = { ...newest, verification: plant.verified(newest) };
    const found = { cluster, now: bot.clock.now(), count: 1, damaged: [], unreadable: [], future: [], uncopied: 0 };
    const report = watchReport({ ...found, newest: verified, newestVerified: verified, lastDrillAt: ago(30 * hour) });
    expect(report).toMatchObject({ tone: 'warning', title: 'prod-1: no backup was restored for 1 d' });
  });

  it('that the newest shrank', async () => {
    backups([7, 13, 19, 25]);
    const small = plant.own({
      id: 'r-small',
      takenAt: ago(hour),
      database: { sizeBytes: 1024, sha256: '0'.repeat(64) },
    });
    plant.verified(small);
    const { report } = await watch();
    expect(report).toMatchObject({ tone: 'warning', measures: { shrunk: 1 } });
    expect(report.title).toContain('r-small has shrunk');
  });

  it('data that is gone, and manifests that cannot be read', async () => {
    const [newest] = backups([1, 7]);
    if (newest) await objects.remove(newest.dataAt);
    const second = plant.own({ id: 'r-2', takenAt: ago(2 * hour) });
    objects.plant(second.manifestAt, Buffer.from('not json'));
    const { report } = await watch();
    expect(report.tone).toBe('bad');
    expect(report.title).toBe('prod-1: 1 backup cannot be whole: r-1, its data is gone');
    expect(report.text).toBe('Also: 1 object among its backups cannot be read.');
  });
});

describe('a wrong clock', () => {
  it('does not make a backup from the future the newest, nor the target met by it', async () => {
    backups([30]);
    const future = plant.own({ id: 'r-future', takenAt: ago(-400 * day) });
    plant.verified(future);
    const { report } = await watch();
    expect(report).toMatchObject({ tone: 'bad', title: 'prod-1: no backup of the last 1 d is verified' });
    expect(report.text).toBe('Also: 1 backup came from the future, r-future: a clock is wrong.');
    expect(report.measures?.newestBackupTimestampSeconds).toBe(ago(30 * hour).getTime() / 1000);
  });
});

it('does not count as verified what has lost its data', async () => {
  const [newest] = backups([1, 30]);
  if (newest) await objects.remove(newest.dataAt);
  const { report } = await watch();
  expect(report.title).toBe('prod-1: no backup of the last 1 d is verified');
  expect(report.measures?.newestVerifiedTimestampSeconds).toBe(ago(30 * hour).getTime() / 1000);
});

describe('copies', () => {
  const copy = { bucket: 'second', prefix: 'copies/prod-1', address: 's3://elsewhere' };
  const open = async (there: readonly string[]) => {
    const cluster = clusterOf({ copy });
    objects = createFakeObjects({ now: () => bot.clock.now() }, { buckets: ['main', ...there], absent: ['second'] });
    plant = createBackupPlanter(objects, cluster);
    bot = await createBot({ objects, catalogue: catalogueOf([cluster]) });
  };

  it('of the newest few are missed, but not of one that may be under way', async () => {
    await open(['second']);
    const [, second, third] = backups([0.5, 7, 13]);
    for (const backup of [second, third]) if (backup) plant.copied(backup);
    expect((await watch()).report).toMatchObject({ tone: 'good', measures: { uncopied: 0 } });
    bot.clock.advance(hour);
    expect((await watch()).report).toMatchObject({
      tone: 'warning',
      title: 'prod-1: not all of its newest backups have a copy in s3://elsewhere',
      measures: { uncopied: 1 },
    });
  });

  it('cannot be told of while the second bucket is not there', async () => {
    await open([]);
    backups([1, 7]);
    const { report } = await watch();
    expect(report).toMatchObject({
      tone: 'warning',
      title: 'prod-1: whether its backups are copied to s3://elsewhere is not known: it cannot be listed',
    });
    expect(report.measures).not.toHaveProperty('uncopied');
  });
});

describe('a watch says', () => {
  it('the same words while the same thing is wrong, so that it is told once', async () => {
    backups([1, 7], []);
    const first = await watch();
    bot.clock.advance(15 * 60_000);
    const second = await watch();
    expect({ ...second.report, facts: [], measures: {} }).toEqual({ ...first.report, facts: [], measures: {} });
  });
});
