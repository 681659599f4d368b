import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogueOf } from '../../src/adapters/catalogue.ts';
import { Fault } from '../../src/chatops/errors.ts';
import type { Report } from '../../src/chatops/report.ts';
import type { RunRecord } from '../../src/chatops/run.ts';
import type { BackupTarget } from '../../src/ports/catalogue.ts';
import type { Objects } from '../../src/ports/objects.ts';
import { type Bot, createBot, startedRun } from '../bot.ts';
import { type BackupPlanter, createBackupPlanter } from '../fakes/backups.ts';
import { createFakeClock, type FakeClock } from '../fakes/clock.ts';
import { clusterOf } from '../fakes/cluster.ts';
import { createFakeObjects, type FakeObjects } from '../fakes/objects.ts';
import { people } from '../people.ts';

const day = 24 * 3_600_000;
let clock: FakeClock;
let bot: Bot;
let objects: FakeObjects;
let plant: BackupPlanter;
/** Stands between the worker and the bucket. */
let between: Partial<Objects>;

async function open(target: Partial<BackupTarget> = { keep: { last: 2 } }): Promise<void> {
  clock = createFakeClock();
  objects = createFakeObjects(clock, { buckets: ['main', 'second', 'locked'], locking: ['locked'] });
  const cluster = clusterOf(target);
  between = {};
  const store: Objects = new Proxy(objects, {
    get: (behind, name: keyof Objects) => between[name] ?? behind[name],
  });
  bot = await createBot({ clock, objects: store, catalogue: catalogueOf([cluster]) });
  plant = createBackupPlanter(objects, cluster);
}

beforeEach(() => open());
afterEach(() => bot.done());

const ago = (days: number) => new Date(clock.now().getTime() - days * day);
const own = (id: string, days: number) => plant.own({ id, takenAt: ago(days), data: Buffer.alloc(1024, id) });
/** r-1, taken a day ago and verified, and so on. */
function backups(count: number) {
  const all = Array.from({ length: count }, (_, index) => own(`r-${index + 1}`, index + 1));
  for (const backup of all.slice(0, 1)) plant.verified(backup);
  return all;
}
const manifests = (bucket = 'main') =>
  objects.keys(bucket).flatMap((key) => /\/manifests\/.*-(r-\w+)\.json$/.exec(key)?.[1] ?? []);

interface Ended {
  readonly run: RunRecord;
  readonly says: string;
  readonly report: Report;
}

async function ask(words = 'prune prod-1'): Promise<Ended> {
  const { id } = startedRun(await bot.types(people.alice, `/salvor ${words}`));
  bot.reply();
  await bot.works();
  const run = await bot.runs.find(id);
  if (!run) throw new Error(`there is no run ${id}`);
  return { run, says: await bot.result(id), report: bot.said(id) };
}

/** Presses the button of a dry run. */
async function confirm({ report }: Ended): Promise<Ended> {
  const [action] = report.actions ?? [];
  if (action?.does !== 'command') throw new Error('there is no button');
  return ask(action.on);
}

describe('refuses', () => {
  it.each([
    ['a viewer', people.vera],
    ['an approver', people.bob],
  ])('%s, also to look', async (_, actor) => {
    for (const words of ['prune prod-1', 'prune prod-1 --confirm 5f2a90c41be7']) {
      expect(await bot.types(actor, `/salvor ${words}`)).toBeUndefined();
      expect(bot.reply()).toContain('This takes the operator right on prod-1');
    }
  });

  it.each(['yes', '5F2A90C41BE7', '5f2a90c41be', '5f2a90c41be7-0'])('the code %s, which none can be', async (code) => {
    expect(await bot.types(people.alice, `/salvor prune prod-1 --confirm ${code}`)).toBeUndefined();
    expect(bot.reply()).toContain('See the plan and its code: /salvor prune prod-1');
  });

  it('where salvor.yaml has no rules, and says how to add some', async () => {
    await open({});
    backups(3);
    const { run, says } = await ask();
    expect(run.state).toBe('refused');
    expect(says).toContain('No rule says which backups of prod-1 may go, so all of them stay.');
    expect(says).toContain(
      'add one under clusters.prod-1.backup, for example keep: {last: 10, daily: 14, weekly: 8, monthly: 12}',
    );
  });

  it('a code of another plan, and removes nothing', async () => {
    backups(4);
    const { run, says } = await ask('prune prod-1 --confirm 5f2a90c41be7');
    expect(run.state).toBe('refused');
    expect(says).toContain('5f2a90c41be7 is not the code of what would be done now: it was mistyped');
    expect(says).toMatch(/Changed +nothing\n +Next +See what would be done now, and its code: \/salvor prune prod-1\n/);
    expect(manifests()).toHaveLength(4);
  });

  it.each([
    ['a newer backup was taken', () => void own('r-new', 0)],
    [
      'one that would go was verified, and it is the newest such',
      async () => objects.remove(own('r-1', 1).dataAt).then(() => void plant.verified(own('r-3', 3))),
    ],
    ['one that would go is gone', async () => objects.remove(own('r-4', 4).manifestAt)],
  ])('what was confirmed, when %s', async (_, change) => {
    backups(4);
    const planned = await ask();
    await change();
    const before = objects.keys('main');
    const { run, says } = await confirm(planned);
    expect(run.state).toBe('refused');
    expect(says).toContain('or something has changed');
    expect(objects.keys('main')).toEqual(before);
  });
});

describe('shows', () => {
  it('what would go and why, and what stays', async () => {
    await open({ keep: { last: 2, daily: 3, monthly: 2 }, foreign: ['old'] });
    backups(5);
    own('r-6', 1.1);
    own('r-7', 40);
    await plant.foreign('etcd-1.db');
    const { run, says, report } = await ask();
    expect(run.steps.map(({ name, state }) => `${name}: ${state}`)).toEqual(['Look at all backups: complete']);
    expect(says.replace(/[0-9a-f]{12}/, 'CODE')).toMatchInlineSnapshot(`
      "prod-1: 2 of 8 backups would go, 2.0 KiB; nothing is removed yet
        Goes             2 backups, 2.0 KiB, taken from 2026-02-24 to 2026-02-25
        Stays            6 backups: 1 the newest verified, 1 by last, 2 daily, 1 monthly, 1 not made by Salvor
        Newest verified  r-1, 1 d old
        Rules            last 2, daily 3, monthly 2
        Where            s3://etcd-backups/etcd/prod-1
      Taken (UTC)       Age  Size     Tried out  Why                               Backup
      2026-02-25 09:00  4 d  1.0 KiB  no         a newer one of its month is kept  r-4
      2026-02-24 09:00  5 d  1.0 KiB  no         a newer one of its month is kept  r-5
        Changed  nothing
        Next     To remove exactly these: /salvor prune prod-1 --confirm CODE
      "
    `);
    expect(report.actions).toMatchObject([{ label: 'Remove them', does: 'command', style: 'danger' }]);
    expect(report.measures).toEqual({ backups: 8, removable: 2, removableBytes: 2048, held: 0 });
    expect(manifests()).toHaveLength(7);
  });

  it('the day that all were taken on once', async () => {
    backups(3);
    own('r-4', 3.01);
    expect((await ask()).says).toMatch(/^ {2}Goes +2 backups, 2\.0 KiB, taken on 2026-02-26$/m);
  });

  it('that there is nothing to remove', async () => {
    backups(2);
    const { says, report } = await ask();
    expect(report).toMatchObject({ tone: 'good', title: 'prod-1: nothing to remove; 2 backups stay' });
    expect(report.actions).toBeUndefined();
    expect(says).toContain('Newest verified');
  });

  it('the same twice', async () => {
    backups(4);
    expect((await ask()).report).toEqual((await ask()).report);
  });
});

describe('removes nothing', () => {
  const held = async (why: string | RegExp) => {
    const before = objects.keys('main');
    const { says, report } = await ask();
    expect(report).toMatchObject({ tone: 'warning', measures: { held: 1, removable: 0 } });
    expect(report.actions).toBeUndefined();
    expect(says).toMatch(why);
    const { run, says: refused } = await ask('prune prod-1 --confirm 5f2a90c41be7');
    expect(run.state).toBe('refused');
    expect(refused).toMatch(/Nothing of prod-1 is removed: /);
    expect(objects.keys('main')).toEqual(before);
    return says;
  };

  it('while no backup is verified', async () => {
    for (const days of [1, 2, 3, 4]) own(`r-${days}`, days);
    const says = await held('prod-1: nothing may be removed: no backup is verified, and until one is all of them stay');
    expect(says).toContain('Try the newest one out: /salvor verify prod-1 latest');
  });

  it('while bytes were read and nothing was ever restored', async () => {
    for (const backup of [own('r-1', 1), own('r-2', 2), own('r-3', 3)]) plant.verified(backup, { how: 'bytes' });
    expect((await ask()).says).toContain('no backup is verified, and until one is all of them stay');
  });

  it('of which the only one that was ever restored is, whatever bytes were read since', async () => {
    await open({ keep: { last: 1 } });
    plant.verified(own('r-restored', 2), { how: 'drill' });
    plant.verified(own('r-read', 1), { how: 'bytes' });
    const { report } = await ask();
    expect(report.actions ?? []).toEqual([]);
    expect(manifests().toSorted()).toEqual(['r-read', 'r-restored']);
  });

  it('while the only verified one has lost its data', async () => {
    const [first] = backups(4);
    if (first) await objects.remove(first.dataAt);
    await held('no backup is verified');
  });

  it('while the only verification is of another backup than its key says', async () => {
    const [, second, third, fourth] = backups(4);
    const [key = ''] = objects.keys('main').filter((one) => one.includes('/verified/'));
    if (second) plant.verified(second);
    const wrong = objects.keys('main').find((one) => one.includes('/verified/') && one !== key) ?? '';
    objects.plant({ bucket: 'main', key }, objects.peek({ bucket: 'main', key: wrong }) ?? Buffer.of());
    await objects.remove({ bucket: 'main', key: wrong });
    expect([third, fourth]).toHaveLength(2);
    await held('no backup is verified');
  });

  it('while a shrink alarm stands, and gives its numbers', async () => {
    backups(6);
    plant.own({ id: 'r-small', takenAt: ago(0.5), data: Buffer.alloc(100) });
    await held(/r-small has shrunk against the median of the 5 backups before it: stored size 100 B, 9 % of 1\.0 KiB/);
  });

  it('where there is none', async () => {
    expect(await held('prod-1: nothing may be removed: there is no backup')).toContain('/salvor snapshot prod-1');
  });
});

describe('once confirmed removes', () => {
  it('exactly what was shown, with data and results, and says what', async () => {
    const [, , third, fourth] = backups(4);
    if (third) plant.verified(third, { passed: false, findings: ['A byte differs.'] });
    const { run, says, report } = await confirm(await ask());
    expect(run).toMatchObject({ state: 'done', attempt: 1 });
    expect(run.steps.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      'Look at all backups: complete',
      'Remove what no rule keeps: complete',
    ]);
    expect(says).toContain('[ok] prod-1: removed 2 backups (2.5 KiB)');
    expect(report).toMatchObject({
      changed: '2 backups (2.5 KiB) removed',
      measures: { removed: 2, removable: 2 },
    });
    expect(manifests()).toEqual(['r-1', 'r-2']);
    expect(objects.keys('main').filter((key) => /r-[34]/.test(key))).toEqual([]);
    expect(fourth?.id).toBe('r-4');
    expect((await bot.runs.logs(run.id)).map(({ line }) => line)).toEqual(['removed: r-4, r-3']);
  });

  it('nothing more when it is pressed twice', async () => {
    backups(4);
    const planned = await ask();
    await confirm(planned);
    const { run } = await confirm(planned);
    expect(run.state).toBe('refused');
    expect(manifests()).toEqual(['r-1', 'r-2']);
  });

  it('none of another cluster, none that cannot be read, and names them', async () => {
    backups(3);
    plant.own({ id: 'r-8', takenAt: ago(8), manifest: { cluster: 'prod-2' } });
    const broken = own('r-9', 9);
    objects.plant(broken.manifestAt, Buffer.from('{'));
    const planned = await ask();
    expect(planned.says).toMatch(
      /Not readable, and stays +\S+r-8\.json: it is of prod-2; \S+r-9\.json: it is no JSON\n/,
    );
    await confirm(planned);
    expect(manifests()).toEqual(['r-1', 'r-2', 'r-8', 'r-9']);
    expect(objects.keys('main')).toContain(broken.dataAt.key);
  });

  it('nothing for the sake of a manifest that cannot be read', async () => {
    backups(3);
    objects.plant(own('r-0', 0.5).manifestAt, Buffer.from('{'));
    await confirm(await ask());
    expect(manifests()).toEqual(['r-0', 'r-1', 'r-2']);
  });

  it('nothing for the sake of a backup from the future', async () => {
    backups(3);
    for (const days of [-300, -400]) plant.verified(own(`r-f${-days}`, days));
    const planned = await ask();
    expect(planned.says).toContain('2 from the future');
    await confirm(planned);
    expect(manifests()).toEqual(['r-f400', 'r-f300', 'r-1', 'r-2']);
  });

  it('what former prunes and dead workers left, and no data that is young', async () => {
    const [, , third] = backups(3);
    if (third) await objects.remove(third.manifestAt);
    await objects.remove(own('r-0', 0).manifestAt);
    clock.advance(2 * 3_600_000);
    await objects.remove(own('r-now', 0).manifestAt);
    const planned = await ask();
    expect(planned.says).toContain('prod-1: 2 leftover objects would go');
    const { says } = await confirm(planned);
    expect(says).toContain('removed 2 leftover objects (2.0 KiB)');
    expect(objects.keys('main').filter((key) => key.includes('/data/'))).toHaveLength(3);
  });
});

describe('when the store fails in the middle', () => {
  const fault = () =>
    new Fault('The store answered 503.', { port: 'objects', operation: 'removeAll', retryable: true });
  /** It takes so many batch deletions, and fails the next so many. */
  const failing = (good: number, bad: number) => {
    let asked = 0;
    between = {
      removeAll(...given) {
        asked += 1;
        return asked > good && asked <= good + bad ? Promise.reject(fault()) : objects.removeAll(...given);
      },
    };
  };

  it('the next attempt goes on, and what both removed is said', async () => {
    backups(4);
    clock.advance(2 * 3_600_000);
    const planned = await ask();
    failing(1, 1);
    const { run, says } = await confirm(planned);
    expect(run).toMatchObject({ state: 'done', attempt: 2 });
    expect(says).toContain('removed 2 backups, 2 leftover objects (2.0 KiB)');
    expect(objects.keys('main').filter((key) => /r-[34]/.test(key))).toEqual([]);
  });

  it('for good, it is said what was removed, and the next prune finishes', async () => {
    backups(4);
    clock.advance(2 * 3_600_000);
    const planned = await ask();
    failing(1, 99);
    const { run, says } = await confirm(planned);
    expect(run).toMatchObject({ state: 'failed', attempt: 3 });
    expect(says).toMatch(/Changed +2 backups \(0 B\) removed, the rest stands\n/);
    between = {};
    const again = await ask();
    expect(again.says).toContain('2 leftover objects would go');
    expect((await confirm(again)).run.state).toBe('done');
    expect(objects.keys('main').filter((key) => /r-[34]/.test(key))).toEqual([]);
  });

  it('and a backup is taken before the next attempt, that one stops and says what was removed', async () => {
    backups(4);
    clock.advance(2 * 3_600_000);
    const planned = await ask();
    failing(1, 1);
    const { removeAll = objects.removeAll } = between;
    between = {
      async removeAll(...given) {
        try {
          return await removeAll(...given);
        } catch (error) {
          own('r-new', 0);
          throw error;
        }
      },
    };
    const { run, says } = await confirm(planned);
    expect(run).toMatchObject({ state: 'refused', attempt: 2 });
    expect(says).toMatch(/Changed +2 backups \(0 B\) removed, the rest stands\n/);
    expect(manifests()).toEqual(['r-new', 'r-1', 'r-2']);
  });

  describe('the next attempt takes exactly what was confirmed', () => {
    /** Fails once, after the manifests of what goes are removed. */
    const failingWhile = (meanwhile: () => unknown): Partial<Objects> => {
      let asked = 0;
      return {
        async removeAll(...given) {
          asked += 1;
          if (asked !== 2) return objects.removeAll(...given);
          await meanwhile();
          throw fault();
        },
      };
    };
    const inLocked = (kind: string) =>
      objects.keys('locked').flatMap((key) => (key.includes(`/${kind}/`) ? (/-(r-\w+)[-.]/.exec(key)?.[1] ?? []) : []));

    it('and nothing whose lock has ended since', async () => {
      await open({ bucket: 'locked', keep: { last: 2 } });
      const [, , third, fourth] = backups(5);
      if (!third || !fourth) throw new Error('there are five');
      clock.advance(2 * 3_600_000);
      const until = new Date(clock.now().getTime() + 3_600_000);
      await objects.setLock(third.dataAt, { retention: { mode: 'governance', until }, legalHold: false });
      let isHeld = true;
      const lockOf: Objects['lockOf'] = async (at, options) =>
        at.key === fourth.dataAt.key ? { legalHold: isHeld } : objects.lockOf(at, options);
      between = { lockOf };
      const planned = await ask();
      expect(planned.says).toContain('2 locked');
      between = {
        lockOf,
        ...failingWhile(() => {
          isHeld = false;
          clock.advance(2 * 3_600_000);
        }),
      };
      const { run, says } = await confirm(planned);
      expect(run).toMatchObject({ state: 'done', attempt: 2 });
      expect(says).toContain('removed 1 backup, 1 leftover object (1.0 KiB)');
      for (const kind of ['manifests', 'data']) expect(inLocked(kind).toSorted()).toEqual(['r-1', 'r-2', 'r-3', 'r-4']);
    });

    it('and nothing that has become a leftover since', async () => {
      const [, , third] = backups(4);
      if (!third) throw new Error('there are four');
      clock.advance(2 * 3_600_000);
      await objects.remove(own('r-young', 0).manifestAt);
      const lockOf: Objects['lockOf'] = async (at) => ({ legalHold: at.key === third.dataAt.key });
      between = { lockOf };
      const planned = await ask();
      between = {
        lockOf,
        ...failingWhile(async () => {
          clock.advance(5 * 3_600_000);
          own('r-new', 0);
          await objects.remove(third.manifestAt);
        }),
      };
      const { run, says } = await confirm(planned);
      expect(run).toMatchObject({ state: 'done', attempt: 2 });
      expect(says).toContain('removed 1 backup, 1 leftover object (1.0 KiB)');
      expect(says).not.toContain('from the future');
      const data = objects.keys('main').flatMap((key) => /\/data\/.*-(r-\w+)-/.exec(key)?.[1] ?? []);
      expect(data.toSorted()).toEqual(['r-1', 'r-2', 'r-3', 'r-new', 'r-young']);
    });

    it('or nothing, where another one would be kept', async () => {
      const all = backups(5);
      const planned = await ask();
      between = failingWhile(() => all.slice(1, 2).forEach((backup) => void objects.remove(backup.manifestAt)));
      const { run, says } = await confirm(planned);
      expect(run).toMatchObject({ state: 'refused', attempt: 2 });
      expect(says).toContain('is not the code of what would be done now');
      expect(objects.keys('main').filter((key) => /\/data\/.*-r-[345]-/.test(key))).toHaveLength(3);
    });
  });
});
