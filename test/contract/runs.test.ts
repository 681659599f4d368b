import { afterAll, beforeAll, expect, it } from 'vitest';
import { newSecret } from '../../src/chatops/step-up.ts';
import type { RedisConnection } from '../../src/queue/redis.ts';
import { createTickets } from '../../src/queue/tickets.ts';
import { contractsInRedis } from './in-redis.ts';
import { openRedisHouse, type RedisHouse } from './redis-house.ts';

let house: RedisHouse;
let redis: RedisConnection;

beforeAll(async () => {
  house = await openRedisHouse();
  ({ redis } = house);
});

afterAll(() => house.close());

contractsInRedis('in Redis', async () => {
  await redis.flushall();
  return redis;
});

it('tickets lie in Redis under their digests, for as long as they may be used', async () => {
  await redis.flushall();
  const ticket = newSecret();
  const by = { id: 'U0BOB', name: 'Bob' };
  const at = new Date();
  await createTickets(redis).keep(
    ticket,
    { approval: 'a-1', digest: 'd', typed: 'prod-1', by, askedAt: at, expiresAt: at },
    600_000,
  );
  const [key = '', ...others] = await redis.keys('*');
  expect(others).toEqual([]);
  expect(key).toMatch(/^\{salvor\}:ticket:[0-9a-f]{64}$/);
  expect(`${key} ${await redis.get(key)}`).not.toContain(ticket);
  const leftMs = await redis.pttl(key);
  expect(leftMs).toBeGreaterThan(590_000);
  expect(leftMs).toBeLessThanOrEqual(600_000);
});
