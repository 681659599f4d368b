import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answers, type SandboxRedis, startRedis } from '../../sandbox/redis.ts';
import { type SandboxSentinels, startSentinels } from '../../sandbox/redis-sentinels.ts';
import type { RedisAccess } from '../../src/config/redis-access.ts';
import type { JournalEntry } from '../../src/ports/journal.ts';
import type { Lease } from '../../src/ports/leases.ts';
import { createApprovals } from '../../src/queue/approvals.ts';
import { followMaster } from '../../src/queue/follow-master.ts';
import { createJournal } from '../../src/queue/journal.ts';
import { keys } from '../../src/queue/keys.ts';
import { createLeases } from '../../src/queue/leases.ts';
import { checkRedis, connected, connectPatient, disconnect, type RedisConnection } from '../../src/queue/redis.ts';
import { createRuns } from '../../src/queue/runs.ts';
import { createSeen } from '../../src/queue/seen.ts';
import { anApproval } from '../fakes/approvals-to-show.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { aRun } from './runs.ts';

// What must not be forgotten when a real Redis master is lost, and what a master that was cut off may still be told.

const clock = createFakeClock();
const target = 'etcd/prod-1';
const unreplicated = { name: 'Fault', code: 'REDIS_NOT_REPLICATED' };
/** Long enough to be asked more than once. */
const soon = { keptWithinMs: 700 };

let directory: string;
let stops: (() => Promise<void> | void)[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-kept-'));
  stops = [() => rm(directory, { recursive: true })];
});
afterEach(async () => {
  for (const stop of stops) await stop();
});

async function watched(): Promise<SandboxSentinels & { readonly replica: SandboxRedis }> {
  const servers = await startSentinels(directory);
  stops.unshift(servers.stop);
  const [replica] = servers.replicas;
  return { ...servers, replica: replica ?? expect.unreachable('no replica') };
}

async function patient(access: RedisAccess): Promise<RedisConnection> {
  const redis = connectPatient(access);
  stops.unshift(() => disconnect(redis));
  await connected(redis);
  return redis;
}

async function leaseOf(redis: RedisConnection, worker = 'worker-1', approval = 'a-1'): Promise<Lease> {
  const runs = createRuns(redis, { clock });
  const run = aRun({ queue: 'danger', approval: { id: approval, mode: 'run' } });
  await runs.admit(run);
  await runs.begin(run.id, worker);
  const { kind, lease } = await createLeases(redis, clock).take({ target, run: run.id, approval, worker });
  expect(kind).toBe('taken');
  return lease;
}

const entryOf = ({ run, fence }: Lease, event: JournalEntry['event'] = 'started'): JournalEntry => ({
  ...{ at: clock.now(), step: 'Stop etcd', event, run, fence },
});

describe('a step that begins', () => {
  it('is known to whichever server takes the place of the one it was told to', async () => {
    const { master, access } = await watched();
    const redis = await patient(access);
    const lease = await leaseOf(redis);
    expect(await createJournal(redis).add('a-1', target, entryOf(lease))).toBe(true);
    await master.kill();
    expect(await createJournal(redis).read('a-1')).toEqual([entryOf(lease)]);
    expect(await createLeases(redis, clock).renew(lease)).toBe(true);
  });

  it('does not begin where nobody else would know of it, and is written down once when one does', async () => {
    const { replica, access } = await watched();
    const redis = await patient(access);
    const lease = await leaseOf(redis);
    const journal = createJournal(redis, soon);
    replica.pause();
    for (const event of ['started', 'undoing'] as const)
      await expect(journal.add('a-1', target, entryOf(lease, event))).rejects.toMatchObject(unreplicated);
    // What has ended needs nobody to know: it would only be done again.
    expect(await journal.add('a-1', target, entryOf(lease, 'ended'))).toBe(true);
    const waiting = createJournal(redis).add('a-1', target, entryOf(lease, 'undoing'));
    replica.resume();
    expect(await waiting).toBe(true);
    const events = (await journal.read('a-1')).map(({ event }) => event);
    expect(events).toEqual(['started', 'undoing', 'ended', 'undoing']);
  });

  it('does not begin on a master that was cut off from its replica and from those who would say so', async () => {
    const { master, replica, access } = await watched();
    const redis = await patient(access);
    const lease = await leaseOf(redis);
    const other = await patient({ url: replica.url });
    await other.replicaof('NO', 'ONE');
    await answers(master.port, 'INFO replication', 'connected_slaves:0');
    await expect(createJournal(redis, soon).add('a-1', target, entryOf(lease))).rejects.toMatchObject(unreplicated);
    expect(await createJournal(other).read('a-1')).toEqual([]);
  });

  it('waits for nobody where Redis is one server', async () => {
    const server = await startRedis({ directory });
    stops.unshift(server.stop);
    const redis = await patient({ url: server.url });
    const lease = await leaseOf(redis);
    expect(await createJournal(redis, { keptWithinMs: 0 }).add('a-1', target, entryOf(lease))).toBe(true);
  });

  it('is refused to who held the target before a server that knew nothing of it gave the same fence again', async () => {
    const server = await startRedis({ directory });
    stops.unshift(server.stop);
    const redis = await patient({ url: server.url });
    const first = await leaseOf(redis);
    await redis.del(keys.leases, keys.fences);
    const second = await leaseOf(redis, 'worker-2', 'a-2');
    expect(second.fence).toBe(first.fence);
    expect(await createJournal(redis).add('a-1', target, entryOf(first))).toBe(false);
    expect(await createJournal(redis).read('a-1')).toEqual([]);
  });
});

describe('an approval whose work begins', () => {
  it('is running wherever its work goes on', async () => {
    const { master, access } = await watched();
    const redis = await patient(access);
    const approvals = createApprovals(redis, clock);
    const asked = anApproval();
    await approvals.open(asked);
    expect(await approvals.replace({ ...asked, version: 2, state: 'running', runs: ['r-go'] })).toBe(true);
    await master.kill();
    expect((await approvals.find(asked.id))?.state).toBe('running');
  });
});

describe('a master without replicas that takes nothing then', () => {
  it('is waited for by who can wait, until it has one', async () => {
    const settings = ['--min-replicas-to-write', '1', '--repl-diskless-sync-delay', '0'];
    const server = await startRedis({ directory, settings });
    stops.unshift(server.stop);
    const redis = await patient({ url: server.url });
    const refused = new Promise((resolve) => redis.once('close', resolve));
    const first = createSeen(redis).first('event:1', 60_000);
    const leased = leaseOf(redis);
    await refused;
    const place = { directory: join(directory, 'replica'), settings: ['--replicaof', `127.0.0.1 ${server.port}`] };
    const replica = await startRedis(place);
    stops.unshift(replica.stop);
    expect(await first).toBe(true);
    expect((await leased).fence).toBe(1);
  });
});

describe('a master that freezes', () => {
  it('is left as soon as the sentinels have another', async () => {
    const { master, access } = await watched();
    const redis = await patient(access);
    // So that nothing else ends its wait.
    Object.assign(redis.options, { socketTimeout: undefined });
    stops.unshift(followMaster(access, [redis]));
    const lease = await leaseOf(redis);
    master.pause();
    const renewed = createLeases(redis, clock).renew(lease);
    expect(await renewed).toBe(true);
  });
});

describe('a connection that is on its way to the master', () => {
  it('comes there, whatever sentinels say meanwhile', async () => {
    const server = await startRedis({ directory });
    const file = join(directory, 'sentinel.conf');
    await writeFile(file, `sentinel monitor salvor 127.0.0.1 ${server.port} 1\n`);
    const sentinel = await startRedis({ directory, sentinel: file });
    stops.unshift(server.stop, sentinel.stop);
    sentinel.pause();
    const nodesAt = (port: number) => ({ sentinels: { group: 'salvor', nodes: [{ host: '127.0.0.1', port }] } });
    const redis = connectPatient(nodesAt(sentinel.port));
    stops.unshift(() => disconnect(redis));
    // Whoever is listened to can be any server that publishes.
    stops.unshift(followMaster(nodesAt(server.port), [redis]));
    const voice = await patient({ url: server.url });
    const said = () => voice.publish('+switch-master', 'salvor 127.0.0.1 1 127.0.0.1 2');
    await expect.poll(said).toBe(1);
    expect(redis.status).toBe('connecting');
    sentinel.resume();
    await connected(redis, 20_000);
    expect(await redis.ping()).toBe('PONG');
  });
});

describe('the check at the start', () => {
  it('says that a master that was cut off goes on taking writes', async () => {
    const { master, access } = await watched();
    const redis = await patient(access);
    expect(await checkRedis(redis)).toEqual([expect.stringContaining("min-replicas-to-write '0'")]);
    const admin = await patient({ url: master.url });
    expect(await checkRedis(admin)).toEqual([]);
    await admin.config('SET', 'min-replicas-to-write', '1');
    expect(await checkRedis(redis)).toEqual([]);
  });
});
