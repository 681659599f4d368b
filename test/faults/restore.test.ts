import { rename } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { isThorough } from '../cases.ts';
import { channel } from '../e2e/world.ts';
import { begunBy, kept, lost, openRestoring, type Restoring } from './restoring.ts';

// A whole restore with nothing in memory: bot and worker as processes, Redis, S3, the local Slack, Ansible, three members of etcd.

const restoring = 480_000;

let house: Restoring;

afterEach(() => house.close());

it(
  'whose worker and bot are killed in the middle says so, is gone on with by a button while Redis is killed too, and ends once',
  async () => {
    house = await openRestoring();
    const { world, keepers, bot, worker, runOf, reaches, presses, keysHeld, isHeld } = house;
    const approval = await house.agreed();
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
    expect(await keysHeld()).toEqual([kept, kept, kept]);
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
      house = await openRestoring();
      const { world, runOf, reaches, presses, keysHeld, isHeld } = house;
      const approval = await house.agreed();
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
      expect(await keysHeld()).toEqual([`${kept} ${lost}`, `${kept} ${lost}`, `${kept} ${lost}`]);
      expect(await isHeld()).toBe(false);
    },
    restoring,
  );

  it(
    'whose worker is frozen for longer than its lock does nothing more once it wakes',
    async () => {
      house = await openRestoring();
      const { world, keepers, worker, runOf, reaches, presses, keysHeld } = house;
      const approval = await house.agreed();
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
      expect(await keysHeld()).toEqual([kept, kept, kept]);
      const journal = await keepers.journal.read(approval);
      const taken = journal.findIndex(({ run }) => run === second.id);
      expect(journal.slice(taken).filter(({ run }) => run === first.id)).toEqual([]);
    },
    restoring,
  );

  it(
    'is stopped before etcd is, at a person’s wish, and leaves the cluster as it was',
    async () => {
      house = await openRestoring();
      const { world, runOf, reaches, presses, keysHeld, isHeld } = house;
      const approval = await house.agreed();
      const first = await runOf(approval);
      await reaches(first, 'Put the backup on every host');
      await world.slack.types('alice', channel, `/salvor cancel ${first.id}`);
      const { state, report } = await world.ended(first.id, 180_000);
      expect(state).toBe('cancelled');
      expect(report?.changed).toBe('the backup lies on etcd-1, etcd-2, etcd-3');
      expect(await keysHeld()).toEqual([`${kept} ${lost}`, `${kept} ${lost}`, `${kept} ${lost}`]);
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
      house = await openRestoring();
      const { world, runOf, reaches, keysHeld } = house;
      const approval = await house.agreed();
      const first = await runOf(approval);
      await reaches(first, 'Start etcd');
      await world.slack.types('alice', channel, `/salvor cancel ${first.id}`);
      await world.privately('alice', /is past its point of no return, step \d+: Start etcd/);
      expect((await world.ended(first.id, 180_000)).state).toBe('done');
      expect(await keysHeld()).toEqual([kept, kept, kept]);
    },
    restoring,
  );
});
