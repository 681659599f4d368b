import { createCatalogue } from '../src/adapters/catalogue.ts';
import { createHistory } from '../src/adapters/history.ts';
import type { Actor } from '../src/chatops/access.ts';
import type { Answer } from '../src/chatops/approval.ts';
import type { AnyCommand, GivenFile } from '../src/chatops/command.ts';
import { Fault, Refusal } from '../src/chatops/errors.ts';
import { execute } from '../src/chatops/execute.ts';
import type { Form } from '../src/chatops/form.ts';
import { Incomplete } from '../src/chatops/interpret.ts';
import type { AnyJob } from '../src/chatops/job.ts';
import { createReception, type Posting, type Response } from '../src/chatops/reception.ts';
import { loadRegistry } from '../src/chatops/registry.ts';
import type { Report } from '../src/chatops/report.ts';
import type { Run } from '../src/chatops/run.ts';
import { startScheduled, type Ticked } from '../src/chatops/scheduling.ts';
import { tendApprovals } from '../src/chatops/tend-approvals.ts';
import { Settings } from '../src/config/schema.ts';
import type { Catalogue } from '../src/ports/catalogue.ts';
import type { Ports } from '../src/ports/index.ts';
import type { Letter } from '../src/ports/outbox.ts';
import type { Schedule } from '../src/ports/schedules.ts';
import { reportText } from '../src/terminal/report-text.ts';
import { createFakeClock, type FakeClock } from './fakes/clock.ts';
import { createFakeKeepers, type FakeKeepers } from './fakes/keepers.ts';
import { createFakeOutbox } from './fakes/outbox.ts';
import { createFakeRuns, type FakeRuns } from './fakes/runs.ts';
import { createFakeSchedules, type FakeSchedules } from './fakes/schedules.ts';
import { people } from './people.ts';

/** Salvor without Slack, Redis and clusters: what people type, and what they read. */
export interface Bot extends FakeKeepers {
  readonly clock: FakeClock;
  readonly runs: FakeRuns;
  readonly catalogue: Catalogue;
  /** Says something in a channel (prod-1's by default); a refusal is a reply like any other. */
  types(
    actor: Actor,
    text: string,
    where?: {
      readonly channel?: string | undefined;
      readonly requestId?: string;
      readonly files?: readonly GivenFile[];
    },
  ): Promise<Response | undefined>;
  /** The form that opens for who left something away, as in Slack. Throws Refusal. */
  asks(actor: Actor, text: string, channel?: string): Promise<Form>;
  /** The one reply that has not been read yet. */
  reply(): string;
  readonly schedules: FakeSchedules;
  /** The time of a schedule has come; now unless told. */
  ticks(schedule: Schedule, at?: Date): Promise<Ticked>;
  /** Works off everything that is queued, as a worker does. */
  works(): Promise<void>;
  /** The report a run ended with, as text. */
  result(runId: string): Promise<string>;
  /** The report itself, as it goes into the run's thread. */
  said(runId: string): Report;
  /** What becomes of root messages from now on. */
  posting: Posting;
  readonly queued: readonly string[];
  /** How runs come into the queue from now on. */
  enqueue(run: Run): Promise<void>;
  /** Presses Retry. */
  retries(actor: Actor, runId: string): Promise<void>;
  /** Puts a run before the workers once more, as happens when the one that had it is gone. */
  requeues(runId: string): void;
  /** A person answers the dialog of an approval; a refusal is a reply like any other. */
  answers(actor: Actor, approvalId: string, answer?: Partial<Answer>): Promise<void>;
  /** Happens once while a worker waits for others. */
  passes(happens: () => Promise<void>): void;
  /** A bot looks after approvals once. */
  tends(): Promise<void>;
  /** Who somebody is by now: as they asked unless a test says otherwise. */
  readonly rights: Map<string, Actor>;
  /** No bot is there from now on. */
  isAlone: boolean;
  readonly letters: () => readonly { readonly id: string; readonly letter: Letter }[];
  /** Throws when a reply was left unread. */
  done(): void;
}

export const channels = { prod: 'C0PROD', staging: 'C0STAGING', both: 'C0BOTH', other: 'C0OTHER' };

const cluster = (name: string, channel: string) => ({
  environment: 'production',
  channels: [channel, channels.both],
  etcd: { endpoints: ['http://127.0.0.1:2379'], allowHttp: true },
  backup: { bucket: 'main', prefix: `etcd/${name}` },
});

const settings = Settings.parse({
  slack: { team: 'T0LOCAL' },
  buckets: { main: { bucket: 'etcd-backups' } },
  clusters: { 'prod-1': cluster('prod-1', channels.prod), staging: cluster('staging', channels.staging) },
});

const logger = { info() {}, warn() {}, error() {} };
const asTyped = (words: string) => `/salvor ${words}`;

/** `more` is known besides what lies in commands/ and jobs/. */
export async function createBot(
  fakes: Partial<Ports> = {},
  more: {
    readonly jobs?: readonly AnyJob[];
    readonly commands?: readonly AnyCommand[];
    /** As in salvor.yaml. */
    readonly registries?: object;
  } = {},
): Promise<Bot> {
  const clock = createFakeClock();
  const outbox = createFakeOutbox(clock);
  const runs = createFakeRuns(clock, outbox);
  const schedules = createFakeSchedules(runs);
  const keepers = createFakeKeepers(clock, runs, outbox);
  const known = await loadRegistry();
  const { jobs = [], commands = [] } = more;
  const all = jobs.flatMap((job) => (job.planning ? [job, job.planning] : [job]));
  const registry = {
    commands: [...known.commands, ...commands],
    jobs: new Map([...known.jobs, ...all.map((job) => [job.name, job] as const)]),
  };
  const registries = Settings.shape.registries.parse(more.registries);
  const catalogue = createCatalogue({ ...settings, registries });
  const queue: string[] = [];
  const unread: string[] = [];
  const passing: (() => Promise<void>)[] = [];
  let requests = 0;
  const bot: Bot = {
    clock,
    runs,
    catalogue,
    schedules,
    ...keepers,
    types,
    async asks(actor, text, channel = channels.prod) {
      const spoken = { words: text.replace(/^\/salvor ?/, ''), actor, channel, requestId: 'asks' };
      const heard = await reception.hear(spoken).catch((error: unknown) => error);
      if (!(heard instanceof Incomplete)) throw new Error(`nothing is missing in ${text}`);
      return reception.form(heard, actor, channel);
    },
    ticks: (schedule, at = clock.now()) =>
      startScheduled({ ...schedule, at }, { registry, catalogue, runs, clock, enqueue: (run) => bot.enqueue(run) }),
    reply,
    works,
    result,
    said,
    posting: { kind: 'posted' },
    enqueue: async (run) => void (queue.includes(run.id) || queue.push(run.id)),
    async retries(actor, runId) {
      await heard(async () => {
        const response = await reception.retry(runId, actor, `retry-${runId}`, channels.prod);
        return response.kind === 'private'
          ? response.report
          : { tone: 'neutral', title: `run ${response.run.id} started` };
      });
    },
    queued: queue,
    requeues: (runId) => void queue.push(runId),
    rights: new Map(),
    isAlone: false,
    passes: (happens) => void passing.push(happens),
    letters: () => outbox.letters(),
    async tends() {
      if (bot.isAlone) return;
      await tendApprovals({
        ...{
          approvals: keepers.approvals,
          audit: keepers.audit,
          leases: keepers.leases,
          desk: reception.approvals,
          jobs: registry.jobs,
          runs,
          outbox,
          clock,
          logger,
        },
        actorOf: async ({ id }) =>
          bot.rights.get(id) ?? Object.values(people).find((one) => one.id === id) ?? people.eve,
      });
    },
    async answers(actor, approvalId, answer = {}) {
      const { digest = '', plan } = (await keepers.approvals.find(approvalId)) ?? {};
      const whole = { kind: 'approve', typed: plan?.target ?? '', digest, ...answer } as Answer;
      await heard(
        async () => (await reception.approvals.vote(approvalId, actor, whole)) ?? { tone: 'neutral', title: '' },
      );
    },
    done,
  };
  const reception = createReception({
    registry,
    catalogue,
    runs,
    schedules,
    keepers,
    clock,
    asTyped,
    postCard: async () => bot.posting,
    enqueue: (run) => bot.enqueue(run),
    sayings: () => [
      { word: 'logs', typed: '@salvor logs', does: 'its log' },
      { word: 'cancel', typed: '@salvor cancel', does: 'stop it', role: 'operator' },
    ],
    linkTo: async (runId) => `https://slack.example/${runId}`,
  });

  async function types(
    actor: Actor,
    text: string,
    where: Parameters<Bot['types']>[2] = {},
  ): Promise<Response | undefined> {
    requests += 1;
    const channel = 'channel' in where ? where.channel : channels.prod;
    const words = text.replace(/^\/salvor ?/, '');
    try {
      const response = await reception.hear({
        words,
        actor,
        channel,
        requestId: where.requestId ?? `request-${requests}`,
        ...(where.files ? { files: async () => where.files ?? [] } : {}),
      });
      unread.push(
        response.kind === 'private' ? reportText(response.report, asTyped) : `run ${response.run.id} started\n`,
      );
      return response;
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof Fault)) throw error;
      unread.push(
        reportText({ tone: 'warning', title: error.message, ...(error.next ? { next: error.next } : {}) }, asTyped),
      );
      return undefined;
    }
  }

  async function heard(work: () => Promise<Report>): Promise<void> {
    try {
      unread.push(reportText(await work(), asTyped));
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof Fault)) throw error;
      unread.push(
        reportText({ tone: 'warning', title: error.message, ...(error.next ? { next: error.next } : {}) }, asTyped),
      );
    }
  }

  function reply(): string {
    if (unread.length !== 1) throw new Error(`expected one unread reply, there are ${unread.length}`);
    return unread.pop() ?? '';
  }

  async function works(): Promise<void> {
    for (const runId of queue.splice(0)) await workOff(runId);
  }

  async function workOff(runId: string): Promise<void> {
    const run = await runs.find(runId);
    const job = run && registry.jobs.get(run.job);
    if (!job) throw new Error(`no job for run ${runId}`);
    const history = createHistory({ runs, leases: keepers.leases });
    const ports = { catalogue, clock, history, ...fakes } as Ports;
    const options = {
      worker: 'worker-1',
      attempts: 3,
      waitMs: () => 5000,
      clock,
      logger,
      keepers,
      stop: new AbortController(),
      everySecond: () => () => {},
      pause: async (ms: number) => {
        clock.advance(ms);
        await bot.tends();
        if (ms >= 1000) await passing.shift()?.();
      },
    };
    const ending = await execute(job, runId, ports, runs, options);
    if (ending.kind === 'again') await workOff(runId);
  }

  async function result(runId: string): Promise<string> {
    const run = await runs.find(runId);
    if (!run?.report) throw new Error(`run ${runId} has not ended`);
    return reportText(run.report, asTyped);
  }

  function said(runId: string): Report {
    const letter = outbox.letters().find(({ id }) => id === `end:${runId}`)?.letter;
    if (letter?.kind !== 'say') throw new Error(`run ${runId} has not ended`);
    return letter.report;
  }

  function done(): void {
    if (unread.length > 0) throw new Error(`nobody read: ${unread.join('\n')}`);
  }

  return bot;
}

/** The run that a response started. */
export function startedRun(response: Response | undefined): Run {
  if (response?.kind !== 'started') throw new Error('no run was started');
  return response.run;
}
