import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyChain } from '../../src/chatops/audit-chain.ts';
import type { ReceptionParts } from '../../src/chatops/reception.ts';
import type { Runs } from '../../src/ports/runs.ts';
import { createProducer } from '../../src/queue/queues.ts';
import { reconcile } from '../../src/queue/reconcile.ts';
import { wipeSteps as steps } from '../fakes/wipe-plan.ts';
import { people } from '../people.ts';
import { holdOf, members, trace, wipeCatalogue, wiping } from './fixtures/wipe.ts';
import { type Bot, type House, openHouse } from './house.ts';
import { type Process, startProcess } from './workshop.ts';

// Real Redis and real worker processes; the test is the bots. Locks last one second and lost runs are looked for every 300 ms.
const { alice, bob, carol } = people;
let house: House;

beforeEach(async () => {
  house = await openHouse({ catalogue: wipeCatalogue(), words: 'wipe prod-1', more: wiping });
});
afterEach(() => house.close());

const worker = (name: string, environment: NodeJS.ProcessEnv = {}): Promise<Process> =>
  startProcess('wiper', name, { REDIS_URL: house.server.url, ...environment });

const traced = (): Promise<string[]> => house.redis.lrange(trace, 0, -1);
/** Which steps were begun, whoever did it. */
const begun = async () =>
  (await traced()).map((line) => line.slice(line.indexOf(' ') + 1)).filter((step) => steps.includes(step));
const saw = (bot: Bot, line: string): Promise<void> =>
  bot.until(async () => expect(await traced()).toContainEqual(expect.stringMatching(new RegExp(` ${line}$`))));
const hold = (step: string) => house.redis.set(holdOf(step), 'held');
const letGo = (step: string) => house.redis.del(holdOf(step));

describe('votes', () => {
  it('of two people at the same instant, at two bots, start one run that does each step once', async () => {
    await worker('first');
    const [one, other] = [await house.bot(), await house.bot()];
    const id = await one.asked();
    await Promise.all([one.votes(bob, id), other.votes(carol, id)]);
    await one.became(id, 'done');
    expect(await begun()).toEqual(steps);
    expect(await house.dangerous()).toHaveLength(1);
    expect(await house.lease()).toBeUndefined();
    expect(await verifyChain(house.keepers.audit.all())).not.toHaveProperty('broken');
  });

  it('of one person who presses twice, at two bots at the same instant, count once', async () => {
    await worker('first');
    const [one, other] = [await house.bot(), await house.bot()];
    const id = await one.asked();
    const both = await Promise.allSettled([one.votes(bob, id), other.votes(bob, id)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await house.find(id)).toMatchObject({ state: 'pending', votes: [{ by: { id: bob.id } }] });
    expect(await house.dangerous()).toEqual([]);
  });

  it.each<[string, (parts: Runs) => Partial<ReceptionParts>]>([
    ['before it had recorded the run', (kept) => ({ runs: { ...kept, admit: died } })],
    ['before it had put the run in the queue', () => ({ enqueue: died })],
  ])('are not lost when the bot that took the last one died %s', async (_, change) => {
    await worker('first');
    const [one, dying] = [await house.bot(), await house.bot(change(house.runs))];
    const id = await one.asked();
    await one.votes(bob, id);
    await expect(dying.votes(carol, id)).rejects.toThrow('the bot died');
    expect((await house.find(id)).state).toBe('approved');
    // A queued run that no queue knows is put in again once it is ten seconds old: here its time is now.
    const [run] = await house.dangerous();
    if (run) await house.producer.enqueue(run);
    await one.became(id, 'done');
    expect(await begun()).toEqual(steps);
    expect(await house.dangerous()).toHaveLength(1);
  });
});

describe('before it begins', () => {
  it('the right of an approver that was taken away since the vote stops it', async () => {
    const bot = await house.bot();
    await worker('first');
    const id = await bot.asked();
    await bot.votes(bob, id);
    house.rights.set(carol.id, { ...carol, grants: [] });
    await bot.votes(carol, id);
    await bot.became(id, 'cancelled');
    await bot.until(async () => expect((await house.lastRun(id)).state).toBe('refused'));
    expect(await begun()).toEqual([]);
    await bot.until(async () => expect(await house.lease()).toBeUndefined());
  });

  it('a plan that comes out otherwise is not carried out, and asks anew without a vote', async () => {
    const bot = await house.bot();
    await worker('first');
    const id = await bot.asked();
    await bot.votes(bob, id);
    await house.redis.set(members, 'four');
    await bot.votes(carol, id).catch(() => undefined);
    await bot.became(id, 'superseded');
    const next = (await house.find(id)).superseded?.by ?? '';
    await bot.became(next, 'pending');
    expect((await house.find(next)).votes).toEqual([]);
    expect(await begun()).toEqual([]);
    await bot.until(async () => expect(await house.lease()).toBeUndefined());
  });

  it('an approval that nobody took up in time is not carried out', async () => {
    const bot = await house.bot();
    const planner = await worker('planner', { START_MS: '1' });
    const id = await bot.asked();
    planner.signal('SIGKILL');
    await planner.ended;
    await bot.votes(bob, id);
    await bot.votes(carol, id);
    await worker('late');
    await bot.became(id, 'expired');
    await bot.until(async () => expect((await house.lastRun(id)).state).toBe('refused'));
    expect(await begun()).toEqual([]);
  });
});

describe('a worker that is killed', () => {
  it('between the lease and the first step is never followed by itself, and the way out is to take it back', async () => {
    const bot = await house.bot();
    const first = await worker('first');
    await hold('begin');
    const id = await bot.approved();
    await saw(bot, 'begin');
    first.signal('SIGKILL');
    await worker('second');
    await bot.became(id, 'failed');
    await letGo('begin');
    const { report, attempt } = await house.lastRun(id);
    expect(attempt).toBe(1);
    expect(report).toMatchObject({ changed: 'nothing', actions: [{ label: 'Roll back' }, { label: 'Logs' }] });
    expect((await house.lease())?.approval).toBe(id);
    await expect(bot.says(alice, `resume ${id}`)).rejects.toThrow('It changed nothing before it stopped');
    await bot.says(alice, `rollback ${id}`);
    await bot.became(id, 'undone');
    await bot.until(async () => expect(await house.lease()).toBeUndefined());
    expect(await begun()).toEqual([]);
  });

  it('in the middle of a step leaves its cluster held until a person goes on with it', async () => {
    const bot = await house.bot();
    const first = await worker('first');
    await hold('Cut');
    const id = await bot.approved();
    await saw(bot, 'Cut');
    first.signal('SIGKILL');
    await worker('second');
    await bot.became(id, 'failed');
    await letGo('Cut');
    expect((await house.lastRun(id)).report).toMatchObject({
      title: expect.stringContaining('interrupted in step 4 of 5: Cut'),
      changed: 'it is cut',
    });
    expect(await begun()).toEqual(['Look', 'Cut']);
    const other = await house.bot();
    await Promise.all([bot.says(alice, `resume ${id}`), other.says(bob, `resume ${id}`)]);
    await bot.became(id, 'done');
    expect(await begun()).toEqual(['Look', 'Cut', 'Cut', 'Mend']);
    expect(await house.dangerous()).toHaveLength(2);
    await bot.until(async () => expect(await house.lease()).toBeUndefined());
  });
});

describe('a worker that died for good, the only one of its site, past the point of no return', () => {
  const later = { now: () => new Date(Date.now() + 31_000) };

  /** As a bot sees it half a minute after the last sign of life. */
  async function noticed(bot: Bot, id: string): Promise<void> {
    const late = createProducer(house.redis, later);
    const logger = { info() {}, warn() {}, error() {} };
    await bot.until(async () => {
      await reconcile({ runs: house.runs, producer: late, clock: later, logger });
      expect((await house.find(id)).state).toBe('failed');
    });
    await late.close();
  }

  async function dead(bot: Bot): Promise<string> {
    const only = await worker('only');
    await hold('Mend');
    const id = await bot.approved();
    await saw(bot, 'Mend');
    only.signal('SIGKILL');
    await only.ended;
    const run = (await house.lastRun(id)).id;
    await expect(bot.says(alice, `cancel ${run}`)).rejects.toThrow('past its point of no return');
    await expect(bot.says(bob, 'lock release prod-1 --reason "its host burnt"')).rejects.toThrow('is under way');
    await noticed(bot, id);
    await letGo('Mend');
    expect((await house.lastRun(id)).report).toMatchObject({
      title: expect.stringContaining('interrupted in step 5 of 5: Mend'),
      ...{
        changed: 'it is cut; it is mend',
        actions: [{ label: 'Resume' }, { label: 'Roll back' }, { label: 'Logs' }],
      },
    });
    return id;
  }

  it('is noticed, and another goes on with it when a person says so', async () => {
    const bot = await house.bot();
    const id = await dead(bot);
    await bot.says(alice, `resume ${id}`);
    await worker('another');
    await bot.became(id, 'done');
    await bot.until(async () => expect(await house.lease()).toBeUndefined());
  });

  it('is noticed, and its cluster can be released', async () => {
    const bot = await house.bot();
    await dead(bot);
    expect(await bot.says(bob, 'lock release prod-1 --reason "its host burnt"')).toMatchObject({
      report: { title: expect.stringContaining('prod-1 is released') },
    });
    expect(await house.lease()).toBeUndefined();
  });
});

it('a worker that is told to stop ends the step under way, begins no other, and leaves the rest to people', async () => {
  const bot = await house.bot();
  const first = await worker('first');
  await hold('Cut');
  const id = await bot.approved();
  await saw(bot, 'Cut');
  first.signal('SIGTERM');
  // Longer than what a read or a write would be given.
  await expect(Promise.race([first.ended, pause(1500)])).resolves.toBeUndefined();
  expect(first.logged()).toMatch(/^waits for a dangerous step to end.*"target":"prod-1","step":"Cut"/m);
  await letGo('Cut');
  expect(await first.ended).toBe(0);
  await bot.became(id, 'failed');
  expect(await traced()).toContainEqual(expect.stringMatching(/ Cut done$/));
  expect(await begun()).toEqual(['Look', 'Cut']);
  expect((await house.lastRun(id)).report).toMatchObject({
    title: expect.stringMatching(/its worker was told to stop, and stopped before step 5 of 5: Mend/),
    ...{ changed: 'it is cut', actions: [{ label: 'Resume' }, { label: 'Roll back' }, { label: 'Logs' }] },
  });
  await worker('second');
  await bot.says(alice, `resume ${id}`);
  await bot.became(id, 'done');
  expect(await begun()).toEqual(steps);
});

describe('a worker that is frozen for longer than its lock', () => {
  it('begins no step after another has gone on with it', async () => {
    const bot = await house.bot();
    const frozen = await worker('frozen');
    await hold('Cut');
    const id = await bot.approved();
    await saw(bot, 'Cut');
    frozen.signal('SIGSTOP');
    await worker('second');
    await bot.became(id, 'failed');
    const [stopped] = (await house.find(id)).runs;
    await hold('Mend');
    await letGo('Cut');
    await bot.says(alice, `resume ${id}`);
    await saw(bot, 'Mend');
    const fence = (await house.lease())?.fence ?? 0;
    frozen.signal('SIGCONT');
    frozen.signal('SIGTERM');
    expect(await frozen.ended).toBe(0);
    await letGo('Mend');
    await bot.became(id, 'done');
    expect(await begun()).toEqual(['Look', 'Cut', 'Cut', 'Mend']);
    const journal = await house.keepers.journal.read(id);
    const late = journal.slice(journal.findIndex((entry) => entry.fence === fence));
    expect(late.filter(({ run }) => run === stopped)).toEqual([]);
  });
});

it('Redis may be killed in the middle of a step: the work goes on and ends once', async () => {
  const bot = await house.bot();
  await worker('first');
  await hold('Cut');
  const id = await bot.approved();
  await saw(bot, 'Cut');
  await house.server.restart('SIGKILL');
  await letGo('Cut');
  await bot.until(async () => expect(['done', 'failed']).toContain((await house.find(id)).state));
  // Where its lock had lapsed meanwhile it is interrupted, and a person goes on with it; it is never begun twice by itself.
  if ((await house.find(id)).state === 'failed') {
    await bot.says(alice, `resume ${id}`);
    await bot.became(id, 'done');
  }
  expect((await begun()).filter((step) => step === 'Mend')).toEqual(['Mend']);
  expect((await house.find(id)).votes).toHaveLength(2);
});

async function died(): Promise<never> {
  throw new Error('the bot died');
}
