import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createTracer, type RunningTracer } from '../../src/adapters/tracer.ts';
import { Fault } from '../../src/chatops/errors.ts';
import { type AnyJob, defineJob } from '../../src/chatops/job.ts';
import type { ReceptionParts } from '../../src/chatops/reception.ts';
import { tendEverySecond } from '../../src/main/approvals.ts';
import { tracedKeepers, tracedRuns } from '../../src/main/traced.ts';
import { keys } from '../../src/queue/keys.ts';
import { createOutbox } from '../../src/queue/outbox.ts';
import { createProducer, type Producer } from '../../src/queue/queues.ts';
import { createTrails } from '../../src/queue/trails.ts';
import { type RunningWorker, startWorker } from '../../src/queue/worker.ts';
import { startedRun } from '../bot.ts';
import { aRun } from '../contract/runs.ts';
import { type Collector, lineOf, linksOf, startCollector, type ToldSpan } from '../fakes/collector.ts';
import { people } from '../people.ts';
import { gateOf, noPorts, traceOf, tracingJob } from './fixtures/jobs.ts';
import { wipeCatalogue, wiping } from './fixtures/wipe.ts';
import { type Bot, type House, openHouse } from './house.ts';
import { startProcess } from './workshop.ts';

// A real Redis, BullMQ as it is, and a real server that takes traces: bots and a worker in this process, and one to be killed.
const { alice, bob, carol } = people;
const catalogue = wipeCatalogue();
const clock = { now: () => new Date() };
const silent = { info() {}, warn() {}, error() {} };
let house: House;
let collector: Collector;
let tracer: RunningTracer;
let producer: Producer;
let workers: RunningWorker[];

beforeEach(async () => {
  house = await openHouse({ catalogue, words: 'wipe prod-1', more: wiping });
  collector = await startCollector();
  tracer = createTracer({
    ...{ url: `${collector.url}/v1/traces`, share: 1, about: { 'service.name': 'salvor' } },
    ...{ trails: createTrails(house.redis), mask: (text: string) => text, logger: silent },
  });
  producer = createProducer(house.redis, clock, { isTraced: true });
  workers = [];
});
afterEach(async () => {
  await stop();
  await producer.close();
  await collector.stop();
  await house.close();
});

const traced = () => ({
  runs: tracedRuns(house.runs, tracer),
  keepers: tracedKeepers(house.keepers, tracer),
  enqueue: producer.enqueue,
});

const bot = (changes: Partial<ReceptionParts> = {}): Promise<Bot> => house.bot({ ...traced(), ...changes });

/** A worker of this process, until the test is over. */
async function work(jobs: readonly AnyJob[] = wiping(house.redis).jobs): Promise<void> {
  const { keepers } = traced();
  const ports = new Proxy(noPorts, {
    get: (all, name) => (name === 'catalogue' ? catalogue : Reflect.get(all, name)),
  });
  const worker = await startWorker({
    ...{ site: 'here', name: 'traced', ports, runs: house.runs, redis: house.redis, producer, keepers, clock, tracer },
    ...{ jobs: new Map(jobs.map((job) => [job.name, job])), logger: silent },
    timing: { lockMs: 1000, stalledEveryMs: 300, waitMs: () => 50 },
  });
  workers.push(worker);
}

/** Once nothing runs any more, ends all that tells of it. */
async function stop(): Promise<void> {
  await Promise.all(workers.splice(0).map((worker) => worker.close({ graceMs: 5000 })));
  await tracer.close();
}

async function told(): Promise<readonly ToldSpan[]> {
  await vi.waitFor(async () => expect((await Array.fromAsync(house.runs.open())).flat()).toEqual([]), {
    timeout: 30_000,
    interval: 50,
  });
  await stop();
  return collector.spans;
}

const named = (spans: readonly ToldSpan[], name: string) => spans.filter((span) => span.name === name);

/** Alice asks; answers the approval's id once it waits for votes. */
async function asked(one: Bot): Promise<string> {
  const run = startedRun(await tracer.entering('command', {}, () => one.says(alice, 'wipe prod-1')));
  const id = run.id.replace('r-', 'a-');
  await one.became(id, 'pending');
  return id;
}

it('leads from an approved run to the vote that began it, and by links to the plan and the other votes', async () => {
  const one = await bot();
  await work();
  const id = await asked(one);
  await tracer.entering('first vote', {}, () => one.votes(bob, id));
  await tracer.entering('last vote', {}, () => one.votes(carol, id));
  await one.became(id, 'done');
  const run = await house.lastRun(id);
  const spans = await told();
  const [wipe] = named(spans, 'run wipe');
  expect(lineOf(spans, wipe)).toBe('run wipe < process here-danger < add here-danger.run < last vote');
  expect(wipe?.attributes).toEqual({
    ...{ 'salvor.job': 'wipe', 'salvor.target': 'prod-1', 'salvor.run': run.id },
    ...{ 'salvor.attempt': 1, 'salvor.ending': 'done' },
  });
  expect(linksOf(spans)).toEqual([
    `approval pending → command: approval pending (${id})`,
    `approval approved → command: approval pending (${id})`,
    `approval approved → first vote: approval pending (${id})`,
  ]);
  const [plan, vote] = named(spans, 'approval pending');
  expect(lineOf(spans, plan)).toMatch(/^approval pending < run .* < process here-read < add here-read.run < command$/);
  expect(lineOf(spans, vote)).toBe('approval pending < first vote');
  expect(vote?.attributes).toEqual({
    ...{ 'salvor.approval': id, 'salvor.job': 'wipe', 'salvor.target': 'prod-1', 'salvor.votes': 1 },
  });
  for (const person of [alice, bob, carol]) expect(collector.bodies.join()).not.toContain(person.id);
});

it('finds plan and votes from a run that was put before the workers later, as the bot had died', async () => {
  const dying = await bot({ enqueue: () => Promise.reject(new Error('the bot died')) });
  const one = await bot();
  await work();
  const id = await asked(one);
  await tracer.entering('first vote', {}, () => one.votes(bob, id));
  await expect(tracer.entering('last vote', {}, () => dying.votes(carol, id))).rejects.toThrow('the bot died');
  // As bots do with a queued run that no queue knows.
  await producer.enqueue(await house.lastRun(id));
  await one.became(id, 'done');
  const run = await house.lastRun(id);
  const spans = await told();
  expect(lineOf(spans, named(spans, 'run wipe')[0])).toBe('run wipe < process here-danger < add here-danger.run');
  expect(linksOf(spans, named(spans, 'run wipe'))).toEqual([
    `run wipe → last vote: admit (${run.id})`,
    `run wipe → command: approval pending (${id})`,
    `run wipe → first vote: approval pending (${id})`,
    `run wipe → last vote: approval approved (${id})`,
  ]);
});

it('begins a trace of its own with an approved run that a bot had no time to start, linked to plan and votes', async () => {
  const one = await bot();
  const dying = await bot({ runs: { ...traced().runs, admit: () => Promise.reject(new Error('the bot died')) } });
  await work();
  const id = await asked(one);
  await tracer.entering('first vote', {}, () => one.votes(bob, id));
  await expect(tracer.entering('last vote', {}, () => dying.votes(carol, id))).rejects.toThrow('the bot died');
  const { jobs } = wiping(house.redis);
  const registry = { commands: [], jobs: new Map(jobs.map((job) => [job.name, job])) };
  const outbox = createOutbox(house.redis, clock);
  const slack = { approvals: one.approvals, actorNow: async () => alice };
  const tending = tendEverySecond({ ...traced(), registry, outbox, clock, logger: silent, tracer }, slack);
  await vi.waitFor(() => house.lastRun(id), { timeout: 30_000, interval: 25 });
  await tending.close();
  await one.became(id, 'done');
  const spans = await told();
  const line = 'run wipe < process here-danger < add here-danger.run < approval start';
  expect(lineOf(spans, named(spans, 'run wipe')[0])).toBe(line);
  const start = named(spans, 'approval start')[0];
  expect(
    linksOf(
      spans,
      spans.filter(({ traceId }) => traceId === start?.traceId),
    ),
  ).toEqual([
    `admit → command: approval pending (${id})`,
    `admit → first vote: approval pending (${id})`,
    `admit → last vote: approval approved (${id})`,
  ]);
});

it('counts the attempt of a run whose worker was killed, in the trace that it had', async () => {
  const first = await startProcess('worker', 'first', { REDIS_URL: house.server.url });
  const run = aRun({ job: 'write', payload: { cluster: 'prod-1', waits: true }, createdAt: new Date() });
  const { runs, enqueue } = traced();
  await tracer.entering('command', {}, async () => {
    await runs.admit(run);
    await enqueue(run);
  });
  const begun = (attempt: number) => async () =>
    expect(await house.redis.lrange(traceOf(run.id), 0, -1)).toContain(`${attempt} one`);
  await vi.waitFor(begun(1), { timeout: 30_000, interval: 25 });
  await work([tracingJob('write', house.redis)]);
  first.signal('SIGKILL');
  await vi.waitFor(begun(2), { timeout: 30_000, interval: 25 });
  await house.redis.set(gateOf(run.id), 'open');
  const spans = await told();
  expect(named(spans, 'run write').map(({ attributes }) => attributes)).toMatchObject([
    { 'salvor.run': run.id, 'salvor.attempt': 2, 'salvor.ending': 'done' },
  ]);
  expect(lineOf(spans, named(spans, 'run write')[0])).toBe(
    'run write < process here-write < add here-write.run < command',
  );
  expect(linksOf(spans)).toEqual([]);
});

it('counts the attempts of a run that failed and was tried again, all in one trace', async () => {
  const run = aRun({ job: 'flaky', createdAt: new Date() });
  await work([flaky]);
  const { runs, enqueue } = traced();
  await tracer.entering('command', {}, async () => {
    await runs.admit(run);
    await enqueue(run);
  });
  const spans = await told();
  const attempts = named(spans, 'run flaky');
  expect(attempts.map(({ attributes: { 'salvor.attempt': nth, 'salvor.ending': how } }) => [nth, how])).toEqual([
    [1, 'again'],
    [2, 'done'],
  ]);
  expect(attempts.map((span) => lineOf(spans, span))).toEqual([
    'run flaky < process here-write < add here-write.run < command',
    'run flaky < process here-write < add here-write.run < command',
  ]);
  expect(collector.bodies.join()).not.toContain('the disk of db-7 is full');
});

const flaky = defineJob({
  ...{ name: 'flaky', needs: [], queue: 'write', steps: [] },
  payload: z.object({ cluster: z.string() }),
  target: ({ cluster }) => cluster,
  access: ({ cluster }) => ({ role: 'operator', target: cluster }),
  async run(_payload, _ports, { attempt }) {
    if (attempt > 1) return;
    throw new Fault('the disk of db-7 is full', { port: 'objects', operation: 'put', retryable: true });
  },
  report: () => ({ tone: 'good', title: 'done' }),
});

it('leads from a run that another one kept from beginning to that one', async () => {
  const { runs } = traced();
  const [holder, second] = [aRun({ lock: 'etcd/prod-1' }), aRun({ lock: 'etcd/prod-1' })];
  await tracer.entering('command', {}, () => runs.admit(holder));
  await tracer.entering('schedule', {}, () => runs.admit(second));
  await stop();
  expect(linksOf(collector.spans)).toEqual([`admit → command: admit (${holder.id})`]);
});

it('leaves nothing in Redis where nothing is traced', async () => {
  const one = await house.bot();
  await startProcess('wiper', 'untraced', { REDIS_URL: house.server.url });
  const id = await one.approved();
  await one.became(id, 'done');
  const { id: run } = await house.lastRun(id);
  for (const key of [keys.run(run), keys.approval(id)])
    expect(await house.redis.hkeys(key)).toEqual(expect.not.arrayContaining(['trail']));
});
