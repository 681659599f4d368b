import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogueOf } from '../../src/adapters/catalogue.ts';
import { createPicture } from '../../src/adapters/picture.ts';
import { Fault } from '../../src/chatops/errors.ts';
import type { Report } from '../../src/chatops/report.ts';
import type { Ports } from '../../src/ports/index.ts';
import type { Picture } from '../../src/ports/picture.ts';
import { type Bot, createBot, startedRun } from '../bot.ts';
import { type BackupPlanter, createBackupPlanter } from '../fakes/backups.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { createFakeObjects, type FakeObjects } from '../fakes/objects.ts';
import { people } from '../people.ts';

const mib = 1024 ** 2;
const noPicture: Picture = {
  async draw() {
    throw new Fault('The picture could not be drawn.', { port: 'picture', operation: 'draw', retryable: false });
  },
};
let bot: Bot;
let objects: FakeObjects;
let plant: BackupPlanter;

async function open(picture = createPicture(), ports: Partial<Ports> = {}): Promise<void> {
  const clock = createFakeClock();
  objects = createFakeObjects(clock, { buckets: ['main'] });
  bot = await createBot({ objects, picture, ...ports });
  plant = createBackupPlanter(objects, bot.catalogue.cluster('prod-1'));
}

beforeEach(() => open());
afterEach(() => bot.done());

const ago = (hours: number) => new Date(bot.clock.now().getTime() - hours * 3_600_000);
const own = (id: string, hours: number, reason = 'nightly') =>
  plant.own({
    id,
    takenAt: ago(hours),
    data: Buffer.alloc(1536, id),
    database: { sizeBytes: 507 * mib, sha256: 'c0ffee'.padEnd(64, '0') },
    manifest: { reason },
  });

/** Vera asks, a worker answers; what people read of it. */
async function ask(words = '/salvor backups prod-1'): Promise<{ readonly says: string; readonly report: Report }> {
  const { id } = startedRun(await bot.types(people.vera, words));
  expect(bot.reply()).toBe(`run ${id} started\n`);
  await bot.works();
  return { says: await bot.result(id), report: bot.said(id) };
}

const idsIn = ({ table }: Report) => table?.rows.map((row) => row.at(-1));

describe('refuses', () => {
  const refused = async (words: string, actor: (typeof people)[keyof typeof people] = people.vera) => {
    expect(await bot.types(actor, words)).toBeUndefined();
    return bot.reply();
  };

  it('whoever may not look at the cluster', async () => {
    expect(await refused('/salvor backups prod-1', people.eve)).toContain('There is no cluster "prod-1".');
  });

  it.each(['7', '7 d', 'd7', '0d', '-7d', '7y', '99999d', 'yesterday'])('--since "%s"', async (age) => {
    expect(await refused(`/salvor backups prod-1 --since="${age}"`)).toContain(
      '--since must be a number and a unit: 30m, 12h, 7d or 2w (minutes, hours, days, weeks)',
    );
  });

  it.each(['0', '1001', '1e3', 'all'])('--limit %s', async (limit) => {
    expect(await refused(`/salvor backups prod-1 --limit ${limit}`)).toContain(
      '--limit must be a number from 1 to 1000',
    );
  });
});

describe('tells', () => {
  it('each backup, and how they stand against the target', async () => {
    plant.verified(own('r-old', 30));
    plant.verified(own('r-good', 9, 'before the storage work'));
    own('r-new', 2);
    const { says } = await ask();
    expect(says).toMatchInlineSnapshot(`
      "[ok] prod-1: the newest backup is 2 h old, and the target is met
        Target    good: the newest verified backup is 9 h old, the target is 1 d
        Listed    3 backups
        Verified  2 passed, 1 not yet
        Where     s3://etcd-backups/etcd/prod-1
      Taken (UTC)       Why                             Age      Verified              Database  Stored   Revision    Keys    etcd    Kubernetes  SHA-256       Encrypted  Locked until  Backup
      2026-03-01 07:00  alice: nightly                  2 h      no                    507 MiB   1.5 KiB  48 211 907  12 400  3.5.26  v1.36.2     c0ffee000000  no         no            r-new
      2026-03-01 00:00  alice: before the storage work  9 h      drill 8 h 50 min ago  507 MiB   1.5 KiB  48 211 907  12 400  3.5.26  v1.36.2     c0ffee000000  no         no            r-good
      2026-02-28 03:00  alice: nightly                  1 d 6 h  drill 1 d 6 h ago     507 MiB   1.5 KiB  48 211 907  12 400  3.5.26  v1.36.2     c0ffee000000  no         no            r-old
      "
    `);
  });

  it('that the target is missed, and what to do', async () => {
    plant.verified(own('r-old', 50));
    own('r-new', 2);
    const { says, report } = await ask();
    expect(report).toMatchObject({ tone: 'warning', next: ['Verify it: ', { command: 'verify prod-1 latest' }] });
    expect(says).toContain('prod-1: the newest backup is 2 h old, but none of the last 1 d is verified');
    expect(says).toContain('missed: the newest verified backup is 2 d 2 h old, the target is 1 d');
  });

  it('what was found broken, what cannot be whole, and what cannot be read', async () => {
    plant.verified(own('r-1', 1));
    plant.verified(own('r-2', 2), { passed: false, findings: ['A byte at 4096 differs.', 'More.'] });
    objects.plant(own('r-3', 3).dataAt, Buffer.from('cut'));
    await objects.remove(own('r-4', 4).dataAt);
    objects.plant(own('r-5', 5).manifestAt, Buffer.from('{'));
    const { says, report } = await ask();
    expect(report.tone).toBe('warning');
    expect(says).toContain('prod-1: the newest backup is 1 h old, but 2 backups of those listed cannot be whole');
    expect(says).toContain('r-2: A byte at 4096 differs\n');
    expect(says).toContain('r-3: its data is 3 bytes where 1536 bytes (1.5 KiB) were stored; r-4: its data is gone\n');
    expect(says).toMatch(/Not readable +etcd\/prod-1\/manifests\/\S+-r-5\.json: it is no JSON\n/);
  });

  it('no target as met by a backup whose data is gone', async () => {
    const gone = own('r-1', 1);
    plant.verified(gone);
    await objects.remove(gone.dataAt);
    expect((await ask()).says).toContain('missed: no backup is verified');
  });

  it('that there is none, and offers to take one', async () => {
    const { says, report } = await ask();
    expect(says).toContain('[look] prod-1 has no backup\n');
    expect(report).toMatchObject({
      next: ['Take one, then verify it: ', { command: 'snapshot prod-1' }],
      actions: [{ does: 'command', on: 'snapshot prod-1' }],
    });
    expect(report).not.toHaveProperty('table');
    expect(report).not.toHaveProperty('file');
  });
});

describe('lists', () => {
  it('the newest twenty, or as many as asked for', async () => {
    for (let hours = 1; hours <= 25; hours += 1) own(`r-${hours}`, hours);
    const { report, says } = await ask();
    expect(idsIn(report)).toEqual(Array.from({ length: 20 }, (_, index) => `r-${index + 1}`));
    expect(says).toContain('20 backups, there are more');
    expect(idsIn((await ask('/salvor backups prod-1 --limit 3')).report)).toEqual(['r-1', 'r-2', 'r-3']);
  });

  it('all of a time', async () => {
    for (let hours = 1; hours <= 30; hours += 1) own(`r-${hours}`, hours);
    const { report, says } = await ask('/salvor backups prod-1 --since 1d');
    expect(idsIn(report)).toHaveLength(24);
    expect(says).toContain('24 backups of the last 1 d');
  });

  it('none of a time, and still knows an older verified one', async () => {
    plant.verified(own('r-1', 20));
    const { says } = await ask('/salvor backups prod-1 --since 2h');
    expect(says).toContain('prod-1 has no backup of the last 2 h');
    expect(says).toContain('good: the newest verified backup is 20 h old, the target is 1 d');
  });

  it('none of a time, and knows an older verified one behind those that are worth nothing', async () => {
    plant.verified(own('r-future', -400 * 24));
    const gone = own('r-gone', 10);
    plant.verified(gone);
    await objects.remove(gone.dataAt);
    plant.verified(own('r-whole', 20));
    const { says } = await ask('/salvor backups prod-1 --since 2h');
    expect(says).toContain('good: the newest verified backup is 20 h old, the target is 1 d');
  });

  it('who asked for each and why, how it is encrypted, locked and verified', async () => {
    const until = new Date('2026-04-01T00:00:00Z');
    const lock = { retention: { mode: 'compliance', until }, legalHold: true } as const;
    plant.own({
      id: 'r-1',
      takenAt: ago(1),
      stored: { lock, encryption: { kind: 'age', recipients: ['age1x'] } },
      manifest: {
        actor: { kind: 'schedule', id: 'nightly', name: 'nightly' },
        revision: { kind: 'about', atLeast: 7n, atMost: 9n, why: 'its bbolt version is unknown' },
      },
    });
    const { table } = (await ask()).report;
    const [row = []] = table?.rows ?? [];
    const cells = Object.fromEntries((table?.columns ?? []).map((column, index) => [column, row[index]]));
    expect(cells).toMatchObject({
      Why: 'schedule nightly',
      Revision: 'about 9',
      Encrypted: 'with age',
      'Locked until': '2026-04-01 00:00 compliance legal hold',
      Verified: 'no',
    });
  });
});

describe('draws', () => {
  it('a picture of their sizes, said in words for who cannot see it', async () => {
    for (const hours of [1, 7, 13, 40, 46]) own(`r-${hours}`, hours);
    plant.verified(own('r-52', 52), { passed: false, findings: ['A byte differs.'] });
    const { file } = (await ask()).report;
    expect(
      Buffer.from(file?.base64 ?? '', 'base64')
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    expect(file).toMatchObject({
      name: 'backups-prod-1.png',
      altText:
        'Sizes of 6 backups of prod-1, taken between 2026-02-27 05:00 UTC and 2026-03-01 08:00 UTC. Size of the database: 507 MiB. ' +
        'Size in the store: 1.5 KiB. 1 gap: 1 d 3 h until the backup of 2026-02-28 20:00 UTC was taken. Found broken: r-52, taken 2026-02-27 05:00 UTC.',
    });
  });

  it('none when drawing fails, and lists them all the same', async () => {
    await open(noPicture);
    own('r-1', 1);
    const { report } = await ask();
    expect(report).not.toHaveProperty('file');
    expect(idsIn(report)).toEqual(['r-1']);
  });
});

it('offers to verify the newest', async () => {
  own('r-1', 1);
  expect((await ask()).report.actions).toEqual([
    { label: 'Verify latest', does: 'command', on: 'verify prod-1 latest', style: 'primary' },
  ]);
});

it('offers to plan a restore where salvor.yaml says how, by words that can be typed', async () => {
  const restore = { ssh: {}, connection: 'ssh', become: true, workDir: '/var/lib/salvor', members: [] } as const;
  const cluster = { ...bot.catalogue.cluster('prod-1'), restore };
  await open(createPicture(), { catalogue: catalogueOf([cluster]) });
  own('r-1', 1);
  const offered = (await ask()).report.actions?.find(({ label }) => label === 'Plan a restore');
  await bot.types(people.alice, `/salvor ${offered?.on}`);
  expect(bot.reply()).toContain('started');
});
