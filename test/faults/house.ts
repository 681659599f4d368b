import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { type SandboxRedis, startRedis } from '../../sandbox/redis.ts';
import type { Actor } from '../../src/chatops/access.ts';
import type { Answer, Approval } from '../../src/chatops/approval.ts';
import type { AnyCommand } from '../../src/chatops/command.ts';
import { leaseTarget } from '../../src/chatops/held-back.ts';
import type { AnyJob } from '../../src/chatops/job.ts';
import type { Keepers } from '../../src/chatops/keepers.ts';
import { createReception, type Reception, type ReceptionParts, type Response } from '../../src/chatops/reception.ts';
import { loadRegistry } from '../../src/chatops/registry.ts';
import type { RunRecord } from '../../src/chatops/run.ts';
import type { Aimed } from '../../src/chatops/target.ts';
import { tendApprovals } from '../../src/chatops/tend-approvals.ts';
import type { Catalogue } from '../../src/ports/catalogue.ts';
import type { Lease } from '../../src/ports/leases.ts';
import type { Runs } from '../../src/ports/runs.ts';
import { createKeepers } from '../../src/queue/keepers.ts';
import { createOutbox } from '../../src/queue/outbox.ts';
import { createProducer, type Producer } from '../../src/queue/queues.ts';
import { connected, connectPatient, type RedisConnection } from '../../src/queue/redis.ts';
import { createRuns } from '../../src/queue/runs.ts';
import { startedRun } from '../bot.ts';
import { createFakeSchedules } from '../fakes/schedules.ts';
import { people } from '../people.ts';

/** A real Redis, and bots on it in this process; workers are processes of their own. */
export interface House {
  readonly server: SandboxRedis;
  readonly redis: RedisConnection;
  readonly runs: Runs;
  readonly keepers: Keepers;
  readonly producer: Producer;
  /** Who somebody is by now. */
  readonly rights: Map<string, Actor>;
  /** A bot of several; `changes` are what is wrong with it. */
  bot(changes?: Partial<ReceptionParts>): Promise<Bot>;
  find(approvalId: string): Promise<Approval>;
  /** The run that was started last for an approval. */
  lastRun(approvalId: string): Promise<RunRecord>;
  dangerous(): Promise<readonly RunRecord[]>;
  /** Who holds what is asked of. */
  lease(): Promise<Lease | undefined>;
  close(): Promise<void>;
}

export interface Bot extends Reception {
  says(actor: Actor, words: string): Promise<Response>;
  /** Looks once after all that waits, as a bot does every second. */
  tends(): Promise<void>;
  /** Asks again and again, looking after approvals meanwhile. */
  until(condition: () => Promise<void>): Promise<void>;
  /** Alice asks; answers the approval's id once its plan is made. */
  asked(): Promise<string>;
  votes(actor: Actor, approvalId: string): Promise<void>;
  /** The same, and Bob agrees, and Carol where it takes two. */
  approved(): Promise<string>;
  became(approvalId: string, state: Approval['state']): Promise<void>;
}

export interface HouseSetup {
  readonly catalogue: Catalogue;
  /** What Alice asks for. */
  readonly words: string;
  /** What it is asked of; the cluster prod-1 unless told. */
  readonly target?: Aimed & { readonly target: string };
  /** Who asks and agrees; those of prod-1 unless told. */
  readonly people?: Pick<typeof people, 'alice' | 'bob' | 'carol'>;
  /** What people can type and what can run, besides all that Salvor has. */
  readonly more?: (redis: RedisConnection) => {
    readonly commands: readonly AnyCommand[];
    readonly jobs: readonly AnyJob[];
  };
}

const clock = { now: () => new Date() };

export async function openHouse(setup: HouseSetup): Promise<House> {
  const { catalogue, words, more, target = { target: 'prod-1' }, people: its = people } = setup;
  const directory = await mkdtemp(join(tmpdir(), 'salvor-redis-'));
  const server = await startRedis({ directory, sync: 'always' });
  const redis = connectPatient({ url: server.url });
  await connected(redis);
  const runs = createRuns(redis, { clock });
  const outbox = createOutbox(redis, clock);
  const keepers = createKeepers(redis, clock);
  const producer = createProducer(redis, clock);
  const rights = new Map<string, Actor>(Object.values({ ...people, ...its }).map((actor) => [actor.id, actor]));
  const known = await loadRegistry();
  const own = more?.(redis) ?? { commands: [], jobs: [] };
  const registry = {
    commands: [...known.commands, ...own.commands],
    jobs: new Map([...known.jobs.values(), ...own.jobs].map((job) => [job.name, job])),
  };
  let requests = 0;

  const find = async (id: string): Promise<Approval> => {
    const approval = await keepers.approvals.find(id);
    if (!approval) throw new Error(`there is no approval ${id}`);
    return approval;
  };

  async function bot(changes: Partial<ReceptionParts> = {}): Promise<Bot> {
    const reception = createReception({
      ...{ registry, catalogue, runs, keepers, clock },
      schedules: createFakeSchedules(runs),
      asTyped: (typed) => `/salvor ${typed}`,
      postCard: async () => ({ kind: 'posted' }),
      enqueue: (run) => producer.enqueue(run),
      linkTo: async () => undefined,
      ...changes,
    });
    const logger = { info() {}, warn() {}, error() {} };
    const actorOf = async ({ id }: { readonly id: string }) => rights.get(id) ?? people.eve;
    const { approvals, audit, leases } = keepers;
    const parts = {
      approvals,
      audit,
      leases,
      desk: reception.approvals,
      jobs: registry.jobs,
      runs,
      outbox,
      clock,
      logger,
      actorOf,
    };
    const tends = () => tendApprovals(parts);
    const until = (condition: () => Promise<void>): Promise<void> =>
      vi.waitFor(
        async () => {
          await tends();
          await condition();
        },
        { timeout: 90_000, interval: 50 },
      );
    const says = (actor: Actor, typed: string) => {
      requests += 1;
      return reception.hear({ words: typed, actor, channel: 'C0PROD', requestId: `fault-${requests}` });
    };
    const asked = async () => {
      const id = startedRun(await says(its.alice, words)).id.replace('r-', 'a-');
      await until(async () => void (await find(id)));
      return id;
    };
    const votes = async (actor: Actor, id: string) => {
      const { plan, digest } = await find(id);
      const answer: Answer = { kind: 'approve', typed: plan.target, digest };
      await reception.approvals.vote(id, actor, answer);
    };
    const approved = async () => {
      const id = await asked();
      const { rule } = await find(id);
      for (const one of [its.bob, its.carol].slice(0, rule.votes)) await votes(one, id);
      return id;
    };
    const became = (id: string, state: Approval['state']) =>
      until(async () => expect((await find(id)).state).toBe(state));
    return { ...reception, says, tends, until, asked, votes, approved, became };
  }

  return {
    ...{ server, redis, runs, keepers, producer, rights, bot, find },
    async lastRun(id) {
      const run = await runs.find((await find(id)).runs.at(-1) ?? '');
      if (!run) throw new Error('no run was started');
      return run;
    },
    dangerous: async () => (await runs.list({ limit: 100 })).filter(({ queue }) => queue === 'danger'),
    lease: () => keepers.leases.find(leaseTarget(target)),
    async close() {
      await producer.close();
      redis.disconnect();
      await server.stop();
      await rm(directory, { recursive: true });
    },
  };
}
