import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type SandboxRedis, startRedis } from '../../sandbox/redis.ts';
import type { Actor } from '../../src/chatops/access.ts';
import type { Answer, Approval } from '../../src/chatops/approval.ts';
import { verifyChain } from '../../src/chatops/audit-chain.ts';
import { defineCommand } from '../../src/chatops/command.ts';
import { leaseTarget } from '../../src/chatops/held-back.ts';
import { Name } from '../../src/chatops/interpret.ts';
import type { Keepers } from '../../src/chatops/keepers.ts';
import { createReception, type Reception, type ReceptionParts } from '../../src/chatops/reception.ts';
import { loadRegistry } from '../../src/chatops/registry.ts';
import type { RunRecord } from '../../src/chatops/run.ts';
import { tendApprovals } from '../../src/chatops/tend-approvals.ts';
import type { Lease } from '../../src/ports/leases.ts';
import type { Outbox } from '../../src/ports/outbox.ts';
import type { Runs } from '../../src/ports/runs.ts';
import { createKeepers } from '../../src/queue/keepers.ts';
import { createOutbox } from '../../src/queue/outbox.ts';
import { createProducer, type Producer } from '../../src/queue/queues.ts';
import { reconcile } from '../../src/queue/reconcile.ts';
import { connected, connectPatient, type RedisConnection } from '../../src/queue/redis.ts';
import { createRuns } from '../../src/queue/runs.ts';
import { startedRun } from '../bot.ts';
import { createFakeSchedules } from '../fakes/schedules.ts';
import { wipeSteps as steps } from '../fakes/wipe-plan.ts';
import { people } from '../people.ts';
import { holdOf, members, trace, wipeCatalogue, wipeJob } from './fixtures/wipe.ts';
import { type Process, startProcess } from './workshop.ts';

// Real Redis and real worker processes; the test is the bots. Locks last one second and lost runs are looked for every 300 ms.
const clock = { now: () => new Date() };
const { alice, bob, carol } = people;
let directory: string;
let server: SandboxRedis;
let redis: RedisConnection;
let runs: Runs;
let outbox: Outbox;
let keepers: Keepers;
let producer: Producer;
let requests = 0;
/** Who somebody is by now. */
let rights: Map<string, Actor>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-redis-'));
  server = await startRedis({ directory, sync: 'always' });
  redis = connectPatient({ url: server.url });
  await connected(redis);
  runs = createRuns(redis, { clock });
  outbox = createOutbox(redis, clock);
  keepers = createKeepers(redis, clock);
  producer = createProducer(redis, clock);
  rights = new Map(Object.values(people).map((actor) => [actor.id, actor]));
});

afterEach(async () => {
  await producer.close();
  redis.disconnect();
  await server.stop();
  await rm(directory, { recursive: true });
});

const worker = (name: string, environment: NodeJS.ProcessEnv = {}): Promise<Process> =>
  startProcess('wiper', name, { REDIS_URL: server.url, ...environment });

interface Bot extends Reception {
  tends(): Promise<void>;
}

/** A bot of several; `changes` are what is wrong with it. */
async function aBot(changes: Partial<ReceptionParts> = {}): Promise<Bot> {
  const wipe = wipeJob(redis);
  const command = defineCommand({
    ...{ name: 'wipe', summary: 'wipe it', usage: 'wipe <cluster>', examples: ['wipe prod-1'] },
    input: z.strictObject({ cluster: Name }),
    job: wipe.planning,
    payload: (input) => input,
  });
  const known = await loadRegistry();
  const jobs = new Map([wipe, wipe.planning].map((job) => [job.name, job]));
  const reception = createReception({
    registry: { commands: [...known.commands, command], jobs },
    catalogue: wipeCatalogue(),
    runs,
    schedules: createFakeSchedules(runs),
    keepers,
    clock,
    asTyped: (words) => `/salvor ${words}`,
    postCard: async () => ({ kind: 'posted' }),
    enqueue: (run) => producer.enqueue(run),
    linkTo: async () => undefined,
    ...changes,
  });
  const logger = { info() {}, warn() {}, error() {} };
  const actorOf = async ({ id }: { readonly id: string }) => rights.get(id) ?? people.eve;
  const parts = {
    approvals: keepers.approvals,
    audit: keepers.audit,
    leases: keepers.leases,
    desk: reception.approvals,
    jobs,
    runs,
    outbox,
    clock,
    logger,
    actorOf,
  };
  return { ...reception, tends: () => tendApprovals(parts) };
}

function says(bot: Bot, actor: Actor, words: string) {
  requests += 1;
  return bot.hear({ words, actor, channel: 'C0PROD', requestId: `fault-${requests}` });
}

/** Asks again and again, with a bot that looks after approvals meanwhile. */
const until = (bot: Bot, condition: () => Promise<void>): Promise<void> =>
  vi.waitFor(
    async () => {
      await bot.tends();
      await condition();
    },
    { timeout: 40_000, interval: 50 },
  );

const find = async (id: string): Promise<Approval> => {
  const approval = await keepers.approvals.find(id);
  if (!approval) throw new Error(`there is no approval ${id}`);
  return approval;
};

/** Alice asks; answers the approval's id once its plan is made. */
async function asked(bot: Bot): Promise<string> {
  const id = startedRun(await says(bot, alice, 'wipe prod-1')).id.replace('r-', 'a-');
  await until(bot, async () => void (await find(id)));
  return id;
}

const yes = async (id: string): Promise<Answer> => ({
  kind: 'approve',
  typed: 'prod-1',
  digest: (await find(id)).digest,
});
const votes = async (bot: Bot, actor: Actor, id: string) => bot.approvals.vote(id, actor, await yes(id));

async function approved(bot: Bot): Promise<string> {
  const id = await asked(bot);
  await votes(bot, bob, id);
  await votes(bot, carol, id);
  return id;
}

const became = (bot: Bot, id: string, state: Approval['state']): Promise<void> =>
  until(bot, async () => expect((await find(id)).state).toBe(state));

const traced = (): Promise<string[]> => redis.lrange(trace, 0, -1);
/** Which steps were begun, whoever did it. */
const begun = async () =>
  (await traced()).map((line) => line.slice(line.indexOf(' ') + 1)).filter((step) => steps.includes(step));
const saw = (bot: Bot, line: string): Promise<void> =>
  until(bot, async () => expect(await traced()).toContainEqual(expect.stringMatching(new RegExp(` ${line}$`))));
const hold = (step: string) => redis.set(holdOf(step), 'held');
const letGo = (step: string) => redis.del(holdOf(step));
const lease = (): Promise<Lease | undefined> => keepers.leases.find(leaseTarget('prod-1'));

async function lastRun(id: string): Promise<RunRecord> {
  const run = await runs.find((await find(id)).runs.at(-1) ?? '');
  if (!run) throw new Error('no run was started');
  return run;
}

async function dangerous(): Promise<readonly RunRecord[]> {
  return (await runs.list({ limit: 100 })).filter(({ queue }) => queue === 'danger');
}

describe('votes', () => {
  it('of two people at the same instant, at two bots, start one run that does each step once', async () => {
    await worker('first');
    const [one, other] = [await aBot(), await aBot()];
    const id = await asked(one);
    await Promise.all([votes(one, bob, id), votes(other, carol, id)]);
    await became(one, id, 'done');
    expect(await begun()).toEqual(steps);
    expect(await dangerous()).toHaveLength(1);
    expect(await lease()).toBeUndefined();
    expect(await verifyChain(keepers.audit.all())).not.toHaveProperty('broken');
  });

  it('of one person who presses twice, at two bots at the same instant, count once', async () => {
    await worker('first');
    const [one, other] = [await aBot(), await aBot()];
    const id = await asked(one);
    const both = await Promise.allSettled([votes(one, bob, id), votes(other, bob, id)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await find(id)).toMatchObject({ state: 'pending', votes: [{ by: { id: bob.id } }] });
    expect(await dangerous()).toEqual([]);
  });

  it.each<[string, (parts: Runs) => Partial<ReceptionParts>]>([
    ['before it had recorded the run', (kept) => ({ runs: { ...kept, admit: died } })],
    ['before it had put the run in the queue', () => ({ enqueue: died })],
  ])('are not lost when the bot that took the last one died %s', async (_, change) => {
    await worker('first');
    const [one, dying] = [await aBot(), await aBot(change(runs))];
    const id = await asked(one);
    await votes(one, bob, id);
    await expect(votes(dying, carol, id)).rejects.toThrow('the bot died');
    expect((await find(id)).state).toBe('approved');
    // A queued run that no queue knows is put in again once it is ten seconds old: here its time is now.
    const [run] = await dangerous();
    if (run) await producer.enqueue(run);
    await became(one, id, 'done');
    expect(await begun()).toEqual(steps);
    expect(await dangerous()).toHaveLength(1);
  });
});

describe('before it begins', () => {
  it('the right of an approver that was taken away since the vote stops it', async () => {
    const bot = await aBot();
    await worker('first');
    const id = await asked(bot);
    await votes(bot, bob, id);
    rights.set(carol.id, { ...carol, grants: [] });
    await votes(bot, carol, id);
    await became(bot, id, 'cancelled');
    await until(bot, async () => expect((await lastRun(id)).state).toBe('refused'));
    expect(await begun()).toEqual([]);
    expect(await lease()).toBeUndefined();
  });

  it('a plan that comes out otherwise is not carried out, and asks anew without a vote', async () => {
    const bot = await aBot();
    await worker('first');
    const id = await asked(bot);
    await votes(bot, bob, id);
    await redis.set(members, 'four');
    await votes(bot, carol, id).catch(() => undefined);
    await became(bot, id, 'superseded');
    const next = (await find(id)).superseded?.by ?? '';
    await became(bot, next, 'pending');
    expect((await find(next)).votes).toEqual([]);
    expect(await begun()).toEqual([]);
    expect(await lease()).toBeUndefined();
  });

  it('an approval that nobody took up in time is not carried out', async () => {
    const bot = await aBot();
    const planner = await worker('planner', { START_MS: '1' });
    const id = await asked(bot);
    planner.signal('SIGKILL');
    await planner.ended;
    await votes(bot, bob, id);
    await votes(bot, carol, id);
    await worker('late');
    await became(bot, id, 'expired');
    await until(bot, async () => expect((await lastRun(id)).state).toBe('refused'));
    expect(await begun()).toEqual([]);
  });
});

describe('a worker that is killed', () => {
  it('between the lease and the first step is never followed by itself, and the way out is to take it back', async () => {
    const bot = await aBot();
    const first = await worker('first');
    await hold('begin');
    const id = await approved(bot);
    await saw(bot, 'begin');
    first.signal('SIGKILL');
    await worker('second');
    await became(bot, id, 'failed');
    await letGo('begin');
    const { report, attempt } = await lastRun(id);
    expect(attempt).toBe(1);
    expect(report).toMatchObject({ changed: 'nothing', actions: [{ label: 'Roll back' }, { label: 'Logs' }] });
    expect((await lease())?.approval).toBe(id);
    await expect(says(bot, alice, `resume ${id}`)).rejects.toThrow('It changed nothing before it stopped');
    await says(bot, alice, `rollback ${id}`);
    await became(bot, id, 'undone');
    await until(bot, async () => expect(await lease()).toBeUndefined());
    expect(await begun()).toEqual([]);
  });

  it('in the middle of a step leaves its cluster held until a person goes on with it', async () => {
    const bot = await aBot();
    const first = await worker('first');
    await hold('Cut');
    const id = await approved(bot);
    await saw(bot, 'Cut');
    first.signal('SIGKILL');
    await worker('second');
    await became(bot, id, 'failed');
    await letGo('Cut');
    expect((await lastRun(id)).report).toMatchObject({
      title: expect.stringContaining('interrupted in step 4 of 5: Cut'),
      changed: 'it is cut',
    });
    expect(await begun()).toEqual(['Look', 'Cut']);
    const again = Promise.all([says(bot, alice, `resume ${id}`), says(await aBot(), bob, `resume ${id}`)]);
    await again;
    await became(bot, id, 'done');
    expect(await begun()).toEqual(['Look', 'Cut', 'Cut', 'Mend']);
    expect(await dangerous()).toHaveLength(2);
    await until(bot, async () => expect(await lease()).toBeUndefined());
  });
});

describe('a worker that died for good, the only one of its site, past the point of no return', () => {
  const later = { now: () => new Date(Date.now() + 31_000) };

  /** As a bot sees it half a minute after the last sign of life. */
  async function noticed(bot: Bot, id: string): Promise<void> {
    const late = createProducer(redis, later);
    const logger = { info() {}, warn() {}, error() {} };
    await until(bot, async () => {
      await reconcile({ runs, producer: late, clock: later, logger });
      expect((await find(id)).state).toBe('failed');
    });
    await late.close();
  }

  async function dead(bot: Bot): Promise<string> {
    const only = await worker('only');
    await hold('Mend');
    const id = await approved(bot);
    await saw(bot, 'Mend');
    only.signal('SIGKILL');
    await only.ended;
    const run = (await lastRun(id)).id;
    await expect(says(bot, alice, `cancel ${run}`)).rejects.toThrow('past its point of no return');
    await expect(says(bot, bob, 'lock release prod-1 --reason "its host burnt"')).rejects.toThrow('is under way');
    await noticed(bot, id);
    await letGo('Mend');
    expect((await lastRun(id)).report).toMatchObject({
      title: expect.stringContaining('interrupted in step 5 of 5: Mend'),
      ...{
        changed: 'it is cut; it is mend',
        actions: [{ label: 'Resume' }, { label: 'Roll back' }, { label: 'Logs' }],
      },
    });
    return id;
  }

  it('is noticed, and another goes on with it when a person says so', async () => {
    const bot = await aBot();
    const id = await dead(bot);
    await says(bot, alice, `resume ${id}`);
    await worker('another');
    await became(bot, id, 'done');
    await until(bot, async () => expect(await lease()).toBeUndefined());
  });

  it('is noticed, and its cluster can be released', async () => {
    const bot = await aBot();
    await dead(bot);
    expect(await says(bot, bob, 'lock release prod-1 --reason "its host burnt"')).toMatchObject({
      report: { title: expect.stringContaining('prod-1 is released') },
    });
    expect(await lease()).toBeUndefined();
  });
});

it('a worker that is told to stop ends the step under way, begins no other, and leaves the rest to people', async () => {
  const bot = await aBot();
  const first = await worker('first');
  await hold('Cut');
  const id = await approved(bot);
  await saw(bot, 'Cut');
  first.signal('SIGTERM');
  // Longer than what a read or a write would be given.
  await expect(Promise.race([first.ended, pause(1500)])).resolves.toBeUndefined();
  expect(first.logged()).toMatch(/^waits for a dangerous step to end.*"cluster":"prod-1","step":"Cut"/m);
  await letGo('Cut');
  expect(await first.ended).toBe(0);
  await became(bot, id, 'failed');
  expect(await traced()).toContainEqual(expect.stringMatching(/ Cut done$/));
  expect(await begun()).toEqual(['Look', 'Cut']);
  expect((await lastRun(id)).report).toMatchObject({
    title: expect.stringMatching(/its worker was told to stop, and stopped before step 5 of 5: Mend/),
    ...{ changed: 'it is cut', actions: [{ label: 'Resume' }, { label: 'Roll back' }, { label: 'Logs' }] },
  });
  await worker('second');
  await says(bot, alice, `resume ${id}`);
  await became(bot, id, 'done');
  expect(await begun()).toEqual(steps);
});

describe('a worker that is frozen for longer than its lock', () => {
  it('begins no step after another has gone on with it', async () => {
    const bot = await aBot();
    const frozen = await worker('frozen');
    await hold('Cut');
    const id = await approved(bot);
    await saw(bot, 'Cut');
    frozen.signal('SIGSTOP');
    await worker('second');
    await became(bot, id, 'failed');
    const [stopped] = (await find(id)).runs;
    await hold('Mend');
    await letGo('Cut');
    await says(bot, alice, `resume ${id}`);
    await saw(bot, 'Mend');
    const fence = (await lease())?.fence ?? 0;
    frozen.signal('SIGCONT');
    frozen.signal('SIGTERM');
    expect(await frozen.ended).toBe(0);
    await letGo('Mend');
    await became(bot, id, 'done');
    expect(await begun()).toEqual(['Look', 'Cut', 'Cut', 'Mend']);
    const journal = await keepers.journal.read(id);
    const late = journal.slice(journal.findIndex((entry) => entry.fence === fence));
    expect(late.filter(({ run }) => run === stopped)).toEqual([]);
  });
});

it('Redis may be killed in the middle of a step: the work goes on and ends once', async () => {
  const bot = await aBot();
  await worker('first');
  await hold('Cut');
  const id = await approved(bot);
  await saw(bot, 'Cut');
  await server.restart('SIGKILL');
  await letGo('Cut');
  await until(bot, async () => expect(['done', 'failed']).toContain((await find(id)).state));
  // Where its lock had lapsed meanwhile it is interrupted, and a person goes on with it; it is never begun twice by itself.
  if ((await find(id)).state === 'failed') {
    await says(bot, alice, `resume ${id}`);
    await became(bot, id, 'done');
  }
  expect((await begun()).filter((step) => step === 'Mend')).toEqual(['Mend']);
  expect((await find(id)).votes).toHaveLength(2);
});

async function died(): Promise<never> {
  throw new Error('the bot died');
}
