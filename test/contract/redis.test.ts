import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { SandboxRedis } from '../../sandbox/redis.ts';
import { keys } from '../../src/queue/keys.ts';
import { createOutbox } from '../../src/queue/outbox.ts';
import { backoffMs, createProducer, queueRules } from '../../src/queue/queues.ts';
import { checkRedis, connected, connectFailFast, connectPatient, type RedisConnection } from '../../src/queue/redis.ts';
import { createRuns } from '../../src/queue/runs.ts';
import { createSeen } from '../../src/queue/seen.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { openRedisHouse, type RedisHouse } from './redis-house.ts';
import { aRun } from './runs.ts';

let house: RedisHouse;
let server: SandboxRedis;
let redis: RedisConnection;

beforeAll(async () => {
  house = await openRedisHouse();
  ({ server, redis } = house);
});

afterEach(async () => {
  await redis.flushall();
});

afterAll(() => house.close());

const dayMs = 24 * 60 * 60 * 1000;

describe('the check at the start', () => {
  it('is content with a Redis that forgets nothing', async () => {
    expect(await checkRedis(redis)).toEqual([]);
  });

  it('refuses a Redis that evicts, and says how to change it', async () => {
    onTestFinished(async () => void (await redis.config('SET', 'maxmemory-policy', 'noeviction')));
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await expect(checkRedis(redis)).rejects.toMatchObject({
      name: 'Refusal',
      message: expect.stringContaining("maxmemory-policy 'allkeys-lru'"),
      next: expect.stringContaining('redis-cli CONFIG SET maxmemory-policy noeviction'),
    });
  });

  it('refuses a Redis that writes nothing down, and says how to change it', async () => {
    onTestFinished(async () => void (await redis.config('SET', 'appendonly', 'yes')));
    await redis.config('SET', 'appendonly', 'no');
    await expect(checkRedis(redis)).rejects.toMatchObject({
      name: 'Refusal',
      next: expect.stringContaining('redis-cli CONFIG SET appendonly yes'),
    });
  });

  it('warns where a service does not let its settings be read', async () => {
    await redis.acl('SETUSER', 'guest', 'on', '>secret', '~*', '&*', '+@all', '-config');
    const guest = connectFailFast({ url: server.url, username: 'guest', password: 'secret' });
    onTestFinished(() => guest.disconnect());
    const warnings = await checkRedis(guest);
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain("maxmemory-policy. It must be 'noeviction'");
  });

  it('says so when there is no Redis', async () => {
    const nowhere = connectFailFast({ url: 'redis://127.0.0.1:1' });
    onTestFinished(() => nowhere.disconnect());
    await expect(connected(nowhere, 200)).rejects.toMatchObject({ name: 'Fault', code: 'REDIS_UNREACHABLE' });
  });

  it.each([
    ['a wrong password', { username: 'guest', password: 'wrong' }],
    ['a user that is not there', { username: 'nobody', password: 'secret' }],
    ['no password where one is needed', {}],
  ])('says so at once when Redis is given %s', async (_, credentials) => {
    await redis.acl('SETUSER', 'guest', 'on', '>secret', '~*', '&*', '+@all');
    await redis.acl('SETUSER', 'default', 'resetpass', '>needed');
    onTestFinished(async () => void (await redis.acl('SETUSER', 'default', 'nopass')));
    for (const connect of [connectFailFast, connectPatient]) {
      const stranger = connect({ url: server.url, ...credentials });
      onTestFinished(() => stranger.disconnect());
      await expect(checkRedis(stranger)).rejects.toMatchObject({ name: 'Fault', code: 'REDIS_UNAUTHENTICATED' });
    }
  });
});

describe('runs in Redis', () => {
  it('forgets the list of runs older than it is told to keep', async () => {
    const clock = createFakeClock();
    const runs = createRuns(redis, { clock, keepDays: 2 });
    const old = aRun({ createdAt: clock.now() });
    await runs.admit(old);
    clock.advance(3 * dayMs);
    const fresh = aRun({ createdAt: clock.now() });
    await runs.admit(fresh);
    expect((await runs.list({ limit: 10 })).map((run) => run.id)).toEqual([fresh.id]);
  });

  it('keeps a run that has not ended for as long as it takes, and an ended one for 30 days', async () => {
    const runs = createRuns(redis, { clock: createFakeClock() });
    const run = aRun();
    await runs.admit(run);
    expect(await redis.pttl(keys.run(run.id))).toBe(-1);
    await runs.end(run.id, undefined, { state: 'failed', report: { tone: 'bad', title: 'No' } });
    const leftMs = await redis.pttl(keys.run(run.id));
    expect(leftMs).toBeGreaterThan(30 * dayMs - 60_000);
    expect(leftMs).toBeLessThanOrEqual(30 * dayMs);
  });

  it('takes a lock whose run nobody remembers for free', async () => {
    const runs = createRuns(redis, { clock: createFakeClock() });
    await redis.set(keys.lock('etcd/prod-1'), 'r-forgotten');
    expect(await runs.admit(aRun({ lock: 'etcd/prod-1' }))).toEqual({ kind: 'admitted' });
  });

  it('says that it cannot read what another version wrote, and lists the others', async () => {
    const clock = createFakeClock();
    const runs = createRuns(redis, { clock });
    const [strange, known] = [aRun(), aRun()];
    await runs.admit(strange);
    await runs.admit(known);
    await redis.hset(keys.run(strange.id), 'state', 'pondering');
    await expect(runs.find(strange.id)).rejects.toMatchObject({ name: 'Fault', code: 'RUN_UNREADABLE' });
    expect((await runs.list({ limit: 10 })).map((run) => run.id)).toEqual([known.id]);
    expect((await Array.fromAsync(runs.open())).flat().map((run) => run.id)).toEqual([known.id]);
  });

  it('lists all others when something that is no run lies in the place of one', async () => {
    const runs = createRuns(redis, { clock: createFakeClock() });
    const [strange, known] = [aRun(), aRun()];
    await runs.admit(strange);
    await runs.admit(known);
    await redis.set(keys.run(strange.id), 'not a run');
    await expect(runs.find(strange.id)).rejects.toMatchObject({ name: 'Fault', code: 'RUN_UNREADABLE' });
    expect((await runs.list({ limit: 10 })).map((run) => run.id)).toEqual([known.id]);
    expect((await Array.fromAsync(runs.open())).flat().map((run) => run.id)).toEqual([known.id]);
  });

  it.each([
    ['that cannot be read', (key: string) => redis.hset(key, 'run', '{"broken')],
    ['that is no run at all', (key: string) => redis.set(key, 'not a run')],
  ])('frees a cluster of a run %s, and fences off whoever works on it', async (_, spoil) => {
    const runs = createRuns(redis, { clock: createFakeClock() });
    const [strange, next, third] = [aRun({ lock: 'etcd/prod-1' }), aRun({ lock: 'etcd/prod-1' }), aRun()];
    await runs.admit(strange);
    await runs.begin(strange.id, 'w1');
    await spoil(keys.run(strange.id));
    expect(await runs.admit(next)).toEqual({ kind: 'admitted' });
    expect(await runs.admit({ ...third, lock: 'etcd/prod-1' })).toMatchObject({ kind: 'busy', run: { id: next.id } });
    expect(await redis.zrange(keys.open, '0', '-1')).toEqual([next.id]);
    expect(await runs.standing(strange.id, 1).catch(() => 'lost')).toBe('lost');
  });

  it('survives a Redis that forgot the scripts', async () => {
    const runs = createRuns(redis, { clock: createFakeClock() });
    await redis.script('FLUSH');
    expect(await runs.admit(aRun())).toEqual({ kind: 'admitted' });
  });
});

describe('the outbox in Redis', () => {
  const card = (runId: string) => ({ kind: 'card', runId }) as const;

  it.each([
    ['is broken', 'hset', '{"broken'],
    ['is of a kind unknown here', 'hset', '{"kind":"song"}'],
    ['is not even where letters lie', 'set', 'no letter'],
  ] as const)('gives up a letter that %s, keeps it to be seen, and goes on with the next', async (_, how, text) => {
    const clock = createFakeClock();
    const outbox = createOutbox(redis, clock);
    await outbox.put('card:a', card('a'));
    clock.advance(1000);
    await outbox.put('card:b', card('b'));
    const key = `${keys.outbox}:letter:card:a`;
    if (how === 'set') await redis.set(key, text);
    else await redis.hset(key, 'letter', text);
    expect(await outbox.claimOne('card:none', 1000)).toBeUndefined();
    expect(await outbox.claim(1000)).toMatchObject({ id: 'card:b' });
    clock.advance(60_000);
    expect(await outbox.claim(1000)).toMatchObject({ id: 'card:b' });
    expect(await outbox.depth()).toMatchObject({ waiting: 1, givenUp: 1 });
    expect(await redis.lindex(`${keys.outbox}:givenUp`, 0)).toContain('card:a');
  });

  it('gives up a broken letter that was asked for by name', async () => {
    const outbox = createOutbox(redis, createFakeClock());
    await outbox.put('card:a', card('a'));
    await redis.hset(`${keys.outbox}:letter:card:a`, 'letter', '{"broken');
    expect(await outbox.claimOne('card:a', 1000)).toBeUndefined();
    expect(await outbox.depth()).toMatchObject({ waiting: 0, givenUp: 1 });
  });
});

describe('what was seen', () => {
  it('is first once, until it is forgotten', async () => {
    const seen = createSeen(redis);
    expect(await seen.first('event:1', 60_000)).toBe(true);
    expect(await seen.first('event:1', 60_000)).toBe(false);
    expect(await seen.first('event:2', 60_000)).toBe(true);
    await seen.forget('event:1');
    expect(await seen.first('event:1', 60_000)).toBe(true);
  });

  it('is first for one of many who ask at the same time', async () => {
    const seen = createSeen(redis);
    const answers = await Promise.all(Array.from({ length: 50 }, () => seen.first('click:1', 60_000)));
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  it('is forgotten after its lifetime', async () => {
    await createSeen(redis).first('event:1', 600_000);
    const leftMs = await redis.pttl(keys.seen('event:1'));
    expect(leftMs).toBeGreaterThan(590_000);
    expect(leftMs).toBeLessThanOrEqual(600_000);
  });

  it('fails rather than guess when Redis cannot be asked', async () => {
    const nowhere = connectFailFast({ url: 'redis://127.0.0.1:1' });
    onTestFinished(() => nowhere.disconnect());
    await expect(createSeen(nowhere).first('event:1', 1000)).rejects.toMatchObject({ code: 'REDIS_UNREACHABLE' });
  });
});

describe('the producer', () => {
  const clock = { now: () => new Date() };

  it('puts a run in once, with nothing of it but the id', async () => {
    const producer = createProducer(redis, clock);
    const run = aRun();
    await producer.enqueue(run);
    await producer.enqueue(run);
    expect(await producer.state(run)).toBe('waiting');
    expect(await redis.hget(`${keys.queues}:here-write:${run.id}`, 'data')).toBe(JSON.stringify({ runId: run.id }));
    expect((await producer.depths(['here'])).map(({ queue, waiting }) => [queue, waiting])).toEqual([
      ['read', 0],
      ['write', 1],
      ['danger', 0],
    ]);
  });

  it('tells how long the oldest has waited', async () => {
    const later = { now: () => new Date(Date.now() + 60_000) };
    const producer = createProducer(redis, later);
    await producer.enqueue(aRun());
    const write = (await producer.depths(['here'])).find((depth) => depth.queue === 'write');
    expect(write?.oldestMs).toBeGreaterThanOrEqual(60_000);
    expect(write?.oldestMs).toBeLessThan(90_000);
  });

  it('takes a run out', async () => {
    const producer = createProducer(redis, clock);
    const run = aRun();
    await producer.enqueue(run);
    await producer.remove(run);
    expect(await producer.state(run)).toBe('absent');
    await producer.remove(run);
  });

  it('knows no worker where none has been for half a minute', async () => {
    const producer = createProducer(redis, clock);
    await redis.zadd(keys.workers('here'), Date.now() - 31_000, 'gone', Date.now() - 5000, 'host:1');
    expect(await producer.workers('here')).toEqual(['host:1']);
    expect(await producer.workers('there')).toEqual([]);
  });

  it('keeps every key in one hash slot', async () => {
    const runs = createRuns(redis, { clock });
    const run = aRun({ lock: 'etcd/prod-1' });
    await runs.admit(run);
    await runs.log(run.id, 'hello');
    await createProducer(redis, clock).enqueue(run);
    await createSeen(redis).first('event:1', 1000);
    const names = await redis.keys('*');
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !name.startsWith('{salvor}:'))).toEqual([]);
  });

  it('never begins dangerous work twice', () => {
    expect(queueRules.danger).toMatchObject({ concurrency: 1, attempts: 1, maxStalledCount: 0 });
    expect(queueRules.write.attempts).toBe(3);
    expect(queueRules.read.concurrency).toBe(10);
  });

  it('waits longer after each try, and not all at the same time', () => {
    expect(backoffMs('write', 1, 0)).toBe(5000);
    expect(backoffMs('write', 2, 0)).toBe(10_000);
    expect(backoffMs('write', 2, 1)).toBe(5000);
  });
});

describe('a patient connection', () => {
  it('waits for Redis to come back', async () => {
    const patient = connectPatient({ url: server.url });
    onTestFinished(() => patient.disconnect());
    await connected(patient);
    await patient.set('{salvor}:kept', 'yes');
    await server.kill();
    const answer = patient.get('{salvor}:kept');
    await server.restart();
    expect(await answer).toBe('yes');
    await connected(redis);
  });
});
