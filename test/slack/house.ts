import { createServer } from 'node:net';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import cancel from '../../commands/cancel.ts';
import help from '../../commands/help.ts';
import runsCommand from '../../commands/runs.ts';
import type { Message } from '../../sandbox/slack/model.ts';
import { type LocalSlack, type LocalSlackOptions, startLocalSlack } from '../../sandbox/slack/server.ts';
import { catalogueOf } from '../../src/adapters/catalogue.ts';
import type { Access } from '../../src/chatops/access.ts';
import { defineCommand } from '../../src/chatops/command.ts';
import { Fault } from '../../src/chatops/errors.ts';
import { homeOf } from '../../src/chatops/home/home.ts';
import { Name, Reason } from '../../src/chatops/interpret.ts';
import { defineJob } from '../../src/chatops/job.ts';
import { createReception, type Reception } from '../../src/chatops/reception.ts';
import type { Cluster } from '../../src/ports/catalogue.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Logger } from '../../src/ports/logger.ts';
import type { Seen } from '../../src/ports/seen.ts';
import type { Tracer } from '../../src/ports/tracer.ts';
import { createSlackApp, type SlackApp, type SlackDelivery, type SlackParts } from '../../src/slack/app.ts';
import { createFakeApprovalDesk, type FakeApprovalDesk } from '../fakes/approval-desk.ts';
import { clusterOf } from '../fakes/cluster.ts';
import { createFakeHomes } from '../fakes/homes.ts';
import { createFakeKeepers } from '../fakes/keepers.ts';
import { createFakeOutbox, type FakeOutbox } from '../fakes/outbox.ts';
import { createFakeRuns, type FakeRuns } from '../fakes/runs.ts';
import { createFakeSchedules } from '../fakes/schedules.ts';

const realTime: Clock = { now: () => new Date() };

const snapshot = defineJob({
  name: 'snapshot',
  payload: z.object({ cluster: z.string(), reason: z.string().optional() }),
  needs: [],
  queue: 'write',
  steps: ['stream to S3'],
  target: ({ cluster }) => cluster,
  access: ({ cluster }) => ({ role: 'operator', target: cluster }),
  lock: ({ cluster }) => `etcd/${cluster}`,
  run: async () => 'saved',
  report: () => ({ tone: 'good', title: 'saved' }),
});

const snapshotCommand = defineCommand({
  name: 'snapshot',
  summary: 'save etcd to S3, now',
  usage: 'snapshot <cluster> [--reason <text>]',
  examples: ['snapshot prod-1'],
  input: z.strictObject({ cluster: Name, reason: Reason.optional() }),
  job: snapshot,
  payload: (input) => input,
});

const reading = defineJob({
  name: 'reading',
  payload: z.object({
    cluster: z.string(),
    files: z.array(z.object({ name: z.string(), text: z.string() })).readonly(),
  }),
  needs: [],
  queue: 'read',
  steps: ['read'],
  target: ({ cluster }) => cluster,
  access: ({ cluster }) => ({ role: 'viewer', target: cluster }),
  run: async () => 'read',
  report: () => ({ tone: 'good', title: 'read' }),
});

/** Takes files, and keeps what is in them for tests to see. */
const readCommand = defineCommand({
  name: 'read',
  summary: 'read files',
  usage: 'read <cluster>',
  examples: ['read prod-1'],
  input: z.strictObject({ cluster: Name }),
  job: reading,
  readFiles: async (files) => files,
  payload: ({ cluster }, files) => ({ cluster, files }),
});

const versions = Array.from({ length: 150 }, (_, nth) => `1.${nth}`);

const raise = defineJob({
  name: 'raise',
  payload: z.object({ cluster: z.string(), version: z.string(), reason: z.string() }),
  needs: [],
  queue: 'read',
  steps: ['look'],
  target: ({ cluster }) => cluster,
  access: ({ cluster }) => ({ role: 'viewer', target: cluster }),
  choices: { version: () => versions },
  run: async () => 'raised',
  report: () => ({ tone: 'good', title: 'raised' }),
});

/** Takes much, so that much can be left away. */
const raiseCommand = defineCommand({
  name: 'raise',
  title: 'Check an upgrade',
  summary: 'look whether it can be raised',
  usage: 'raise <cluster> <version> --reason <text>',
  examples: ['raise prod-1 1.2 --reason "because"'],
  input: z.strictObject({ cluster: Name, version: z.enum(versions), reason: Reason }),
  job: raise,
  payload: (input) => input,
});

export const commands = [raiseCommand, cancel, help, readCommand, runsCommand, snapshotCommand];

function cluster(name: string, channels: readonly string[]): Cluster {
  return clusterOf({ prefix: name }, { name, channels });
}

const clusters = [cluster('prod-1', ['C0PROD1', 'C0PRIVATE']), cluster('prod-2', ['C0OPS'])];

const catalogue = catalogueOf(clusters);

const roles: Readonly<Record<string, Access['role']>> = {
  S0OPERATORS: 'operator',
  S0APPROVERS: 'approver',
  S0VIEWERS: 'viewer',
};

/** What the groups of the local Slack's workspace may do on both clusters. */
export const grants = (_user: string, groups: readonly string[]): Access[] =>
  groups.flatMap((group) => clusters.map(({ name }) => ({ role: roles[group] ?? 'viewer', target: name })));

export interface FakeSeen extends Seen {
  /** As when Redis is away. */
  isAway: boolean;
}

export function createFakeSeen(): FakeSeen {
  const until = new Map<string, number>();
  return {
    isAway: false,
    async first(key, lifetimeMs) {
      if (this.isAway) throw away('seen');
      if ((until.get(key) ?? 0) > Date.now()) return false;
      until.set(key, Date.now() + lifetimeMs);
      return true;
    },
    async forget(key) {
      until.delete(key);
    },
  };
}

export const away = (port: string): Fault =>
  new Fault('Redis does not answer: nothing was started.', { port, operation: 'ask', retryable: true });

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly words: string;
  readonly facts: object;
}

export function createFakeLogger(onLine: () => void = () => undefined): {
  readonly logger: Logger;
  readonly lines: LogLine[];
} {
  const lines: LogLine[] = [];
  const note = (level: LogLine['level']) => (facts: object, words: string) => {
    lines.push({ level, facts, words });
    onLine();
  };
  return { lines, logger: { info: note('info'), warn: note('warn'), error: note('error') } };
}

export interface House {
  readonly slack: LocalSlack;
  readonly app: SlackApp;
  readonly runs: FakeRuns;
  readonly outbox: FakeOutbox;
  readonly seen: FakeSeen;
  readonly approvals: FakeApprovalDesk;
  /** Ids of runs that were put in the queue, in order. */
  readonly queued: string[];
  readonly log: readonly LogLine[];
  readonly calls: { readonly method: string; readonly outcome: string }[];
  /** Replaces parts of the reception. */
  readonly desk: { replaced?: Partial<Reception> };
  /** The root messages of runs in a channel. */
  cards(channel: string): readonly Message[];
  /** What this person alone was told. */
  whispers(person: string, channel: string): readonly Message[];
  /** Types a command; resolves when Slack has its answer and the bot is done with it. */
  types(person: string, channel: string, text: string): Promise<void>;
}

export interface HouseOptions {
  readonly languages?: Partial<SlackParts['languages']>;
  readonly mode?: 'socket' | 'http';
  readonly slack?: Partial<LocalSlackOptions>;
  readonly team?: string;
  readonly started?: boolean;
  /** Salvor's clock; the real time unless told. */
  readonly clock?: Clock;
  readonly tracer?: Tracer;
}

/** Salvor's Slack side as it is, on a local Slack; queue and Redis are in memory. Ends with the test. */
export async function house(options: HouseOptions = {}): Promise<House> {
  const { clock = realTime } = options;
  const http = options.mode === 'http' ? { port: await freePort(), signingSecret: 'shhh' } : undefined;
  const slack = await startLocalSlack({
    delivery: http
      ? { mode: 'http', url: `http://127.0.0.1:${http.port}/slack/events`, signingSecret: http.signingSecret }
      : { mode: 'socket' },
    shortcuts: [{ name: 'Salvor: logs of this run', callback_id: 'run.logs' }],
    ...options.slack,
  });
  const delivery: SlackDelivery = http
    ? { mode: 'http', host: '127.0.0.1', ...http }
    : { mode: 'socket', appToken: slack.appToken };
  const outbox = createFakeOutbox(clock);
  const runs = createFakeRuns(clock, outbox);
  const seen = createFakeSeen();
  const { logger, lines } = createFakeLogger(() => slack.state.changed());
  const approvals = createFakeApprovalDesk();
  const keepers = createFakeKeepers(clock, runs, outbox);
  const queued: string[] = [];
  const calls: { method: string; outcome: string }[] = [];
  const desk: House['desk'] = {};
  const app = createSlackApp({
    botToken: slack.botToken,
    delivery,
    team: options.team ?? slack.state.team.id,
    calledAs: '/salvor',
    languages: { language: 'en', channels: {}, names: [], ...options.languages },
    apiUrl: slack.apiUrl,
    runs,
    outbox,
    seen,
    clock,
    logger,
    onCall: (method, outcome) => void calls.push({ method, outcome }),
    groups: Object.keys(roles),
    grants,
    approvals,
    tracer: options.tracer,
    homes: createFakeHomes(clock),
    home: (actor, links) =>
      homeOf(actor, { runs, clock, catalogue, keepers, schedules: createFakeSchedules(runs), ...links }),
    outboxEveryMs: 10,
    reception(doors) {
      const real = createReception({
        registry: { commands, jobs: new Map([snapshot, reading, raise].map((job) => [job.name, job] as const)) },
        catalogue,
        runs,
        schedules: createFakeSchedules(runs),
        keepers,
        clock,
        asTyped: (words) => `/salvor ${words}`,
        ...doors,
        enqueue: async (run) => {
          queued.push(run.id);
          // So that `slack.waitFor` looks again.
          slack.state.changed();
        },
      });
      return {
        approvals: { ...real.approvals, ...approvals },
        ...{ commandNamed: real.commandNamed, mustUnderstand: real.mustUnderstand, form: real.form },
        hear: (...spoken) => (desk.replaced?.hear ?? real.hear)(...spoken),
        retry: (...asked) => (desk.replaced?.retry ?? real.retry)(...asked),
        cancel: (...asked) => (desk.replaced?.cancel ?? real.cancel)(...asked),
        logs: (...asked) => (desk.replaced?.logs ?? real.logs)(...asked),
      };
    },
  });
  onTestFinished(async () => {
    await app.stop();
    await slack.stop();
  });
  if (options.started !== false) await app.start();
  return {
    slack,
    app,
    runs,
    outbox,
    seen,
    approvals,
    queued,
    log: lines,
    calls,
    desk,
    cards: (channel) =>
      slack
        .messages(channel)
        .filter((one) => one.bot_id !== undefined && !one.onlyYou && (one.thread_ts ?? one.ts) === one.ts),
    whispers: (person, channel) => {
      const id = [...slack.state.people.values()].find((one) => one.name === person)?.id;
      return [...(slack.state.messages.get(channel)?.values() ?? [])].filter(
        (one) => one.onlyYou === id && id !== undefined,
      );
    },
    async types(person, channel, text) {
      await slack.types(person, channel, text);
      await slack.idle();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address ? address.port : 0;
}
