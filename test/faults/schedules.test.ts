import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { connectPatient, type RedisConnection } from '../../src/queue/redis.ts';
import { syncSchedules } from '../../src/queue/sync-schedules.ts';
import { takeTicks } from '../../src/queue/ticks.ts';
import { openRedisHouse, type RedisHouse } from '../contract/redis-house.ts';
import { aSchedule } from '../fakes/schedules.ts';
import { startProcess } from './workshop.ts';

let house: RedisHouse;
let redis: RedisConnection;

beforeAll(async () => {
  house = await openRedisHouse(connectPatient);
  ({ redis } = house);
});

afterAll(() => house.close());

it('a tick whose bot is killed in the middle of it is taken by another one, once', async () => {
  const doomed = await startProcess('bot', 'doomed', { REDIS_URL: house.server.url });
  await syncSchedules(redis, [aSchedule({ cron: '* * * * * *' })], new Date());
  const lost = await vi.waitFor(() => {
    const [, ms] = /took (\d+)\n/.exec(doomed.said()) ?? [];
    if (ms === undefined) throw new Error('no tick has come yet');
    return Number(ms);
  }, 30_000);
  doomed.signal('SIGKILL');
  await doomed.ended;
  const taken: number[] = [];
  const ticks = await takeTicks({
    redis,
    logger: { info() {}, warn() {}, error() {} },
    timing: { lockMs: 500, stalledEveryMs: 200 },
    onTick: async ({ at }) => void taken.push(at.getTime()),
  });
  onTestFinished(() => ticks.close());
  await vi.waitFor(() => expect(taken).toContain(lost), 30_000);
  const others = taken.length;
  await vi.waitFor(() => expect(taken.length).toBeGreaterThan(others), 30_000);
  expect(new Set(taken).size).toBe(taken.length);
});
