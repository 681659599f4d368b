import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import type { SandboxRedis } from '../../sandbox/redis.ts';
import { clock } from '../../src/adapters/clock.ts';
import { createKeepers } from '../../src/queue/keepers.ts';
import { connected, connectFailFast, disconnect, type RedisConnection } from '../../src/queue/redis.ts';
import { begunBy, held, kept, openRestoring, type Restoring } from './restoring.ts';

// A restore that goes on while Redis loses one master after the other: three servers of Redis and three sentinels, three members of etcd, Ansible.

let house: Restoring;

afterEach(() => house.close());

const waiting = { timeout: 60_000, interval: 100 };

/** Straight to one server, whatever the sentinels say of it. */
async function straightTo({ url }: SandboxRedis): Promise<RedisConnection> {
  const redis = connectFailFast({ url });
  onTestFinished(() => disconnect(redis));
  await connected(redis);
  return redis;
}

const roleOf = async (redis: RedisConnection): Promise<string> =>
  /^role:(\w+)/m.exec(await redis.info('replication'))?.[1] ?? '';

/** Which of these the sentinels have put in the master's place. */
async function masterAmong(servers: readonly SandboxRedis[]): Promise<SandboxRedis> {
  const connections = await Promise.all(servers.map(straightTo));
  return vi.waitFor(async () => {
    const roles = await Promise.all(connections.map(roleOf));
    return servers[roles.indexOf('master')] ?? Promise.reject(new Error('no master yet'));
  }, waiting);
}

it('goes on over a master that is killed and one that freezes, does each step once, and what that one takes once it wakes is worth nothing', async () => {
  house = await openRestoring({ replicas: 2 });
  const { world, keepers, runOf, reaches } = house;
  // It would take the run over if it came to be free.
  await world.start('worker');
  const approval = await house.agreed();
  const run = await runOf(approval);

  await reaches(run, 'Stop etcd');
  await world.redis.kill('SIGKILL');
  const second = await masterAmong(world.replicas);
  const others = world.replicas.filter((one) => one !== second);

  await reaches(run, 'Start etcd');
  second.pause();
  const third = await masterAmong(others);
  const thief = { target: held, run: 'r-thief', approval: 'a-thief', worker: 'thief' };
  const isRefused = { kind: 'held', lease: { run: run.id, approval } };
  // Answered once whoever asks is told of the third.
  expect(await keepers.leases.take(thief)).toMatchObject(isRefused);

  second.resume();
  const stale = await straightTo(second);
  const misled = createKeepers(stale, clock);
  expect(await roleOf(stale)).toBe('master');
  const lease = (await misled.leases.find(held)) ?? expect.unreachable('it knows of no lease');
  expect(lease).toMatchObject({ run: run.id, approval });
  expect(await misled.leases.release(held, lease.fence)).toBe(true);
  expect(await misled.leases.take(thief)).toMatchObject({ kind: 'taken' });
  expect(await keepers.leases.take(thief)).toMatchObject(isRefused);

  expect(await world.ended(run.id, 120_000)).toMatchObject({ state: 'done', attempt: 1 });
  expect(await house.keysHeld()).toEqual([kept, kept, kept]);
  expect(await keepers.approvals.find(approval)).toMatchObject({ state: 'done', runs: [run.id], votes: [{}, {}] });
  await vi.waitFor(async () => expect(await house.isHeld()).toBe(false), waiting);
  const journal = await keepers.journal.read(approval);
  for (const [step, runs] of begunBy(journal)) expect([step, runs]).toEqual([step, [run.id]]);
  const plan = (await keepers.approvals.find(approval))?.plan.steps.map(({ name }) => name);
  expect(journal.filter(({ event }) => event === 'ended').map(({ step }) => step)).toEqual(plan);

  await vi.waitFor(async () => expect(await roleOf(stale)).toBe('slave'), waiting);
  const now = await straightTo(third);
  await vi.waitFor(
    async () => expect(await stale.hgetall('{salvor}:fences')).toEqual(await now.hgetall('{salvor}:fences')),
    waiting,
  );
  await vi.waitFor(async () => expect(await misled.leases.find(held)).toBeUndefined(), waiting);
}, 480_000);
