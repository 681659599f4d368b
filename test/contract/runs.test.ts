import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type SandboxRedis, startRedis } from '../../sandbox/redis.ts';
import { createApprovals } from '../../src/queue/approvals.ts';
import { createAudit } from '../../src/queue/audit.ts';
import { createFreezes } from '../../src/queue/freezes.ts';
import { createJournal } from '../../src/queue/journal.ts';
import { createLeases } from '../../src/queue/leases.ts';
import { createOutbox } from '../../src/queue/outbox.ts';
import { connected, connectFailFast, type RedisConnection } from '../../src/queue/redis.ts';
import { createRuns } from '../../src/queue/runs.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { approvalsContract } from './approvals.ts';
import { keepersContract } from './keepers.ts';
import { outboxContract } from './outbox.ts';
import { runsContract } from './runs.ts';

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
