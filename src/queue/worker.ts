import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { type Job as BullJob, WaitingError, Worker } from 'bullmq';
import { endings } from '../chatops/endings.ts';
import { type Ending, execute } from '../chatops/execute.ts';
import { Interruption } from '../chatops/interruption.ts';
import type { AnyJob } from '../chatops/job.ts';
import type { Keepers } from '../chatops/keepers.ts';
import { type QueueName, type RunRecord, storiesOf, tries } from '../chatops/run.ts';
import { untraced } from '../chatops/untraced.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ports } from '../ports/index.ts';
import type { Logger } from '../ports/logger.ts';
import type { Runs } from '../ports/runs.ts';
import type { Tracer } from '../ports/tracer.ts';
import { listenForCancellations } from './cancellations.ts';
import { keys } from './keys.ts';
import { backoffMs, type Producer, queueAt, queueNames, queueRules, telemetryOf, workerAliveMs } from './queues.ts';
import { settle } from './reconcile.ts';
import type { RedisConnection } from './redis.ts';
import { within } from './within.ts';

export interface WorkerParts {
  readonly site: string;
  /** Told to people and kept with each run; `workerName()` where nothing better is known. */
  readonly name: string;
  readonly jobs: ReadonlyMap<string, AnyJob>;
  readonly ports: Ports;
  /** On a patient connection: a run waits for a Redis that restarts. */
  readonly runs: Runs;
  /** A patient connection; the worker opens more like it and closes those. */
  readonly redis: RedisConnection;
  readonly producer: Producer;
  readonly keepers: Keepers;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of every run that ended here, for metrics. */
  readonly onEnded?: (run: RunRecord) => void;
  /** Absent where nothing is traced. */
  readonly tracer?: Tracer | undefined;
  readonly timing?: WorkerTiming;
}

export interface WorkerTiming {
  /** A worker silent for this long has lost its runs. */
  readonly lockMs?: number;
  /** How often the lost ones are looked for. */
  readonly stalledEveryMs?: number;
  readonly waitMs?: (queue: QueueName, tried: number) => number;
}

export interface RunningWorker {
  readonly name: string;
  /** Ids of the runs being worked on here. */
  running(): readonly string[];
  /**
   * Takes no more runs, lets those under way go on for `graceMs`, then stops them so that other workers take them at once, and waits at most
   * `putDownMs` for that. What is dangerous stops at once before its next step: the one under way is waited for, as long as it may take.
   */
  close(options: { readonly graceMs: number; readonly putDownMs?: number }): Promise<void>;
}

interface Held {
  readonly queue: QueueName;
  readonly stop: AbortController;
}

/** Host and process, which is what people look for. */
export const workerName = (): string => `${hostname()}:${process.pid}`;

/** Asks BullMQ to wait as long as the card says. */
class TryAgain extends Error {
  override readonly name = 'TryAgain';
  readonly waitMs: number;

  constructor(waitMs: number, because: Error) {
    super(because.message);
    this.waitMs = waitMs;
  }
}

/** Starts taking runs of a site. Answers once the queues can be asked. */
export async function startWorker(parts: WorkerParts): Promise<RunningWorker> {
  const { site, name, redis, runs, logger } = parts;
  // Before the queues are opened: they hand over runs at once.
  let isClosing = false;
  const held = new Map<string, Held>();
  const stopOne = (runId: string, kind: Interruption['kind']) => held.get(runId)?.stop.abort(new Interruption(kind));
  const stopListening = await listenForCancellations(redis, (runId) => stopOne(runId, 'cancelled'));
  const workers = queueNames.map((queue) => openWorker(queue));
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  const stopBeating = beat(parts);

  function openWorker(queue: QueueName): Worker {
    const rules = queueRules[queue];
    const worker = new Worker(queueAt(site, queue), (job, token) => process(queue, job, token), {
      connection: redis,
      prefix: keys.queues,
      name,
      concurrency: rules.concurrency,
      maxStalledCount: rules.maxStalledCount,
      lockDuration: parts.timing?.lockMs ?? 20_000,
      stalledInterval: parts.timing?.stalledEveryMs ?? 5000,
      runRetryDelay: 1000,
      // A frozen worker swallows the call that wakes one of the others: they look for themselves this often, in seconds.
      drainDelay: 2,
      ...telemetryOf(parts.tracer !== undefined),
      settings: { backoffStrategy: (tried, _type, error) => waitOf(error) ?? backoffMs(queue, tried) },
    });
    worker.on('lockRenewalFailed', (ids) => {
      for (const id of ids) stopOne(id, 'superseded');
    });
    // BullMQ fails what stalled too often without asking anybody: the run must be told of it.
    worker.on('failed', (job) => {
      if (job?.id) settleLater(job.id);
    });
    worker.on('error', (error) => logger.warn({ queue, err: error }, 'the queue reported an error'));
    return worker;
  }

  function settleLater(runId: string): void {
    settle(runId, parts).catch((error: unknown) => logger.warn({ run: runId, err: error }, 'could not settle a run'));
  }

  async function process(queue: QueueName, bull: BullJob, token: string | undefined): Promise<void> {
    const runId = bull.id ?? '';
    if (isClosing) return giveBack(bull, token);
    const stop = new AbortController();
    held.set(runId, { queue, stop });
    try {
      const ending = await work(queue, runId, stop);
      if (ending.kind === 'ended') parts.onEnded?.(ending.run);
      if (ending.kind === 'handed back') await giveBack(bull, token);
      if (ending.kind === 'again') throw new TryAgain(ending.waitMs, ending.because);
    } finally {
      held.delete(runId);
    }
  }

  async function work(queue: QueueName, runId: string, stop: AbortController): Promise<Ending> {
    const asked = await runs.find(runId);
    if (!asked) return { kind: 'not ours' };
    const job = parts.jobs.get(asked.job);
    if (!job) return refuseUnknown(runId);
    const { clock, keepers, tracer = untraced } = parts;
    const waitMs = (tried: number) => parts.timing?.waitMs?.(queue, tried) ?? backoffMs(queue, tried);
    const rules = { attempts: queueRules[queue].attempts, waitMs };
    const options = { worker: name, ...rules, clock, logger, keepers, tracer, stop, everySecond, pause };
    const facts = { job: asked.job, target: asked.target, run: runId, attempt: tries(asked) + 1 };
    return tracer.within(`run ${asked.job}`, facts, async (note) => {
      await tracer.about(...storiesOf(asked));
      const ending = await execute(job, runId, parts.ports, runs, options);
      note({ ending: ending.kind === 'ended' ? ending.run.state : ending.kind });
      return ending;
    });
  }

  async function refuseUnknown(runId: string): Promise<Ending> {
    const run = await runs.begin(runId, name);
    if (!run) return { kind: 'not ours' };
    const outcome = { state: 'failed', report: endings.unknownJob(run, name) } as const;
    const ours = await runs.end(runId, run.attempt, outcome);
    return ours ? { kind: 'ended', run: { ...run, ...outcome, endedAt: parts.clock.now() } } : { kind: 'not ours' };
  }

  async function close({ graceMs, putDownMs = 10_000 }: { graceMs: number; putDownMs?: number }): Promise<void> {
    isClosing = true;
    stopBeating();
    const heldOf = (isDangerous: boolean) =>
      [...held].flatMap(([runId, { queue }]) => ((queue === 'danger') === isDangerous ? [runId] : []));
    const stepsUnderWay = heldOf(true);
    for (const runId of stepsUnderWay) stopOne(runId, 'stopping');
    logger.info({ runs: heldOf(false), atMostMs: graceMs + putDownMs }, 'waits for reads and writes');
    for (const runId of stepsUnderWay) void sayWaiting(runId);
    const closing = new Map(queueNames.map((queue, at) => [queue, workers[at]?.close()]));
    const { danger, ...others } = Object.fromEntries(closing);
    const closed = Promise.all(Object.values(others));
    if (!(await within(closed, graceMs))) {
      for (const runId of heldOf(false)) stopOne(runId, 'stopping');
      if (!(await within(closed, putDownMs))) {
        // Their locks lapse when this process is gone, and then others take them.
        logger.error({ runs: heldOf(false) }, 'runs did not stop in time and are left to be noticed as lost');
      }
    }
    await danger;
    await stopListening();
  }

  /** Which step it is, for who wonders why the process does not end. */
  async function sayWaiting(runId: string): Promise<void> {
    const run = await runs.find(runId).catch(() => undefined);
    const step = run?.steps.find(({ state }) => state === 'in_progress');
    const facts = { run: runId, job: run?.job, target: run?.target, step: step?.name, since: step?.startedAt };
    logger.warn(facts, 'waits for a dangerous step to end, within its own time limit: do not kill it');
  }

  return { name, running: () => [...held.keys()], close };
}

/** Back to the head of the queue, where another worker finds it now rather than after this one's lock has lapsed. */
async function giveBack(bull: BullJob, token: string | undefined): Promise<never> {
  await bull.moveToWait(token);
  throw new WaitingError();
}

const waitOf = (error: unknown): number | undefined => (error instanceof TryAgain ? error.waitMs : undefined);

function everySecond(work: () => void): () => void {
  const timer = setInterval(work, 1000);
  return () => clearInterval(timer);
}

/** Leaves a sign of life, so that a run whose site has no worker can say so. Answers how to stop, which takes the sign away. */
function beat({ redis, site, name, clock, logger }: WorkerParts): () => void {
  const key = keys.workers(site);
  const sign = async () => {
    const now = clock.now().getTime();
    await redis
      .multi()
      .zadd(key, now, name)
      .zremrangebyscore(key, '-inf', now - workerAliveMs)
      .exec();
  };
  const onError = (error: unknown) => logger.warn({ err: error }, 'could not leave a sign of life');
  sign().catch(onError);
  const timer = setInterval(() => void sign().catch(onError), workerAliveMs / 3);
  return () => {
    clearInterval(timer);
    redis.zrem(key, name).catch(onError);
  };
}
