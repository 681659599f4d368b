import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { QueueName, Run, RunRecord } from '../../src/chatops/run.ts';
import type { Runs } from '../../src/ports/runs.ts';
import { keys } from '../../src/queue/keys.ts';
import { createProducer, type Producer } from '../../src/queue/queues.ts';
import { type ReconcileParts, reconcile, startReconciling } from '../../src/queue/reconcile.ts';
import { connectPatient, type RedisConnection } from '../../src/queue/redis.ts';
import { createRuns } from '../../src/queue/runs.ts';
import { renderCard } from '../../src/slack/render.ts';
import { openRedisHouse, type RedisHouse } from '../contract/redis-house.ts';
import { aRun } from '../contract/runs.ts';
import { gateOf, traceOf } from './fixtures/jobs.ts';
import { type Process, startProcess } from './workshop.ts';

// Real Redis, one real worker process whose locks last a second. The bot is this process; its clock is put ahead to outlast a sign of life.
const lock = 'etcd/prod-1';
const silence =
  /^Its worker first gave no sign of life for \d0 s; no other worker serves site here\. Start one, or cancel\.$/;
let aheadMs: number;
const clock = { now: () => new Date(Date.now() + aheadMs) };
let house: RedisHouse;
let redis: RedisConnection;
let runs: Runs;
let producer: Producer;
let bot: ReconcileParts;
let ended: string[];
let stopReconciling: () => void;

beforeEach(async () => {
  aheadMs = 0;
  ended = [];
  house = await openRedisHouse(connectPatient);
  ({ redis } = house);
  runs = createRuns(redis, { clock });
  producer = createProducer(redis, clock);
  const silent = () => undefined;
  const logger = { info: silent, warn: silent, error: silent };
  bot = { runs, producer, clock, logger, onEnded: (run) => ended.push(`${run.id} ${run.state}`) };
  stopReconciling = startReconciling(bot, 50);
});

afterEach(async () => {
  stopReconciling();
  await producer.close();
  await house.close();
});

const worker = (name: string): Promise<Process> => startProcess('worker', name, { REDIS_URL: house.server.url });
const trace = (run: Run): Promise<string[]> => redis.lrange(traceOf(run.id), 0, -1);
const until = (condition: () => Promise<void>): Promise<void> =>
  vi.waitFor(condition, { timeout: 20_000, interval: 25 });

/** A run in the middle of its first step. */
async function underWay(queue: QueueName = 'write', deaf = false): Promise<Run> {
  const payload = { cluster: 'prod-1', waits: true, deaf };
  const run = aRun({ job: queue, queue, payload, lock, createdAt: clock.now() });
  await runs.admit(run);
  await producer.enqueue(run);
  await until(async () => expect(await trace(run)).toEqual(['1 one']));
  return run;
}

const holdLapsed = (run: Run): Promise<void> => until(async () => expect(await producer.isHeld(run)).toBe(false));

async function cancelled(run: Run): Promise<RunRecord> {
  await runs.cancel(run.id, 'Bob');
  await until(async () => expect((await runs.find(run.id))?.state).toBe('cancelled'));
  return found(run);
}

async function found(run: Run): Promise<RunRecord> {
  const record = await runs.find(run.id);
  if (!record) throw new Error('the run is lost');
  return record;
}

/** It ended once, nothing does more of it, and the next one with its lock is worked on. */
async function isOverAndFree(record: RunRecord, queue: QueueName): Promise<void> {
  expect(await redis.get(keys.lock(lock))).toBeNull();
  await until(async () => expect(await producer.state(record)).toBe('absent'));
  aheadMs = 0;
  const next = aRun({ job: queue, queue, lock, createdAt: clock.now() });
  expect(await runs.admit(next)).toEqual({ kind: 'admitted' });
  await producer.enqueue(next);
  await worker('second');
  await until(async () => expect((await runs.find(next.id))?.state).toBe('done'));
  expect(await runs.find(record.id)).toEqual(record);
  expect(await trace(record)).toEqual(['1 one']);
  expect(ended).toEqual([`${record.id} ${record.state}`]);
}

describe('a run whose worker was killed, the only one of its site', () => {
  it('says so on its card, and goes on with the next worker', async () => {
    const first = await worker('first');
    const run = await underWay();
    expect(await producer.isHeld(run)).toBe(true);
    first.signal('SIGKILL');
    await holdLapsed(run);
    // Its last sign of life is young: another one may be on its way.
    await reconcile(bot);
    expect((await runs.find(run.id))?.note).toBeUndefined();
    aheadMs = 31_000;
    await until(async () => expect((await runs.find(run.id))?.note).toMatch(silence));
    const record = await runs.find(run.id);
    expect(record).toMatchObject({ state: 'running', attempt: 1 });
    expect(JSON.stringify(record && renderCard(record, '/salvor', clock.now()).blocks)).toContain(record?.note);
    aheadMs = 0;
    await redis.set(gateOf(run.id), 'open');
    await worker('second');
    await until(async () => expect((await runs.find(run.id))?.state).toBe('done'));
    expect(await runs.find(run.id)).toMatchObject({ attempt: 2, worker: 'second' });
    expect((await runs.find(run.id))?.note).toBeUndefined();
  });

  it('is ended by a cancellation without a worker, once, and frees its lock', async () => {
    const first = await worker('first');
    const run = await underWay();
    first.signal('SIGKILL');
    await holdLapsed(run);
    aheadMs = 31_000;
    const record = await cancelled(run);
    expect(record.report).toMatchObject({
      title: expect.stringMatching(/^\w+ [\w-]+: stopped by Bob\.$/),
      changed: 'nothing',
    });
    await isOverAndFree(record, 'write');
  });

  it('ends by itself when it is dangerous, as no other worker would begin it again', async () => {
    const first = await worker('first');
    const run = await underWay('danger');
    first.signal('SIGKILL');
    await holdLapsed(run);
    await reconcile(bot);
    expect((await runs.find(run.id))?.state).toBe('running');
    aheadMs = 31_000;
    await until(async () => expect((await runs.find(run.id))?.state).toBe('failed'));
    const record = await found(run);
    expect(record.report).toMatchObject({
      title: expect.stringContaining('interrupted in step 1 of 2: one'),
      changed: 'not known: look before you act',
    });
    await isOverAndFree(record, 'danger');
  });

  it('is left as it ended by a worker that finds it in the queue all the same', async () => {
    const first = await worker('first');
    const run = await underWay();
    first.signal('SIGKILL');
    await holdLapsed(run);
    stopReconciling();
    aheadMs = 31_000;
    await runs.cancel(run.id, 'Bob');
    // As if the bot had died between ending the run and taking it out of the queue.
    await reconcile({ ...bot, producer: { ...producer, remove: async () => undefined } });
    const record = await runs.find(run.id);
    expect(record?.state).toBe('cancelled');
    expect(await producer.state(run)).toBe('active');
    aheadMs = 0;
    await worker('second');
    await until(async () => expect(await producer.state(run)).toBe('completed'));
    expect(await runs.find(run.id)).toEqual(record);
    expect(await trace(run)).toEqual(['1 one']);
  });
});

describe('a run whose worker was frozen, the only one of its site', () => {
  it('is ended by a cancellation, and its worker does no more of it when it wakes', async () => {
    const first = await worker('first');
    const run = await underWay('write', true);
    first.signal('SIGSTOP');
    await holdLapsed(run);
    aheadMs = 31_000;
    const record = await cancelled(run);
    await redis.set(gateOf(run.id), 'open');
    first.signal('SIGCONT');
    first.signal('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(await runs.find(run.id)).toEqual(record);
    expect(await trace(run)).toEqual(['1 one']);
    expect(ended).toEqual([`${run.id} cancelled`]);
  });
});
