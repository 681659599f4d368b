import { rename } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { approve } from '../../sandbox/demo/play.ts';
import type { SalvorProcess } from '../../sandbox/salvor.ts';
import { clock } from '../../src/adapters/clock.ts';
import { createEtcd } from '../../src/adapters/etcd.ts';
import { leaseTarget } from '../../src/chatops/held-back.ts';
import type { Keepers } from '../../src/chatops/keepers.ts';
import type { RunRecord } from '../../src/chatops/run.ts';
import type { JournalEntry } from '../../src/ports/journal.ts';
import { createKeepers } from '../../src/queue/keepers.ts';
import { connectPatient, disconnect, type RedisConnection } from '../../src/queue/redis.ts';
import { isThorough } from '../cases.ts';
import { channel, startWorld, type World } from '../e2e/world.ts';

// A whole restore with nothing in memory: bot and worker as processes, Redis, S3, the local Slack, Ansible, three members of etcd.

const kept = '/registry/configmaps/default/kept';
const lost = '/registry/pods/default/lost';
const restoring = 480_000;

let world: World;
let redis: RedisConnection;
let keepers: Keepers;
let bot: SalvorProcess;
let worker: SalvorProcess;

afterEach(async () => {
  disconnect(redis);
  await world.stop();
});

/** A backup that has `kept`, a cluster that has `lost` as well, and a plan that Bob and Carol agreed to; answers the approval's id. */
async function agreed(): Promise<string> {
  world = await startWorld({ members: 3, restorable: true, megabytes: 1 });
  redis = connectPatient({ url: world.redis.url });
  keepers = createKeepers(redis, clock);
  [bot, worker] = await Promise.all([world.start('bot'), world.start('worker')]);
  await world.etcd.etcdctl('put', kept, 'as it was');
  for (const command of ['snapshot prod-1', 'verify prod-1 latest']) {
    const { id } = await world.starts(`/salvor ${command}`);
    expect((await world.ended(id, 120_000)).state).toBe('done');
  }
  await world.etcd.etcdctl('put', lost, 'written later');
  const planned = await world.starts('/salvor restore prod-1 latest --reason "bad rollout"');
  expect((await world.ended(planned.id, 180_000)).state).toBe('done');
  for (const by of ['bob', 'carol']) {
    const outcome = await approve({ by, approves: 'prod-1' }, { slack: world.slack, channel, say: () => {} });
    expect(outcome).toMatchObject({ ok: true });
  }
  return planned.id.replace('r-', 'a-');
}

/** The newest run of the approval, once it has one that is not `before`. */
const runOf = (approval: string, before?: string): Promise<RunRecord> =>
  vi.waitFor(
    async () => {
      const id = (await keepers.approvals.find(approval))?.runs.at(-1);
      const run = id === undefined || id === before ? undefined : await world.runs.find(id);
      if (!run) throw new Error('no run yet');
      return run;
    },
    { timeout: 90_000, interval: 50 },
  );

/** It is written down that the run has begun the step. */
const reaches = ({ id, approval }: RunRecord, step: string): Promise<void> =>
  vi.waitFor(
    async () => {
      const journal = await keepers.journal.read(approval?.id ?? '');
      if (!journal.some((entry) => entry.run === id && entry.step === step)) throw new Error(`${id} is not at ${step}`);
    },
    { timeout: 180_000, interval: 50 },
  );

/** Presses a button under the newest message that has it. */
async function presses(user: string, label: string): Promise<void> {
  const { slack } = world;
  const message = await slack.waitFor(
    () => slack.messages(channel).findLast(({ blocks }) => JSON.stringify(blocks ?? []).includes(`"text":"${label}"`)),
    { timeoutMs: 60_000 },
  );
  // Going back is asked about once more.
  const asks = label === 'Roll back' ? { confirm: true } : {};
  expect(await slack.clicks(user, { channel, ts: message.ts }, label, undefined, asks)).toMatchObject({
    ok: true,
  });
}

/** What every member holds by itself: the two keys. */
async function held(): Promise<readonly string[]> {
  const etcd = createEtcd({ 'prod-1': { endpoints: world.etcd.endpoints } });
  try {
    const perMember = world.etcd.endpoints.map(async (endpoint) => {
      const pages = await Array.fromAsync(etcd.keys('prod-1', endpoint));
      const keys = pages.flat().map(({ key }) => key);
      return [kept, lost].filter((key) => keys.includes(key)).join(' ');
    });
    return await Promise.all(perMember);
  } finally {
    etcd.close();
  }
}

/** Which runs began each step. */
function begunBy(journal: readonly JournalEntry[]): ReadonlyMap<string, readonly string[]> {
  const started = journal.filter(({ event }) => event === 'started');
  return new Map(
    [...Map.groupBy(started, ({ step }) => step)].map(([step, entries]) => [step, entries.map(({ run }) => run)]),
  );
}
const isHeld = async () => (await keepers.leases.find(leaseTarget({ target: 'prod-1' }))) !== undefined;

it(
  'whose worker and bot are killed in the middle says so, is gone on with by a button while Redis is killed too, and ends once',
  async () => {
    const approval = await agreed();
    const first = await runOf(approval);
    await reaches(first, 'Exchange the data');
    await Promise.all([worker.kill('SIGKILL'), bot.kill('SIGKILL')]);
    await Promise.all([world.start('bot'), world.start('worker')]);
    const { report, state } = await world.ended(first.id, 180_000);
    expect(state).toBe('failed');
    expect(report?.title).toMatch(/interrupted in step \d+ of \d+: Exchange the data/);
    expect(String(report?.changed)).toMatch(
      /etcd is stopped on etcd-1, etcd-2, etcd-3; the old data is set aside as before-/,
    );
    // A bot notices within a second or two.
    await vi.waitFor(
      async () => expect(await keepers.approvals.find(approval)).toMatchObject({ state: 'failed', votes: [{}, {}] }),
      { timeout: 20_000 },
    );
    expect(await isHeld()).toBe(true);

    await presses('alice', 'Resume');
    const second = await runOf(approval, first.id);
    await reaches(second, 'Start etcd');
    await world.redis.restart('SIGKILL');
    expect((await world.ended(second.id, 180_000)).state).toBe('done');
    expect(await held()).toEqual([kept, kept, kept]);
    expect(await keepers.approvals.find(approval)).toMatchObject({ state: 'done' });
    await vi.waitFor(async () => expect(await isHeld()).toBe(false), { timeout: 40_000 });
    const journal = await keepers.journal.read(approval);
    for (const [step, runs] of begunBy(journal)) {
      expect([step, runs]).toEqual([step, step === 'Exchange the data' ? [first.id, second.id] : [expect.any(String)]]);
    }
    const ended = journal.filter(({ event }) => event === 'ended').map(({ step }) => step);
    expect(new Set(ended).size).toBe(ended.length);
  },
  restoring,
);

describe.runIf(isThorough)('at length', () => {
  it(
    'of which one host fails after the point of no return says where, and goes back by a button with all that was written',
    async () => {
      const approval = await agreed();
      const first = await runOf(approval);
      const service = `${world.etcd.member(1).dataDirectory}.args`;
      await reaches(first, 'Stop etcd');
      await rename(service, `${service}.away`);
      const { report, state } = await world.ended(first.id, 180_000);
      expect(state).toBe('failed');
      expect(report?.title).toMatch(/It failed on etcd-2\..*etcd-1, etcd-3 ended that task; none began the next/);
      expect(await isHeld()).toBe(true);
      await rename(`${service}.away`, service);
      await presses('bob', 'Roll back');
      const back = await runOf(approval, first.id);
      expect((await world.ended(back.id, 240_000)).state).toBe('done');
      expect(await held()).toEqual([`${kept} ${lost}`, `${kept} ${lost}`, `${kept} ${lost}`]);
      expect(await isHeld()).toBe(false);
    },
    restoring,
  );

  it(
    'whose worker is frozen for longer than its lock does nothing more once it wakes',
    async () => {
      const approval = await agreed();
      const first = await runOf(approval);
      await reaches(first, 'Exchange the data');
      worker.pause();
      await world.start('worker');
      expect((await world.ended(first.id, 180_000)).state).toBe('failed');
      await presses('alice', 'Resume');
      const second = await runOf(approval, first.id);
      await reaches(second, 'Start etcd');
      worker.resume();
      expect((await world.ended(second.id, 180_000)).state).toBe('done');
      expect(await held()).toEqual([kept, kept, kept]);
      const journal = await keepers.journal.read(approval);
      const taken = journal.findIndex(({ run }) => run === second.id);
      expect(journal.slice(taken).filter(({ run }) => run === first.id)).toEqual([]);
    },
    restoring,
  );

  it(
    'is stopped before etcd is, at a person’s wish, and leaves the cluster as it was',
    async () => {
      const approval = await agreed();
      const first = await runOf(approval);
      await reaches(first, 'Put the backup on every host');
      await world.slack.types('alice', channel, `/salvor cancel ${first.id}`);
      const { state, report } = await world.ended(first.id, 180_000);
      expect(state).toBe('cancelled');
      expect(report?.changed).toBe('the backup lies on etcd-1, etcd-2, etcd-3');
      expect(await held()).toEqual([`${kept} ${lost}`, `${kept} ${lost}`, `${kept} ${lost}`]);
      await presses('alice', 'Roll back');
      const back = await runOf(approval, first.id);
      expect((await world.ended(back.id, 180_000)).state).toBe('done');
      expect(await isHeld()).toBe(false);
    },
    restoring,
  );

  it(
    'is not stopped from its point of no return on',
    async () => {
      const approval = await agreed();
      const first = await runOf(approval);
      await reaches(first, 'Start etcd');
      await world.slack.types('alice', channel, `/salvor cancel ${first.id}`);
      await world.privately('alice', /is past its point of no return, step \d+: Start etcd/);
      expect((await world.ended(first.id, 180_000)).state).toBe('done');
      expect(await held()).toEqual([kept, kept, kept]);
    },
    restoring,
  );
});
