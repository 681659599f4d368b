import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogueOf } from '../../src/adapters/catalogue.ts';
import { createOpener } from '../../src/adapters/opener.ts';
import { Fault, Refusal } from '../../src/chatops/errors.ts';
import type { Report } from '../../src/chatops/report.ts';
import type { RunRecord } from '../../src/chatops/run.ts';
import { findBackup } from '../../src/ops/etcd/backup/find-backup.ts';
import { type Bot, createBot, startedRun } from '../bot.ts';
import { type BackupForm, flipped, oldArchive, plantSnapshot } from '../fakes/backup-files.ts';
import { type BackupPlanter, createBackupPlanter } from '../fakes/backups.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { smallSnapshot } from '../fakes/etcd/small-database.ts';
import { createFakeObjects, type FakeObjects } from '../fakes/objects.ts';
import { createFakeScratch, type FakeScratch } from '../fakes/scratch.ts';
import { people } from '../people.ts';

let bot: Bot;
let objects: FakeObjects;
let scratch: FakeScratch;
let plant: BackupPlanter;

beforeEach(async () => {
  objects = createFakeObjects(createFakeClock(), { buckets: ['main'] });
  scratch = createFakeScratch();
  bot = await createBot({ objects, scratch, opener: createOpener({}) });
  plant = createBackupPlanter(objects, bot.catalogue.cluster('prod-1'));
});
afterEach(() => {
  bot.done();
  expect(scratch.openPlaces).toBe(0);
});

interface Ended {
  readonly run: RunRecord;
  readonly says: string;
  readonly report: Report;
}

/** Alice asks, a worker answers. */
async function verify(words = '/salvor verify prod-1'): Promise<Ended> {
  const { id } = startedRun(await bot.types(people.alice, words));
  expect(bot.reply()).toBe(`run ${id} started\n`);
  await bot.works();
  const run = await bot.runs.find(id);
  if (!run) throw new Error(`there is no run ${id}`);
  return { run, says: await bot.result(id), report: bot.said(id) };
}

const snapshot = (form: BackupForm = {}) =>
  plantSnapshot(plant, { takenAt: new Date('2026-03-01T08:00:00Z'), ...form });
const kept = () => objects.keys('main').filter((key) => key.includes('/verified/'));
const found = (which: string) => findBackup(objects, bot.catalogue.cluster('prod-1'), which);
const spoil = async (form: BackupForm = {}) => {
  const backup = await snapshot(form);
  objects.plant(backup.dataAt, flipped(objects.peek(backup.dataAt) ?? Buffer.of(), 3_000));
  return backup;
};
const untimed = (says: string) => says.replaceAll(/\d+(\.\d)? (ms|s)\b/g, 'TIME').replaceAll(/\d+ MiB\/s/g, 'SPEED');

describe('refuses', () => {
  const refused = async (words: string, actor: (typeof people)[keyof typeof people] = people.alice) => {
    expect(await bot.types(actor, words)).toBeUndefined();
    return bot.reply();
  };

  it.each([
    ['a viewer', people.vera],
    ['an approver', people.bob],
  ])('%s', async (_, actor) => {
    expect(await refused('/salvor verify prod-1', actor)).toContain('This takes the operator right on prod-1');
  });

  it.each(['../etc/passwd', '-f', 'a b', 'x\ny'])('%j as the name of a backup', async (name) => {
    expect(await refused(`/salvor verify prod-1 "${name}"`)).toMatch(/must be the id of a backup|is not an option/);
  });

  it('a backup that is not there, with what may have been meant', async () => {
    await snapshot({ id: 'r-abcdef' });
    const { run, says } = await verify('/salvor verify prod-1 r-abcdfe');
    expect(run.state).toBe('refused');
    expect(says).toContain('prod-1 has no backup "r-abcdfe".');
    expect(says).toContain('Did you mean r-abcdef?');
    expect(says).toMatch(/^ {2}Changed {2}nothing$/m);
  });

  it('a worker without room, and says how much it takes', async () => {
    scratch.fail(
      'open',
      new Refusal('Trying this backup out takes about 2.0 GiB in /tmp, and 1.0 GiB are free there.'),
    );
    await snapshot();
    const { run, says } = await verify();
    expect(run.state).toBe('refused');
    expect(says).toContain('takes about 2.0 GiB');
    expect(kept()).toEqual([]);
  });

  it('a second one while the first is under way', async () => {
    await snapshot();
    startedRun(await bot.types(people.alice, '/salvor verify prod-1'));
    bot.reply();
    expect(await bot.types(people.alice, '/salvor verify prod-1 --bytes-only')).toMatchObject({ kind: 'private' });
    expect(bot.reply()).toContain('prod-1 already has this under way');
    await bot.works();
  });
});

describe('a good backup', () => {
  it('is restored, compared, and its recovery time is told', async () => {
    await snapshot({ id: 'r-old', takenAt: new Date('2026-02-28T08:00:00Z') });
    await snapshot();
    const { run, says, report } = await verify();
    expect(run).toMatchObject({ state: 'done', attempt: 1 });
    expect(run.steps.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      'Find the backup: complete',
      'Make room: complete',
      'Read back: complete',
      'Restore: complete',
      'Start etcd: complete',
      'Compare: complete',
      'Write the result: complete',
    ]);
    expect(untimed(says).replace(/\d+ objects/, 'SOME objects')).toMatchInlineSnapshot(`
      "[ok] prod-1: r-good restores, in TIME: 92 keys at revision 185
        Recovery time  TIME to read, restore and start one member: this is your RTO
        Backup         r-good, taken 2026-03-01 08:00:00 UTC
        Compared       TIME: 92 keys, those of 5 resources one by one; SOME objects read
        Read back      TIME: 6.2 KiB stored, 120 KiB of database, SPEED
        Restored       TIME, by etcdutl 3.5.30
        Started        TIME, etcd 3.5.30
        Where          s3://etcd-backups/etcd/prod-1/data/20260301T080000Z-r-good-aaaaaaaaaaaa.db.zst
      "
    `);
    expect(report.measures).toMatchObject({ passed: 1, databaseBytes: 122_880 });
    expect(Object.keys(report.measures ?? {})).toContain('recoverySeconds');
  });

  it('has the result beside it', async () => {
    await snapshot();
    const { run } = await verify();
    expect((await found('latest-verified')).verification).toMatchObject({
      backup: 'r-good',
      runId: run.id,
      passed: true,
      how: 'drill',
      revision: 185n,
    });
  });

  it('is verified whatever was found of it before', async () => {
    const backup = await snapshot();
    plant.verified(backup, { passed: false, findings: ['The disk was on fire.'] });
    await verify();
    expect(kept()).toEqual([expect.stringMatching(/\.passed\.json$/)]);
    expect((await found('latest')).verification).toMatchObject({ passed: true });
  });

  it('is verified although the former result cannot be removed', async () => {
    const backup = await snapshot();
    plant.verified(backup, { passed: false, verifiedAt: new Date('2026-03-01T08:30:00Z') });
    const denied = { port: 'objects', operation: 'remove', retryable: false, code: 'S3_ACCESS_DENIED' };
    objects.fail('remove', new Fault('Access denied.', denied));
    expect((await verify()).run.state).toBe('done');
    expect(kept()).toHaveLength(2);
    expect((await found('latest')).verification).toMatchObject({ passed: true });
  });

  it('can be read without being restored, and that is said', async () => {
    await snapshot();
    const { says, report } = await verify('/salvor verify prod-1 r-good --bytes-only');
    expect(untimed(says)).toMatchInlineSnapshot(`
      "[ok] prod-1: every byte of r-good is as it must be; it was not restored
        Backup     r-good, taken 2026-03-01 08:00:00 UTC
        Read back  TIME: 6.2 KiB stored, 120 KiB of database, SPEED
        Where      s3://etcd-backups/etcd/prod-1/data/20260301T080000Z-r-good-aaaaaaaaaaaa.db.zst
      "
    `);
    expect(report.actions).toEqual([
      { label: 'Restore it too', does: 'command', on: 'verify prod-1 r-good', style: 'primary' },
    ]);
    expect((await found('latest')).verification).toMatchObject({ passed: true, how: 'bytes' });
  });
});

describe('reading only its bytes', () => {
  it('does not make good a backup that did not restore', async () => {
    const backup = await snapshot();
    plant.verified(backup, { passed: false, how: 'drill', findings: ['etcd did not start on it.'] });
    const { run, says, report } = await verify('/salvor verify prod-1 --bytes-only');
    expect([run.state, report.tone]).toEqual(['done', 'warning']);
    expect(says).toContain('What its last drill came to stands: it did not restore.');
    expect(kept()).toEqual([expect.stringMatching(/\.failed\.json$/)]);
    expect((await found('latest')).verification).toMatchObject({ passed: false, how: 'drill' });
  });

  it('that are wrong counts, whatever a drill came to before', async () => {
    plant.verified(await spoil(), { how: 'drill' });
    await verify('/salvor verify prod-1 --bytes-only');
    expect((await found('latest')).verification).toMatchObject({ passed: false, how: 'bytes' });
  });
});

describe('a backup far smaller than those before it', () => {
  const older = async (count: number, hours = 30) => {
    for (let index = 0; index < count; index++)
      plant.own({
        id: `r-before-${index}`,
        takenAt: new Date(Date.UTC(2026, 1, 28, 0) - index * hours * 3_600_000),
        database: { sizeBytes: 10 * 122_880, sha256: 'a'.repeat(64) },
      });
  };

  it('restores, and is told all the same', async () => {
    await older(5);
    await snapshot();
    const { says, report } = await verify();
    expect(says).toMatch(/^\[look\] prod-1: r-good restores/);
    expect(says).toContain(
      'r-good has shrunk against the median of the 5 backups before it: database 120 KiB, 10 % of 1.2 MiB; live keys 92, 0 % of 12 400.',
    );
    expect(says).toMatch(
      /^ {2}Next +Find out what was deleted\. While the newest backup stands out so, nothing is pruned\.$/m,
    );
    expect(report.measures).toMatchObject({ passed: 1, shrunk: 1 });
    expect((await found('latest')).verification).toMatchObject({ passed: true });
  });

  it('is one of few, of which nobody can tell', async () => {
    await older(2);
    await snapshot();
    expect((await verify()).report).toMatchObject({ tone: 'good', measures: { shrunk: 0 } });
  });

  it('is compared with those before it, not with those after', async () => {
    await snapshot({ takenAt: new Date('2025-01-01T00:00:00Z') });
    await older(5);
    expect((await verify('/salvor verify prod-1 r-good')).report).toMatchObject({ tone: 'good' });
  });
});

describe('a backup that something else made', () => {
  beforeEach(async () => {
    const catalogue = withForeign(bot);
    bot = await createBot({ objects, scratch, opener: createOpener({}), catalogue });
    plant = createBackupPlanter(objects, catalogue.cluster('prod-1'));
  });

  it('is restored by its name, and its result stands under the cluster’s own prefix', async () => {
    await plant.foreign('etcd-20260228T210000Z.db', smallSnapshot.subarray(0, -32));
    const { says } = await verify('/salvor verify prod-1 etcd-20260228T210000Z.db');
    expect(says).toMatch(/^\[ok\] prod-1: etcd-20260228T210000Z\.db restores/);
    expect(says).toContain('It carries no digest of etcd’s: a changed value in it would not be noticed.');
    expect(kept()).toEqual([
      expect.stringMatching(/^etcd\/prod-1\/verified\/.*etcd-20260228T210000Z\.[0-9a-f]{16}\.db\.passed\.json$/),
    ]);
  });
});

describe('an archive whose layout is not known', () => {
  it('is refused, and no result is kept of it', async () => {
    const catalogue = withForeign(bot);
    bot = await createBot({ objects, scratch, opener: createOpener({}), catalogue });
    plant = createBackupPlanter(objects, catalogue.cluster('prod-1'));
    await plant.foreign('etcd-20260228T210000Z.tar.gz', await oldArchive({ 'etcd/member/snap/db': smallSnapshot }));
    const { run, says } = await verify('/salvor verify prod-1 etcd-20260228T210000Z.tar.gz');
    expect(run.state).toBe('refused');
    expect(says).toContain('the layout of the archive cannot be read, and nothing is said of the backup in it');
    expect(kept()).toEqual([]);
  });
});

describe('a backup that is not good', () => {
  it('is bad news, although the run did its work', async () => {
    plant.verified(await snapshot({ id: 'r-before', takenAt: new Date('2026-02-28T21:00:00Z') }));
    await spoil();
    const { run, says, report } = await verify();
    expect(run.state).toBe('done');
    expect(
      untimed(says).replace(/is \w{12}… where its manifest names \w{12}…/, 'is ONE where its manifest names ANOTHER'),
    ).toMatchInlineSnapshot(`
      "[failed] prod-1: r-good is no backup to rely on
      The object’s bytes are not those that were stored: their SHA-256 is ONE where its manifest names ANOTHER.
        Backup         r-good, taken 2026-03-01 08:00:00 UTC
        Read back      TIME
        Where          s3://etcd-backups/etcd/prod-1/data/20260301T080000Z-r-good-aaaaaaaaaaaa.db.zst
        Last verified  r-before, 12 h old
        Changed  nothing but the result, which stands beside the backup
        Next     Keep this one until you know what happened to it. Take a new one, and verify it: /salvor snapshot prod-1
      "
    `);
    expect(report).toMatchObject({ tone: 'bad', measures: { passed: 0 } });
    expect(run.steps.map(({ state }) => state)).toEqual([
      ...['complete', 'complete', 'error', 'pending', 'pending', 'pending', 'complete'],
    ]);
    const logs = (await bot.runs.logs(run.id)).map(({ line }) => line);
    expect(logs).toContainEqual(expect.stringContaining('The object’s bytes are not those that were stored'));
  });

  it('has the result beside it, and is verified no more', async () => {
    plant.verified(await spoil());
    await verify();
    expect(kept()).toEqual([expect.stringMatching(/\.failed\.json$/)]);
    await expect(found('latest-verified')).rejects.toThrow('No backup of prod-1 was tried out and found good.');
  });

  it('is told nothing of what only a good one is good for', async () => {
    scratch = createFakeScratch({
      tool: { name: 'etcdctl', version: '3.4.23', etcdVersion: '3.4.23', remark: 'Members stay.' },
    });
    bot = await createBot({ objects, scratch, opener: createOpener({}) });
    await snapshot();
    const { says: good } = await verify();
    for (const line of ['Mind', 'this is your RTO']) expect(good).toContain(line);
    scratch.loses('/registry/services/specs/default/kubernetes');
    const { says: bad } = await verify();
    expect(bad).toContain('is no backup to rely on');
    for (const line of ['Mind', 'RTO']) expect(bad).not.toContain(line);
  });

  it('says so when there is none to fall back on', async () => {
    await spoil();
    expect((await verify()).says).toMatch(
      /^ {2}Last verified {2}none: no backup of this cluster is known to restore$/m,
    );
  });
});

describe('a run that cannot find out', () => {
  it('is tried again when the store failed once', async () => {
    await snapshot();
    const broken = { port: 'objects', operation: 'get', retryable: true };
    objects.fail('get', new Fault('The connection broke.', broken));
    expect((await verify()).run).toMatchObject({ state: 'done', attempt: 2 });
  });

  it('writes nothing when another worker took it over meanwhile', async () => {
    await snapshot();
    const { id } = startedRun(await bot.types(people.alice, '/salvor verify prod-1'));
    bot.reply();
    scratch.onReaching('restore', () => void bot.runs.begin(id, 'worker-2'));
    await bot.works();
    expect(await bot.runs.find(id)).toMatchObject({ state: 'running', worker: 'worker-2' });
    expect(kept()).toEqual([]);
  });
});

/** The same clusters, with a prefix where an old script left its files. */
function withForeign({ catalogue }: Bot): Bot['catalogue'] {
  const cluster = catalogue.cluster('prod-1');
  const changed = { ...cluster, backup: { ...cluster.backup, foreign: ['old/prod-1'] } };
  return catalogueOf(catalogue.clusters.map((one) => (one === cluster ? changed : one)));
}
