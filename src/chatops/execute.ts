import type { Clock } from '../ports/clock.ts';
import type { Ports } from '../ports/index.ts';
import type { Logger } from '../ports/logger.ts';
import type { Outcome, Runs } from '../ports/runs.ts';
import type { Tracer } from '../ports/tracer.ts';
import { askApproval } from './ask-approval.ts';
import { carryOut, stepsOfApproved } from './carry-out.ts';
import { endings, isRetryable } from './endings.ts';
import { Fault, Refusal } from './errors.ts';
import { durationInWords } from './format.ts';
import { mustNotBeHeldBack } from './held-back.ts';
import { Interruption } from './interruption.ts';
import type { AnyJob, RunContext } from './job.ts';
import type { Keepers } from './keepers.ts';
import type { Report } from './report.ts';
import { type RunRecord, tries } from './run.ts';
import { trackSteps } from './steps.ts';

export interface ExecuteOptions {
  /** The worker's name, for people. */
  readonly worker: string;
  /** Tries in all. */
  readonly attempts: number;
  /** How long to wait after a try that failed; `tried` is 1 after the first. */
  waitMs(tried: number): number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly keepers: Keepers;
  /** Each step is a part of its trace; absent where nothing is traced. */
  readonly tracer?: Tracer;
  /** Stops the run from outside. Its reason is an Interruption. */
  readonly stop: AbortController;
  /** Calls `work` about every second until the answer is called. */
  everySecond(work: () => void): () => void;
  pause(ms: number): Promise<void>;
}

/** What became of an attempt. */
export type Ending =
  | { readonly kind: 'ended'; readonly run: RunRecord }
  /** It failed, and is to be tried again after a while. */
  | { readonly kind: 'again'; readonly waitMs: number; readonly because: Error }
  /** This worker stops; another one is to take the run at once. */
  | { readonly kind: 'handed back' }
  /** It had ended, or another attempt has it: nothing was changed. */
  | { readonly kind: 'not ours' };

/**
 * Takes a run and works on it until it has ended, has to be tried again, or is not ours any more. Answers rather than throws, except when
 * the state of runs cannot be asked. Whatever happens, at most one attempt ends the run.
 */
export async function execute(
  job: AnyJob,
  runId: string,
  ports: Ports,
  runs: Runs,
  options: ExecuteOptions,
): Promise<Ending> {
  const run = await runs.begin(runId, options.worker);
  if (!run) return { kind: 'not ours' };
  const doomed = unfit(run, options);
  if (doomed) return conclude(run, runs, doomed, options);
  const { clock, logger, stop } = options;
  const steps = trackSteps(run, await stepsOf(job, run, options), runs, {
    signal: stop.signal,
    clock,
    logger,
    tracer: options.tracer,
    stop: (interruption) => stop.abort(interruption),
  });
  const rest = options.everySecond(steps.tick);
  try {
    const attempted = await attempt(async () => {
      // At the door it was asked as well; since then somebody may have frozen it, or begun to restore it.
      await mustNotBeHeldBack(options.keepers, run);
      return work(job, run, ports, runs, steps.context, options);
    });
    const reached = { ...run, steps: steps.current(), memory: steps.context.memory };
    if (attempted.kind === 'failed') return await failing(reached, attempted.error, runs, options);
    return await conclude(run, runs, { state: 'done', report: attempted.report, steps: reached.steps }, options);
  } finally {
    rest();
  }
}

/** What is to be seen of a run that carries out a plan is the plan. */
async function stepsOf(job: AnyJob, run: RunRecord, { keepers }: ExecuteOptions): Promise<readonly string[]> {
  if (!run.approval || run.approval.mode === 'check') return job.steps;
  const approval = await keepers.approvals.find(run.approval.id);
  return approval ? stepsOfApproved(approval, run.approval.mode) : job.steps;
}

/** Most work is simply done; a plan is made and asked about, and what was agreed to is carried out. */
function work(
  job: AnyJob,
  run: RunRecord,
  ports: Ports,
  runs: Runs,
  context: RunContext,
  options: ExecuteOptions,
): Promise<Report> {
  if (!job.plan) return job.execute(run.payload, ports, context);
  const { keepers, clock, worker, stop, everySecond, pause } = options;
  const now = () => clock.now();
  if (run.queue !== 'danger') return askApproval({ job, run, ports, context, keepers, now });
  const find = (id: string) => runs.find(id);
  const writing = (target: string) => writerOn(target, runs);
  return carryOut({ job, run, ports, context, keepers, worker, stop, everySecond, pause, now, find, writing });
}

async function writerOn(target: string, runs: Runs): Promise<RunRecord | undefined> {
  for await (const page of runs.open()) {
    const one = page.find((run) => run.target === target && run.queue === 'write' && run.state === 'running');
    if (one) return one;
  }
  return undefined;
}

type Attempted =
  | { readonly kind: 'worked'; readonly report: Report }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Keeps a failure of the job apart from a failure to record its success. */
async function attempt(work: () => Promise<Report>): Promise<Attempted> {
  try {
    return { kind: 'worked', report: await work() };
  } catch (error) {
    return { kind: 'failed', error };
  }
}

/** Why a run must not be worked on at all. */
function unfit(run: RunRecord, options: ExecuteOptions): Outcome | undefined {
  if (run.cancel) return { state: 'cancelled', report: endings.cancelled(run, run.cancel.by) };
  if (run.queue === 'danger' && run.attempt > 1) return { state: 'failed', report: endings.interrupted(run) };
  if (tries(run) > options.attempts) return { state: 'failed', report: endings.workerDied(run) };
  return undefined;
}

async function failing(run: RunRecord, error: unknown, runs: Runs, options: ExecuteOptions): Promise<Ending> {
  const interruption = interruptionIn(error, options.stop.signal);
  if (interruption?.kind === 'superseded') return { kind: 'not ours' };
  if (interruption?.kind === 'stopping' && run.queue !== 'danger') return handBack(run, runs);
  if (!interruption && isRetryable(error) && tries(run) < options.attempts) return again(run, error, runs, options);
  const outcome = await outcomeOf(run, error, interruption, runs, options);
  return conclude(run, runs, { ...outcome, steps: run.steps }, options);
}

async function outcomeOf(
  run: RunRecord,
  error: unknown,
  interruption: Interruption | undefined,
  runs: Runs,
  { logger, clock }: ExecuteOptions,
): Promise<Outcome> {
  if (interruption?.kind === 'cancelled') {
    const by = (await runs.find(run.id))?.cancel?.by ?? 'somebody';
    return { state: 'cancelled', report: endings.cancelled(run, by, error) };
  }
  // What had changed nothing has given its target back.
  if (interruption?.kind === 'stopping') return { state: 'failed', report: endings.stopped(run) };
  if (interruption) return { state: 'failed', report: endings.interrupted(run, false) };
  if (error instanceof Refusal) return { state: 'refused', report: endings.refused(run, error) };
  if (error instanceof Fault) {
    logger.warn({ ...named(run), err: error }, 'a run failed');
    return { state: 'failed', report: endings.faulted(run, error, await lastGood(run, runs), clock.now()) };
  }
  logger.error({ ...named(run), err: error }, 'a run failed by a mistake of our own');
  return { state: 'failed', report: endings.broken(run, error) };
}

/** A job that is stopped may fail in its own words; what stopped it is what happened. */
function interruptionIn(error: unknown, signal: AbortSignal): Interruption | undefined {
  if (signal.aborted && signal.reason instanceof Interruption) return signal.reason;
  return error instanceof Interruption ? error : undefined;
}

async function again(run: RunRecord, error: Fault, runs: Runs, options: ExecuteOptions): Promise<Ending> {
  const waitMs = options.waitMs(tries(run));
  const note = `Attempt ${tries(run) + 1} of ${options.attempts} in ${durationInWords(waitMs)}, because: ${error.message}`;
  options.logger.warn({ ...named(run), err: error, waitMs }, 'a run will be tried again');
  const ours = await runs.requeue(run.id, run.attempt, { note, handover: false, steps: run.steps });
  await runs.log(run.id, note);
  return ours ? { kind: 'again', waitMs, because: error } : { kind: 'not ours' };
}

async function handBack(run: RunRecord, runs: Runs): Promise<Ending> {
  const note = `Its worker ${run.worker ?? ''} was told to stop; another one takes it from the start.`;
  const steps = run.steps.map(({ name }) => ({ name, state: 'pending' as const }));
  const ours = await runs.requeue(run.id, run.attempt, { note, handover: true, steps });
  return ours ? { kind: 'handed back' } : { kind: 'not ours' };
}

async function conclude(run: RunRecord, runs: Runs, as: Outcome, options: ExecuteOptions): Promise<Ending> {
  const outcome = run.queue === 'danger' ? { ...as, isAloud: true } : as;
  const ours = await runs.end(run.id, run.attempt, outcome);
  if (!ours) return { kind: 'not ours' };
  const ended = { ...run, ...outcome, steps: outcome.steps ?? run.steps, endedAt: options.clock.now() };
  options.logger.info({ ...named(run), state: outcome.state }, 'a run ended');
  return { kind: 'ended', run: ended };
}

/** The newest run of the same kind on the same target that went well: what people fall back on. */
/** One that only showed what it would do, or has more to do, has done no good yet. */
async function lastGood(run: RunRecord, runs: Runs): Promise<RunRecord | undefined> {
  const recent = await runs.list({ target: run.target, limit: 200 });
  return recent.find(
    (one) => one.job === run.job && one.state === 'done' && !one.report?.isPaused && one.report?.changed !== 'nothing',
  );
}

const named = (run: RunRecord) => ({
  run: run.id,
  job: run.job,
  target: run.target,
  actor: `${run.actor.kind} ${run.actor.id}`,
});
