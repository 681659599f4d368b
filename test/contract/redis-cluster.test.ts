import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { SandboxRedis } from '../../sandbox/redis.ts';
import { type SandboxRedisCluster, startRedisCluster } from '../../sandbox/redis-cluster.ts';
import { createKeepers } from '../../src/queue/keepers.ts';
import { prefix } from '../../src/queue/keys.ts';
import { createOutbox } from '../../src/queue/outbox.ts';
import { createProducer, queueNames } from '../../src/queue/queues.ts';
import {
  checkRedis,
  connected,
  connectFailFast,
  connectPatient,
  disconnect,
  type RedisConnection,
} from '../../src/queue/redis.ts';
import { createRuns } from '../../src/queue/runs.ts';
import { startWorker } from '../../src/queue/worker.ts';
import { noPorts, tracingJob } from '../faults/fixtures/jobs.ts';
import { contractsInRedis } from './in-redis.ts';
import { aRun } from './runs.ts';

let directory: string;
let all: SandboxRedisCluster;
/** The master that holds what Salvor keeps. */
let server: SandboxRedis;
let failFast: RedisConnection;
let patient: RedisConnection;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-redis-'));
  all = await startRedisCluster(directory);
  failFast = connectFailFast(all.access);
  patient = connectPatient(all.access);
  await connected(failFast);
  await connected(patient);
  await failFast.set(`${prefix}here`, 'yes');
  const held = await Promise.all(masters().map((one) => one.dbsize()));
  const port = masters()[held.indexOf(1)]?.options.port;
  server = all.masters.find((one) => one.port === port) ?? expect.unreachable('no master holds it');
});

afterAll(async () => {
  disconnect(failFast);
  disconnect(patient);
  await all.stop();
  await rm(directory, { recursive: true });
});

/** A connection to each of them. */
const masters = () => ('nodes' in failFast ? failFast.nodes('master') : []);

contractsInRedis('in a Redis Cluster of three masters', async () => {
  await Promise.all(masters().map((one) => one.flushall()));
  return failFast;
});

describe('Redis Cluster', () => {
  it('passes the check at the start', async () => {
    expect(await checkRedis(failFast)).toEqual([]);
  });

  it('takes a run from the request to the promised answer', async () => {
    const { runs, producer } = await workAt('here');
    const hasty = createRuns(failFast, { clock });
    const run = aRun({ job: 'write', queue: 'write', lock: 'etcd/prod-1', createdAt: new Date() });
    expect(await hasty.admit(run)).toEqual({ kind: 'admitted' });
    expect(await hasty.admit(aRun({ lock: 'etcd/prod-1' }))).toMatchObject({ kind: 'busy' });
    await producer.enqueue(run);
    await vi.waitFor(async () => expect((await runs.find(run.id))?.state).toBe('done'), { timeout: 30_000 });
    const outbox = createOutbox(failFast, clock);
    expect(await outbox.claimOne(`end:${run.id}`, 1000)).toMatchObject({ letter: { kind: 'say' } });
    expect((await hasty.list({ limit: 5 })).map(({ id }) => id)).toEqual([run.id]);
    expect(await producer.workers('here')).toEqual(['w1']);
    // One slot holds all of it: what touches several keys could not be done else.
    const held = await Promise.all(masters().map((one) => one.keys('*')));
    const own = held.map((keys) => keys.filter((key) => !key.startsWith('test:')));
    expect(own.filter((keys) => keys.length > 0)).toHaveLength(1);
  });

  it('carries a cancellation to the worker', async () => {
    const { runs, producer, worker } = await workAt('there');
    const run = aRun({ job: 'write', site: 'there', payload: { cluster: 'prod-1', waits: true } });
    await runs.admit(run);
    await producer.enqueue(run);
    await vi.waitFor(() => expect(worker.running()).toEqual([run.id]), { timeout: 30_000 });
    await runs.cancel(run.id, 'Bob');
    await vi.waitFor(async () => expect((await runs.find(run.id))?.state).toBe('cancelled'), { timeout: 30_000 });
  });

  for (const [state, harm, heal] of [
    ['frozen', async () => server.pause(), async () => server.resume()],
    ['gone', () => server.kill(), () => server.restart()],
  ] as const) {
    it(`tells whoever asks within three seconds that it is ${state}, and comes back by itself`, async () => {
      const hasty = createRuns(failFast, { clock });
      await harm();
      for (const _ of ['while it is noticed', 'later']) {
        const askedAt = Date.now();
        const error = await hasty.admit(aRun()).catch((fault: unknown) => fault);
        expect(Date.now() - askedAt).toBeLessThan(3000);
        expect(error).toMatchObject({ name: 'Fault', message: expect.stringContaining('Redis') });
      }
      await heal();
      const run = aRun();
      await vi.waitFor(async () => expect(await hasty.admit(run)).toBeDefined(), { timeout: 30_000 });
    });
  }
});

const clock = { now: () => new Date() };

async function workAt(site: string) {
  const silent = () => undefined;
  const runs = createRuns(patient, { clock });
  const producer = createProducer(failFast, clock);
  const worker = await startWorker({
    site,
    name: 'w1',
    jobs: new Map(queueNames.map((queue) => [queue, tracingJob(queue, patient)])),
    ports: noPorts,
    runs,
    redis: patient,
    producer,
    keepers: createKeepers(patient, clock),
    clock,
    logger: { info: silent, warn: silent, error: silent },
  });
  onTestFinished(async () => {
    await worker.close({ graceMs: 1000 });
    await producer.close();
  });
  return { runs, producer, worker };
}
