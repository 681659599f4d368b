import { afterAll, beforeAll } from 'vitest';
import { createOutbox } from '../../src/queue/outbox.ts';
import type { RedisConnection } from '../../src/queue/redis.ts';
import { createRuns } from '../../src/queue/runs.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { outboxContract } from './outbox.ts';
import { openRedisHouse, type RedisHouse } from './redis-house.ts';
import { runsContract } from './runs.ts';

let house: RedisHouse;
let redis: RedisConnection;

beforeAll(async () => {
  house = await openRedisHouse();
  ({ redis } = house);
});

afterAll(() => house.close());

runsContract('in Redis', async () => {
  await redis.flushall();
  const clock = createFakeClock();
  return { runs: createRuns(redis, { clock }), outbox: createOutbox(redis, clock), clock };
});

outboxContract('in Redis', async () => {
  await redis.flushall();
  const clock = createFakeClock();
  return { outbox: createOutbox(redis, clock), clock };
});
