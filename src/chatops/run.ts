import { z } from 'zod';
import { Actor } from './access.ts';
import { Report } from './report.ts';
import { TargetKind } from './target.ts';

export const QueueName = z.enum(['read', 'write', 'danger']);
export type QueueName = z.infer<typeof QueueName>;

/**
 * When a scheduled run speaks in the channel: when it is not well, and when it is well again; always; or when it ends otherwise than the one
 * before.
 */
export const Says = z.enum(['failures', 'always', 'changes']);
export type Says = z.infer<typeof Says>;

/** Where a run answers: a channel, and its root message once that is posted. */
export const Thread = z.object({
  channel: z.string(),
  /** The message of a person that asked for it: the root message stands in its thread then, and all else beside it. */
  under: z.string().optional(),
  ts: z.string().optional(),
  /** Of a root message that people deleted: posted anew, once; or gone, and not shown any more. */
  root: z.enum(['anew', 'gone']).optional(),
});
export type Thread = z.infer<typeof Thread>;

/** The message in whose thread a run speaks; undefined before its root message is posted. */
export const threadOf = (thread: Thread | undefined): string | undefined =>
  thread?.ts === undefined ? undefined : (thread.under ?? thread.ts);

export const Step = z.object({
  name: z.string(),
  /** The words Slack's task cards use. */
  state: z.enum(['pending', 'in_progress', 'complete', 'error']),
  detail: z.string().optional(),
  startedAt: z.coerce.date().optional(),
  endedAt: z.coerce.date().optional(),
});
export type Step = z.infer<typeof Step>;

export const Progress = z.object({ done: z.number(), total: z.number(), unit: z.string(), since: z.coerce.date() });
export type Progress = z.infer<typeof Progress>;

/** 'check' only looks whether a plan still holds. */
export const ApprovedMode = z.enum(['run', 'resume', 'rollback', 'check']);
export type ApprovedMode = z.infer<typeof ApprovedMode>;

/** One queued execution of a Job by an Actor, answering in a Thread. What was asked: never changes. */
export const Run = z.object({
  id: z.string(),
  job: z.string(),
  payload: z.unknown(),
  /** What it is done to, by its name in salvor.yaml. */
  target: z.string(),
  /** A cluster unless given. */
  targetKind: TargetKind.optional(),
  site: z.string(),
  queue: QueueName,
  /** At most one run in flight holds a lock; a second one is told about the first. */
  lock: z.string().optional(),
  actor: Actor,
  /** The command as typed, for people and for the audit. */
  words: z.string(),
  thread: Thread.optional(),
  /** Of a run that came by itself: the schedule, `<name>/<target>`, and when it speaks. */
  schedule: z.object({ id: z.string(), says: Says }).optional(),
  /** Of a run that does, goes on with, or takes back what other people agreed to: their approval. */
  approval: z
    .object({
      id: z.string(),
      mode: ApprovedMode,
      /** Of one that goes on or takes back: the run that stopped before it, and what those before it had changed, in words. */
      after: z.string().optional(),
      changed: z.string().optional(),
      /** A freeze does not hold it back: an approver takes back what nobody has built upon. */
      despiteFreeze: z.boolean().optional(),
    })
    .optional(),
  createdAt: z.coerce.date(),
});
export type Run = z.infer<typeof Run>;

export const RunState = z.enum(['queued', 'running', 'done', 'refused', 'failed', 'cancelled']);
export type RunState = z.infer<typeof RunState>;

/** A run and how far it got. `attempt` rises each time a worker takes it, and fences off the one before. */
export const RunRecord = Run.extend({
  state: RunState,
  attempt: z.number(),
  /** How many attempts were given back by a worker that was told to stop: they do not count as tries. */
  handovers: z.number(),
  /** What there is to say of a wait: 'attempt 2 of 3 in 10 s because …' of a queued run; of a running one, that its worker is silent. */
  note: z.string().optional(),
  worker: z.string().optional(),
  steps: z.array(Step).readonly(),
  progress: Progress.optional(),
  /** What its attempts tell those after them. */
  memory: z.record(z.string(), z.string()).optional(),
  /** Names are no proof and may change: `id` is who it was, where somebody in particular asked. */
  cancel: z.object({ by: z.string(), id: z.string().optional(), at: z.coerce.date() }).optional(),
  startedAt: z.coerce.date().optional(),
  endedAt: z.coerce.date().optional(),
  report: Report.optional(),
});
export type RunRecord = z.infer<typeof RunRecord>;

/** In a run's memory: the step with which it went past its point of no return. From then on it is not asked to stop. */
export const pastReturn = 'pastReturn';

export const hasEnded = (state: RunState): boolean => state !== 'queued' && state !== 'running';

/** Which try this is, as people count: attempts that a stopping worker gave back are not one. */
export const tries = (run: Pick<RunRecord, 'attempt' | 'handovers'>): number => run.attempt - run.handovers;

/** What a run is about, in traces: itself, and what other people agreed to. */
export const storiesOf = ({ id, approval }: Pick<Run, 'id' | 'approval'>): readonly string[] =>
  approval ? [id, approval.id] : [id];

/** What a channel is to hear of aloud: a failure, work that was done and found something bad, or what everybody waits for. */
export const isBadNews = ({ state, report }: { readonly state: RunState; readonly report: Report }): boolean =>
  state === 'failed' || (state === 'done' && report.tone === 'bad');
