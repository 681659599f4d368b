import { endings } from '../chatops/endings.ts';
import { durationInWords } from '../chatops/format.ts';
import type { RunRecord } from '../chatops/run.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Outcome, Runs } from '../ports/runs.ts';
import type { Producer } from './queues.ts';

export interface ReconcileParts {
  readonly runs: Runs;
  readonly producer: Producer;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of every run that is ended here because its worker died or is gone. */
  readonly onEnded?: (run: RunRecord) => void;
}

/** A run is recorded first and put before the workers next; a crash between the two is made good after this long. */
const lostAfterMs = 10_000;
const lonelyAfterMs = 60_000;

/** Brings what Runs says and what the queue says together. Harmless when done twice, or by several processes at once. */
export async function reconcile(parts: ReconcileParts): Promise<void> {
  for await (const page of parts.runs.open()) {
    await Promise.all(page.filter((run) => isDue(run, parts)).map((run) => mend(run, parts)));
  }
}

/** Reconciles every `everyMs`, in any process that may. Answers how to stop. */
export function startReconciling(parts: ReconcileParts, everyMs = 10_000): () => void {
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    reconcile(parts)
      .catch((error: unknown) => parts.logger.warn({ err: error }, 'could not bring runs and queue together'))
      .finally(() => {
        isBusy = false;
      });
  }, everyMs);
  return () => clearInterval(timer);
}

/** Ends a run that BullMQ has given up, as it does by itself with what stalled too often. */
export async function settle(runId: string, parts: ReconcileParts): Promise<void> {
  const run = await parts.runs.find(runId);
  if (run?.state === 'running') await mend(run, parts);
}

/** Most of a long queue is young and well: nothing is asked about it. */
const isDue = (run: RunRecord, parts: ReconcileParts): boolean =>
  run.state === 'running' || ageMs(run, parts) > lostAfterMs;

async function mend(run: RunRecord, parts: ReconcileParts): Promise<void> {
  const state = await parts.producer.state(run);
  const isGone = state === 'absent' || state === 'completed' || state === 'failed';
  if (run.state === 'running' && isGone) return declareDead(run, parts);
  if (run.state === 'running' && state === 'active') return lookAfterAbandoned(run, parts);
  if (run.state !== 'queued') return;
  if (isGone) return putBack(run, parts);
  if (state === 'waiting' && ageMs(run, parts) > lonelyAfterMs) await sayWhenLonely(run, parts);
}

/** By the attempt that was read: a worker that took the run meanwhile is left alone. */
async function declareDead(run: RunRecord, parts: ReconcileParts): Promise<void> {
  const report = run.queue === 'danger' ? endings.interrupted(run) : endings.workerDied(run);
  await endForWorker(run, { state: 'failed', report }, parts);
}

async function endForWorker(run: RunRecord, outcome: Outcome, parts: ReconcileParts): Promise<void> {
  const { runs, clock, logger, onEnded } = parts;
  if (!(await runs.end(run.id, run.attempt, outcome))) return;
  const { state } = outcome;
  logger.warn({ run: run.id, worker: run.worker, attempt: run.attempt, state }, 'a run ended without its worker');
  onEnded?.({ ...run, ...outcome, steps: outcome.steps ?? run.steps, endedAt: clock.now() });
}

/**
 * BullMQ notices a lost run only where there is a worker to look for it; where there is none at all, nobody would say a word. What is dangerous waits for no
 * other worker, since none begins it again: it ends, so that people can go on with it, take it back, or release what it held.
 */
async function lookAfterAbandoned(run: RunRecord, parts: ReconcileParts): Promise<void> {
  const { producer, runs } = parts;
  if (await producer.isHeld(run)) return;
  if ((await producer.workers(run.site)).length > 0) return;
  if (run.cancel) await endForWorker(run, { state: 'cancelled', report: endings.cancelled(run, run.cancel.by) }, parts);
  else if (run.queue === 'danger') await declareDead(run, parts);
  else return void (await runs.note(run, await silenceOf(run, parts)));
  // A worker that comes back would be told that the run has ended; this spares it the question.
  await producer.remove(run);
}

async function silenceOf(run: RunRecord, { producer, clock }: ReconcileParts): Promise<string> {
  const seen = run.worker === undefined ? undefined : await producer.lastSign(run.site, run.worker);
  const how = seen ? `gave no sign of life for ${roughly(clock.now().getTime() - seen.getTime())}` : 'is gone';
  return `Its worker ${run.worker ?? ''} ${how}; no other worker serves site ${run.site}. Start one, or cancel.`;
}

/** Rounded down, ever more: the card is not to change with each look. */
function roughly(ms: number): string {
  const stepMs = ms < 60_000 ? 10_000 : ms < 3_600_000 ? 60_000 : 3_600_000;
  return durationInWords(Math.floor(ms / stepMs) * stepMs);
}

async function putBack(run: RunRecord, { producer, logger }: ReconcileParts): Promise<void> {
  // BullMQ ignores an id it knows, also one it has done with.
  await producer.remove(run);
  await producer.enqueue(run);
  logger.warn({ run: run.id }, 'a queued run was not in the queue and is put in again');
}

async function sayWhenLonely(run: RunRecord, { runs, producer }: ReconcileParts): Promise<void> {
  const workers = await producer.workers(run.site);
  if (workers.length > 0) return;
  await runs.note(run, `No worker of site ${run.site} is there to take it. It waits; start one, or cancel it.`);
}

const ageMs = (run: RunRecord, { clock }: ReconcileParts): number => clock.now().getTime() - run.createdAt.getTime();
