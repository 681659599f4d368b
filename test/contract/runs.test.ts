import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SandboxRedis, startRedis } from '../../sandbox/redis.ts';
import { newSecret } from '../../src/chatops/step-up.ts';
import { createApprovals } from '../../src/queue/approvals.ts';
import { createAudit } from '../../src/queue/audit.ts';
import { createFreezes } from '../../src/queue/freezes.ts';
import { createJournal } from '../../src/queue/journal.ts';
import { createLeases } from '../../src/queue/leases.ts';
import { createOutbox } from '../../src/queue/outbox.ts';
import { connected, connectFailFast, type RedisConnection } from '../../src/queue/redis.ts';
import { createRuns } from '../../src/queue/runs.ts';
import { createTickets } from '../../src/queue/tickets.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { approvalsContract } from './approvals.ts';
import { keepersContract } from './keepers.ts';
import { outboxContract } from './outbox.ts';
import { runsContract } from './runs.ts';
import { ticketsContract } from './tickets.ts';

let directory: string;
let server: SandboxRedis;
let redis: RedisConnection;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-redis-'));
  server = await startRedis({ directory });
  redis = connectFailFast({ url: server.url });
  await connected(redis);
});

afterAll(async () => {
  redis.disconnect();
  await server.stop();
  await rm(directory, { recursive: true });
});

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
