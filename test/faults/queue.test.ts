import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { SandboxRedis } from '../../sandbox/redis.ts';
import type { QueueName, Run, RunRecord } from '../../src/chatops/run.ts';
import type { Outbox } from '../../src/ports/outbox.ts';
import type { Runs } from '../../src/ports/runs.ts';
import { keys } from '../../src/queue/keys.ts';
import { createOutbox } from '../../src/queue/outbox.ts';
import { createProducer, type Producer } from '../../src/queue/queues.ts';
import { connected, connectFailFast, connectPatient, type RedisConnection } from '../../src/queue/redis.ts';
import { createRuns } from '../../src/queue/runs.ts';
import { openRedisHouse, type RedisHouse } from '../contract/redis-house.ts';
import { aRun } from '../contract/runs.ts';
import { endingsOf, gateOf, traceOf } from './fixtures/jobs.ts';
import { type Process, startProcess } from './workshop.ts';

// Real Redis, real worker processes. Their locks last one second and lost runs are looked for every 300 ms.
const clock = { now: () => new Date() };
let house: RedisHouse;
let server: SandboxRedis;
let redis: RedisConnection;
let runs: Runs;
let outbox: Outbox;
let producer: Producer;

beforeEach(async () => {
  house = await openRedisHouse(connectPatient);
  ({ server, redis } = house);
  runs = createRuns(redis, { clock });
  outbox = createOutbox(redis, clock);
  producer = createProducer(redis, clock);
});

afterEach(async () => {
  await producer.close();
  await house.close();
});

const worker = (name: string, environment: NodeJS.ProcessEnv = {}): Promise<Process> =>
  startProcess('worker', name, { REDIS_URL: server.url, ...environment });
const trace = (run: Run): Promise<string[]> => redis.lrange(traceOf(run.id), 0, -1);
const endings = (run: Run): Promise<string[]> => redis.lrange(endingsOf(run.id), 0, -1);
const openGate = (run: Run): Promise<unknown> => redis.set(gateOf(run.id), 'open');

async function ask(queue: QueueName, payload: { waits?: boolean; deaf?: boolean } = {}): Promise<Run> {
  const run = aRun({ job: queue, queue, payload: { cluster: 'prod-1', ...payload }, createdAt: new Date() });
  await runs.admit(run);
  await producer.enqueue(run);
  return run;
}

const until = (condition: () => Promise<void>): Promise<void> =>
  vi.waitFor(condition, { timeout: 40_000, interval: 25 });

const traced = (run: Run, expected: readonly string[]): Promise<void> =>
  until(async () => expect(await trace(run)).toEqual(expected));

async function ended(run: Run): Promise<RunRecord> {
  await until(async () => expect((await runs.find(run.id))?.endedAt).toBeDefined());
  const record = await runs.find(run.id);
  if (!record) throw new Error('the run is lost');
  return record;
}

describe('a worker that is killed in the middle of a run', () => {
  it('is followed by another, and the run ends once', async () => {
    const first = await worker('first');
    const run = await ask('write', { waits: true });
    await traced(run, ['1 one']);
    await worker('second');
    first.signal('SIGKILL');
    await traced(run, ['1 one', '2 one']);
    await openGate(run);
    expect(await ended(run)).toMatchObject({ state: 'done', attempt: 2, worker: 'second' });
    expect(await trace(run)).toEqual(['1 one', '2 one', '2 two']);
    await until(async () => expect(await endings(run)).toEqual(['2 done']));
    expect((await outbox.claimOne(`end:${run.id}`, 1000))?.letter).toMatchObject({
      report: { title: 'Done in attempt 2' },
    });
  });

  it('is not followed for ever: the third death ends the run', async () => {
    const run = await ask('write', { waits: true });
    const expected: string[] = [];
    for (const attempt of [1, 2, 3]) {
      const next = await worker(`number ${attempt}`);
      expected.push(`${attempt} one`);
      await traced(run, expected);
      next.signal('SIGKILL');
    }
    await worker('last');
    expect(await ended(run)).toMatchObject({
      state: 'failed',
      attempt: 3,
      report: { title: 'write prod-1: the worker died in the middle of it.', changed: 'nothing' },
    });
    expect(await trace(run)).toEqual(expected);
  });

  it('is not followed at all when the work is dangerous', async () => {
    const first = await worker('first');
    const run = await ask('danger', { waits: true });
    await traced(run, ['1 one']);
    first.signal('SIGKILL');
    await worker('second');
    expect(await ended(run)).toMatchObject({
      state: 'failed',
      attempt: 1,
      worker: 'first',
      report: {
        title: 'danger prod-1: interrupted in step 1 of 2: one.',
        changed: 'not known: look before you act',
      },
    });
    const next = await ask('danger');
    await ended(next);
    expect(await trace(run)).toEqual(['1 one']);
  });
});

describe('a worker that is frozen for longer than its lock', () => {
  it('is fenced off at its next step and changes nothing', async () => {
    const frozen = await worker('frozen');
    const run = await ask('write', { waits: true, deaf: true });
    await traced(run, ['1 one']);
    frozen.signal('SIGSTOP');
    await worker('second');
    await traced(run, ['1 one', '2 one']);
    await openGate(run);
    const record = await ended(run);
    frozen.signal('SIGCONT');
    // It is at work again when it takes the next run of its kind; by then it has put the old one down.
    frozen.signal('SIGTERM');
    expect(await frozen.ended).toBe(0);
    expect(await runs.find(run.id)).toEqual(record);
    expect(record).toMatchObject({ state: 'done', attempt: 2, worker: 'second' });
    expect(await trace(run)).toEqual(['1 one', '2 one', '2 two']);
    expect(await endings(run)).toEqual(['2 done']);
  });

  it('stops where it is when it wakes while the other is still at work', async () => {
    const frozen = await worker('frozen');
    const run = await ask('write', { waits: true, deaf: true });
    await traced(run, ['1 one']);
    frozen.signal('SIGSTOP');
    const second = await worker('second');
    await traced(run, ['1 one', '2 one']);
    second.signal('SIGSTOP');
    frozen.signal('SIGCONT');
    await openGate(run);
    frozen.signal('SIGTERM');
    expect(await frozen.ended).toBe(0);
    expect(await runs.find(run.id)).toMatchObject({ state: 'running', attempt: 2, worker: 'second' });
    expect(await trace(run)).toEqual(['1 one', '2 one']);
    second.signal('SIGCONT');
    await ended(run);
    expect((await trace(run)).filter((line) => line.endsWith('two'))).toHaveLength(1);
  });
});

describe('a worker that is told to stop', () => {
  it('hands its run back at once, which does not count as a try', async () => {
    // Nothing but a handover can bring the run to another worker before its lock lapses.
    const first = await worker('first', { LOCK_MS: '60000' });
    const run = await ask('write', { waits: true });
    await traced(run, ['1 one']);
    await worker('second', { LOCK_MS: '60000' });
    first.signal('SIGTERM');
    await traced(run, ['1 one', '2 one']);
    expect(await first.ended).toBe(0);
    expect(await runs.find(run.id)).toMatchObject({ state: 'running', attempt: 2, handovers: 1, worker: 'second' });
    await openGate(run);
    expect(await ended(run)).toMatchObject({ state: 'done' });
  });

  it('lets the run wait when there is no other, and says why', async () => {
    const first = await worker('first');
    const run = await ask('write', { waits: true });
    await traced(run, ['1 one']);
    first.signal('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(await runs.find(run.id)).toMatchObject({
      state: 'queued',
      note: 'Its worker first was told to stop; another one takes it from the start.',
    });
    expect(await producer.state(run)).toBe('waiting');
    expect(await producer.workers('here')).toEqual([]);
  });

  it('does not wait for a run that does not hear: another worker takes it when its lock has lapsed', async () => {
    const first = await worker('first');
    const run = await ask('write', { waits: true, deaf: true });
    await traced(run, ['1 one']);
    first.signal('SIGTERM');
    expect(await first.ended).toBe(0);
    await worker('second');
    await openGate(run);
    expect(await ended(run)).toMatchObject({ state: 'done', attempt: 2, handovers: 0, worker: 'second' });
  });

  it('ends dangerous work as interrupted', async () => {
    const first = await worker('first');
    const run = await ask('danger', { waits: true });
    await traced(run, ['1 one']);
    first.signal('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(await runs.find(run.id)).toMatchObject({
      state: 'failed',
      report: { title: expect.stringContaining('interrupted') },
    });
  });
});

describe('a run that no worker knows how to do', () => {
  it('ends with the reason', async () => {
    await worker('first');
    const run = aRun({ job: 'mystery', createdAt: new Date() });
    await runs.admit(run);
    await producer.enqueue(run);
    expect(await ended(run)).toMatchObject({
      state: 'failed',
      report: { title: 'mystery prod-1: worker first does not know how to do this.', changed: 'nothing' },
    });
  });
});

describe('a run that waits for the first worker', () => {
  it('is taken by it at the first try', async () => {
    const run = await ask('danger');
    await worker('first');
    expect(await ended(run)).toMatchObject({ state: 'done' });
    const events = await redis.xrange(`${keys.queues}:here-danger:events`, '-', '+');
    expect(events.flat(2)).toContain('active');
    expect(events.flat(2)).not.toContain('failed');
  });
});

describe('a run that was recorded but never put in the queue', () => {
  it('is found and worked on', async () => {
    await worker('first');
    const run = aRun({ job: 'write', createdAt: new Date(Date.now() - 11_000) });
    await runs.admit(run);
    expect(await ended(run)).toMatchObject({ state: 'done', attempt: 1 });
  });
});

describe('a cancellation', () => {
  it('reaches the run in another process', async () => {
    await worker('first');
    const run = await ask('write', { waits: true });
    await traced(run, ['1 one']);
    await runs.cancel(run.id, 'Bob');
    expect(await ended(run)).toMatchObject({
      state: 'cancelled',
      report: { title: expect.stringMatching(/^\w+ [\w-]+: stopped by Bob\.$/) },
    });
    expect(await trace(run)).toEqual(['1 one']);
  });

  it('reaches it also when the message is lost', async () => {
    await worker('first');
    const run = await ask('write', { waits: true });
    await traced(run, ['1 one']);
    await redis.hset(keys.run(run.id), 'cancel', JSON.stringify({ by: 'Bob', at: new Date() }));
    expect(await ended(run)).toMatchObject({ state: 'cancelled' });
  });

  it('takes effect at the begin when the worker died meanwhile', async () => {
    const first = await worker('first');
    const run = await ask('write', { waits: true });
    await traced(run, ['1 one']);
    first.signal('SIGKILL');
    await first.ended;
    await runs.cancel(run.id, 'Bob');
    await worker('second');
    expect(await ended(run)).toMatchObject({ state: 'cancelled', attempt: 2 });
    expect(await trace(run)).toEqual(['1 one']);
  });
});

describe('Redis', () => {
  it('may restart in the middle of a run, which then ends once', async () => {
    await worker('first');
    const run = await ask('write', { waits: true });
    await traced(run, ['1 one']);
    await server.restart('SIGKILL');
    await openGate(run);
    expect(await ended(run)).toMatchObject({ state: 'done' });
    const steps = await trace(run);
    expect(steps.filter((line) => line.endsWith('two'))).toHaveLength(1);
    await until(async () => expect(await endings(run)).toHaveLength(1));
    expect((await outbox.claimOne(`end:${run.id}`, 1000))?.id).toBe(`end:${run.id}`);
  });

  it('may be away for longer than the locks last', async () => {
    await worker('first');
    const run = await ask('write', { waits: true });
    await traced(run, ['1 one']);
    // As if the second of its lock had passed while Redis was away.
    await redis.del(`${keys.queues}:here-write:${run.id}:lock`);
    await server.restart('SIGKILL');
    await traced(run, ['1 one', '2 one']);
    await openGate(run);
    expect(await ended(run)).toMatchObject({ state: 'done', attempt: 2 });
    expect((await trace(run)).filter((line) => line.endsWith('two'))).toHaveLength(1);
    await until(async () => expect(await endings(run)).toHaveLength(1));
  });

  for (const [state, harm] of [
    ['gone', () => server.kill()],
    ['frozen', async () => server.pause()],
  ] as const) {
    it(`is ${state}: whoever asks is told so within three seconds`, async () => {
      const failFast = connectFailFast({ url: server.url });
      onTestFinished(() => failFast.disconnect());
      await connected(failFast);
      const hasty = createRuns(failFast, { clock });
      await harm();
      const askedAt = Date.now();
      const error = await hasty.admit(aRun()).catch((fault: unknown) => fault);
      expect(Date.now() - askedAt).toBeLessThan(3000);
      expect(error).toMatchObject({ name: 'Fault', port: 'runs', message: expect.stringContaining('Redis') });
      await (state === 'gone' ? server.restart() : server.resume());
      const run = aRun();
      await until(async () => expect(await hasty.admit(run)).toEqual({ kind: 'admitted' }));
    });
  }
});

describe('many at once', () => {
  it('admits each request once and loses none, from three processes', async () => {
    const count = 200;
    // With locks that no slow disk outlasts: each run is to be taken once.
    await worker('first', { LOCK_MS: '60000' });
    await worker('second', { LOCK_MS: '60000' });
    const environment = { REDIS_URL: server.url, COUNT: `${count}` };
    const askers = await Promise.all(['a', 'b', 'c'].map((name) => startProcess('admit', name, environment)));
    for (const asker of askers) asker.child.stdin?.write('go\n');
    for (const asker of askers) expect(await asker.ended).toBe(0);
    const said = askers.map((asker) => JSON.parse(asker.said().split('\n')[1] ?? '') as Said);
    const admitted = said.flatMap(({ answers }) => answers).filter((answer) => answer === 'admitted');
    expect(admitted).toHaveLength(count);
    expect(said.map(({ lock }) => lock).sort()).toEqual(['admitted', 'busy', 'busy']);
    expect(new Set(said.map(({ holder }) => holder)).size).toBe(1);
    const ids = Array.from({ length: count }, (_, nth) => `r-many${nth}x`);
    await until(async () => {
      const states = await Promise.all(ids.map(async (id) => (await runs.find(id))?.state));
      expect(states.every((state) => state === 'done')).toBe(true);
    });
    for (const id of ids) expect(await redis.lrange(traceOf(id), 0, -1)).toEqual(['1 one', '1 two']);
  });
});

interface Said {
  readonly answers: readonly string[];
  readonly lock: string;
  readonly holder: string;
}
