import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Tick } from '../../src/chatops/scheduling.ts';
import type { Schedule } from '../../src/ports/schedules.ts';
import { connectPatient, type RedisConnection } from '../../src/queue/redis.ts';
import { createRuns } from '../../src/queue/runs.ts';
import { createSchedules, openTicks, patternOf, tickId, tickOptions } from '../../src/queue/schedules.ts';
import { syncSchedules } from '../../src/queue/sync-schedules.ts';
import { takeTicks } from '../../src/queue/ticks.ts';
import { aSchedule } from '../fakes/schedules.ts';
import { openRedisHouse, type RedisHouse } from './redis-house.ts';
import { aRun } from './runs.ts';

let house: RedisHouse;
let redis: RedisConnection;
let patient: RedisConnection;

beforeAll(async () => {
  house = await openRedisHouse();
  ({ redis } = house);
  patient = connectPatient({ url: house.server.url });
});

// BullMQ asks the system for the time: the date is set, everything that waits goes on.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-03-01T09:10:00Z') });
});

afterEach(async () => {
  vi.useRealTimers();
  await redis.flushall();
});

afterAll(async () => {
  patient.disconnect();
  await house.close();
});

const clock = { now: () => new Date() };
const silent = { info() {}, warn() {}, error() {} };

const schedule = (change: Partial<Schedule> = {}) => aSchedule({ cron: '0 * * * *', ...change });
const sync = (...schedules: readonly Schedule[]) => syncSchedules(redis, schedules, new Date());

/** When each comes next, as people are told. */
async function next(...schedules: readonly Schedule[]): Promise<readonly (string | undefined)[]> {
  const all = createSchedules(redis, { schedules, runs: createRuns(redis, { clock }) });
  const list = await all.list();
  await all.close();
  return list.map(({ nextAt }) => nextAt?.toISOString());
}

const nothingChanged = { added: [], changed: [], removed: [] };

/** A bot that takes ticks until the test is over; answers those it took. */
async function bot(onTick: (tick: Tick) => void = () => undefined): Promise<readonly Tick[]> {
  const taken: Tick[] = [];
  const ticks = await takeTicks({
    redis: patient,
    logger: silent,
    async onTick(tick) {
      taken.push(tick);
      onTick(tick);
    },
  });
  onTestFinished(() => ticks.close());
  return taken;
}

/** Waits until nothing is due any more. */
async function allTaken(schedulers: number): Promise<void> {
  const queue = openTicks(redis);
  await vi.waitFor(async () => {
    const counts = await queue.getJobCounts('waiting', 'active', 'delayed');
    expect(counts).toMatchObject({ waiting: 0, active: 0, delayed: schedulers });
    const times = (await queue.getJobSchedulers()).map((one) => one.next ?? 0);
    expect(times.filter((at) => at <= Date.now())).toEqual([]);
  }, 30_000);
  await queue.close();
}

describe('the schedules of salvor.yaml', () => {
  it('come as their cron says in their time zone, each cluster at a moment of its own', async () => {
    const all = [
      schedule(),
      schedule({ target: 'prod-2', delayMs: 90_500 }),
      schedule({ target: 'prod-3', cron: '30 2 * * *', timezone: 'Europe/Berlin' }),
    ];
    expect(await sync(...all)).toEqual({ ...nothingChanged, added: all.map(({ id }) => id) });
    expect(await next(...all)).toEqual([
      '2026-03-01T10:00:00.000Z',
      '2026-03-01T10:01:30.500Z',
      '2026-03-02T01:30:00.000Z',
    ]);
  });

  it('come later today where what cron says is over and the delay is not', async () => {
    const late = schedule({ cron: '0 9 * * *', delayMs: 900_000 });
    await sync(late);
    expect(await next(late)).toEqual(['2026-03-01T09:15:00.000Z']);
  });

  it('follow the clocks when they change', async () => {
    vi.setSystemTime('2026-03-28T12:00:00Z');
    const nightly = schedule({ cron: '30 4 * * *', timezone: 'Europe/Berlin' });
    await sync(nightly);
    expect(await next(nightly)).toEqual(['2026-03-29T02:30:00.000Z']);
  });

  it('are not known before a bot has taken them up', async () => {
    expect(await next(schedule())).toEqual([undefined]);
  });

  it('stay as they are where the file is as it was, also one that is overdue', async () => {
    await sync(schedule());
    vi.setSystemTime('2026-03-03T12:30:00Z');
    expect(await sync(schedule())).toEqual(nothingChanged);
    expect(await next(schedule())).toEqual(['2026-03-01T10:00:00.000Z']);
  });

  it.each([
    ['cron', { cron: '30 * * * *' }, '2026-03-01T09:30:00.000Z'],
    ['time zone', { timezone: 'Asia/Kolkata' }, '2026-03-01T09:30:00.000Z'],
    ['delay', { delayMs: 5000 }, '2026-03-01T10:00:05.000Z'],
    ['voice', { says: 'always' }, '2026-03-01T10:00:00.000Z'],
  ] as const)('change with the file: %s', async (_, change, at) => {
    await sync(schedule());
    expect(await sync(schedule(change))).toEqual({ ...nothingChanged, changed: ['often/prod-1'] });
    expect(await next(schedule(change))).toEqual([at]);
    expect(await sync(schedule(change))).toEqual(nothingChanged);
  });

  it('go with the file, and what was known of them too', async () => {
    const gone = schedule({ target: 'prod-2' });
    await sync(schedule(), gone);
    const runs = createRuns(redis, { clock });
    for (const { id } of [schedule(), gone]) {
      const run = aRun({ schedule: { id, says: 'failures' } });
      await runs.admit(run);
      await runs.end(run.id, undefined, { state: 'failed', report: { tone: 'bad', title: 'No' } });
    }
    expect(await sync(schedule())).toEqual({ ...nothingChanged, removed: [gone.id] });
    expect(await next(schedule(), gone)).toEqual(['2026-03-01T10:00:00.000Z', undefined]);
    expect([...(await runs.scheduled()).keys()]).toEqual(['often/prod-1']);
  });

  it('forget what became of other work', async () => {
    await sync(schedule());
    const runs = createRuns(redis, { clock });
    const run = aRun({ schedule: { id: 'often/prod-1', says: 'failures' } });
    await runs.admit(run);
    await runs.end(run.id, undefined, { state: 'failed', report: { tone: 'bad', title: 'No' } });
    await sync(schedule({ job: 'verify' }));
    expect((await runs.scheduled()).size).toBe(0);
  });

  it('come again when their tick was lost', async () => {
    await sync(schedule());
    await redis.zrem('{salvor}:queue:schedules:delayed', tickId('often/prod-1', new Date('2026-03-01T10:00:00Z')));
    await redis.del(`{salvor}:queue:schedules:${tickId('often/prod-1', new Date('2026-03-01T10:00:00Z'))}`);
    expect(await sync(schedule())).toMatchObject({ changed: ['often/prod-1'] });
    expect(await openedDelayed()).toBe(1);
  });

  it('are set up once by several bots that start at the same time', async () => {
    await Promise.all([sync(schedule()), sync(schedule()), sync(schedule())]);
    expect(await openedDelayed()).toBe(1);
  });

  it('are told to be paused when their queue is', async () => {
    await sync(schedule());
    const queue = openTicks(redis);
    await queue.pause();
    await queue.close();
    const all = createSchedules(redis, { schedules: [schedule()], runs: createRuns(redis, { clock }) });
    expect((await all.list()).map(({ isPaused }) => isPaused)).toEqual([true]);
    await all.close();
  });
});

async function openedDelayed(): Promise<number> {
  const queue = openTicks(redis);
  const count = await queue.getDelayedCount();
  await queue.close();
  return count;
}

describe('their ticks', () => {
  it('come all the same where an earlier version has set them up, which knew of clusters alone', async () => {
    const { id, name, job, says, timezone } = schedule();
    const queue = openTicks(redis);
    const when = { pattern: patternOf(schedule()), tz: timezone };
    const data = { name, job, cluster: 'prod-1', says };
    await queue.upsertJobScheduler(id, when, { name: 'tick', data, opts: tickOptions });
    await queue.close();
    expect(await sync(schedule())).toEqual(nothingChanged);
    vi.setSystemTime('2026-03-01T10:00:01Z');
    const taken = await bot();
    await allTaken(1);
    expect(taken).toMatchObject([{ id, target: 'prod-1' }]);
  });

  it('come once for all the times that were missed while no bot was there, and then as set', async () => {
    await sync(schedule());
    vi.setSystemTime('2026-03-03T12:30:00Z');
    await sync(schedule());
    const taken = await bot();
    await allTaken(1);
    expect(taken).toEqual([
      {
        id: 'often/prod-1',
        name: 'often',
        job: 'snapshot',
        target: 'prod-1',
        says: 'failures',
        at: new Date('2026-03-01T10:00:00Z'),
      },
    ]);
    expect(await next(schedule())).toEqual(['2026-03-03T13:00:00.000Z']);
  });

  it('that were missed come once also where the file changed meanwhile', async () => {
    await sync(schedule());
    vi.setSystemTime('2026-03-03T12:30:00Z');
    const changed = schedule({ cron: '45 * * * *' });
    await Promise.all([sync(changed), sync(changed)]);
    const taken = await bot();
    await allTaken(1);
    expect(taken.map(({ at }) => at.toISOString())).toEqual(['2026-03-01T10:00:00.000Z']);
    expect(await next(changed)).toEqual(['2026-03-03T12:45:00.000Z']);
  });

  it('that were due do not come any more once the schedule is gone', async () => {
    await sync(schedule(), schedule({ name: 'other' }));
    // One that is due is before the bots already, where BullMQ does not look for it.
    const queue = openTicks(redis);
    await (await queue.getJob(tickId('often/prod-1', new Date('2026-03-01T10:00:00Z'))))?.promote();
    await queue.close();
    await sync(schedule({ name: 'other' }));
    vi.setSystemTime('2026-03-01T10:30:00Z');
    const taken = await bot();
    await allTaken(1);
    expect(taken.map(({ id }) => id)).toEqual(['other/prod-1']);
  });

  it('are each taken by one of several bots', async () => {
    const all = Array.from({ length: 30 }, (_, nth) => schedule({ target: `prod-${nth}` }));
    await sync(...all);
    vi.setSystemTime('2026-03-01T10:00:00Z');
    const bots = await Promise.all([bot(), bot(), bot()]);
    await allTaken(all.length);
    const ids = bots.flat().map(({ id }) => id);
    expect(ids.toSorted()).toEqual(all.map(({ id }) => id).toSorted());
  });

  it('that could not be taken are tried again, as the same tick', async () => {
    await sync(schedule());
    vi.setSystemTime('2026-03-01T10:00:00Z');
    let tries = 0;
    const taken = await bot(() => {
      tries += 1;
      if (tries === 1) throw new Error('Redis hiccups');
    });
    await vi.waitFor(() => expect(taken).toHaveLength(1), 30_000);
    vi.setSystemTime('2026-03-01T10:00:30Z');
    await vi.waitFor(() => expect(taken).toHaveLength(2), 30_000);
    expect(taken[1]).toEqual(taken[0]);
    await allTaken(1);
  });
});
