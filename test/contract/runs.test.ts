import { afterAll, beforeAll, expect, it } from 'vitest';
import { newSecret } from '../../src/chatops/step-up.ts';
import { createAlertThreads } from '../../src/queue/alert-threads.ts';
import { createApprovals } from '../../src/queue/approvals.ts';
import { createAudit } from '../../src/queue/audit.ts';
import { createFreezes } from '../../src/queue/freezes.ts';
import { createJournal } from '../../src/queue/journal.ts';
import { createLeases } from '../../src/queue/leases.ts';
import { createOutbox } from '../../src/queue/outbox.ts';
import type { RedisConnection } from '../../src/queue/redis.ts';
import { createRuns } from '../../src/queue/runs.ts';
import { createTickets } from '../../src/queue/tickets.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { alertThreadsContract } from './alert-threads.ts';
import { approvalsContract } from './approvals.ts';
import { keepersContract } from './keepers.ts';
import { outboxContract } from './outbox.ts';
import { openRedisHouse, type RedisHouse } from './redis-house.ts';
import { runsContract } from './runs.ts';
import { ticketsContract } from './tickets.ts';

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

keepersContract('in Redis', async () => {
  await redis.flushall();
  const clock = createFakeClock();
  return {
    ...{ clock, runs: createRuns(redis, { clock }), leases: createLeases(redis, clock), journal: createJournal(redis) },
    ...{ freezes: createFreezes(redis), audit: createAudit(redis, clock) },
  };
});

approvalsContract('in Redis', async () => {
  await redis.flushall();
  const clock = createFakeClock();
  return { approvals: createApprovals(redis, clock), outbox: createOutbox(redis, clock), clock };
});

alertThreadsContract('in Redis', async () => {
  await redis.flushall();
  const clock = createFakeClock();
  return { threads: createAlertThreads(redis, clock), outbox: createOutbox(redis, clock), clock };
});

ticketsContract('in Redis', async () => {
  await redis.flushall();
  return createTickets(redis);
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
