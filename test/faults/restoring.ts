import { expect, vi } from 'vitest';
import { approve } from '../../sandbox/demo/play.ts';
import type { SalvorProcess } from '../../sandbox/salvor.ts';
import type { SandboxSetup } from '../../sandbox/sandbox.ts';
import { clock } from '../../src/adapters/clock.ts';
import { createEtcd } from '../../src/adapters/etcd.ts';
import { leaseTarget } from '../../src/chatops/held-back.ts';
import type { Keepers } from '../../src/chatops/keepers.ts';
import type { RunRecord } from '../../src/chatops/run.ts';
import type { JournalEntry } from '../../src/ports/journal.ts';
import { followMaster } from '../../src/queue/follow-master.ts';
import { createKeepers } from '../../src/queue/keepers.ts';
import { connectPatient, disconnect } from '../../src/queue/redis.ts';
import { channel, startWorld, type World } from '../e2e/world.ts';

export const kept = '/registry/configmaps/default/kept';
export const lost = '/registry/pods/default/lost';
export const held = leaseTarget({ target: 'prod-1' });

/** Real members of etcd, Redis, S3, Slack and Ansible, with a bot and a worker, and a restore that people are asked about. */
export interface Restoring {
  readonly world: World;
  readonly keepers: Keepers;
  readonly bot: SalvorProcess;
  readonly worker: SalvorProcess;
  /** A backup that has `kept`, a cluster that has `lost` as well, and a plan that Bob and Carol agreed to; answers the approval's id. */
  agreed(): Promise<string>;
  /** The newest run of the approval, once it has one that is not `before`. */
  runOf(approval: string, before?: string): Promise<RunRecord>;
  /** It is written down that the run has begun the step. */
  reaches(run: RunRecord, step: string): Promise<void>;
  /** Presses a button under the newest message that has it. */
  presses(user: string, label: string): Promise<void>;
  /** What every member holds by itself: the two keys. */
  keysHeld(): Promise<readonly string[]>;
  isHeld(): Promise<boolean>;
  close(): Promise<void>;
}

export async function openRestoring(setup: Pick<SandboxSetup, 'replicas'> = {}): Promise<Restoring> {
  const world = await startWorld({ members: 3, restorable: true, megabytes: 1, ...setup });
  const redis = connectPatient(world.redisAccess);
  const keepers = createKeepers(redis, clock);
  const stopFollowing = followMaster(world.redisAccess, [redis]);
  const close = async () => {
    stopFollowing();
    disconnect(redis);
    await world.stop();
  };
  const [bot, worker] = await Promise.all([world.start('bot'), world.start('worker')]).catch(async (error) => {
    await close();
    throw error;
  });

  return {
    ...{ world, keepers, bot, worker },
    async agreed() {
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
    },
    runOf: (approval, before) =>
      vi.waitFor(
        async () => {
          const id = (await keepers.approvals.find(approval))?.runs.at(-1);
          const run = id === undefined || id === before ? undefined : await world.runs.find(id);
          if (!run) throw new Error('no run yet');
          return run;
        },
        { timeout: 90_000, interval: 50 },
      ),
    reaches: ({ id, approval }, step) =>
      vi.waitFor(
        async () => {
          const journal = await keepers.journal.read(approval?.id ?? '');
          if (!journal.some((entry) => entry.run === id && entry.step === step))
            throw new Error(`${id} is not at ${step}`);
        },
        { timeout: 180_000, interval: 50 },
      ),
    async presses(user, label) {
      const { slack } = world;
      const message = await slack.waitFor(
        () =>
          slack.messages(channel).findLast(({ blocks }) => JSON.stringify(blocks ?? []).includes(`"text":"${label}"`)),
        { timeoutMs: 60_000 },
      );
      // Going back is asked about once more.
      const asks = label === 'Roll back' ? { confirm: true } : {};
      expect(await slack.clicks(user, { channel, ts: message.ts }, label, undefined, asks)).toMatchObject({
        ok: true,
      });
    },
    async keysHeld() {
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
    },
    isHeld: async () => (await keepers.leases.find(held)) !== undefined,
    close,
  };
}

/** Which runs began each step. */
export function begunBy(journal: readonly JournalEntry[]): ReadonlyMap<string, readonly string[]> {
  const started = journal.filter(({ event }) => event === 'started');
  return new Map(
    [...Map.groupBy(started, ({ step }) => step)].map(([step, entries]) => [step, entries.map(({ run }) => run)]),
  );
}
