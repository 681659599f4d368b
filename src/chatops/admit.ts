import { createHash } from 'node:crypto';
import { type Actor, authorise } from './access.ts';
import type { Approval } from './approval.ts';
import { Refusal } from './errors.ts';
import type { AnyJob } from './job.ts';
import type { ApprovedMode, Run, Thread } from './run.ts';

export interface Request {
  /** What this request is, however often it is delivered. */
  readonly id: string;
  /** The command as typed. */
  readonly words: string;
  readonly thread: Thread | undefined;
  /** Which schedule asks, where one does. */
  readonly schedule?: Run['schedule'];
  readonly site: string;
  readonly now: Date;
}

/** The door to the queue for what people and schedules ask for: parses the payload, checks the right, and makes the run. Throws Refusal. */
export function admit(job: AnyJob, payload: unknown, actor: Actor, request: Request): Run {
  // Dangerous work is admitted by what other people agreed to: `admitApproved`.
  if (job.queue === 'danger') throw new Error(`job ${job.name} is dangerous and was asked for without an approval`);
  const parsed = job.payload.parse(payload);
  const verdict = authorise(actor, job.access(parsed));
  if (verdict.kind === 'no') throw new Refusal(verdict.reason, verdict.next);
  const { schedule } = request;
  // What comes by itself never piles up, not even where nobody else minds.
  const lock = job.lock?.(parsed) ?? (schedule && `schedule/${schedule.id}`);
  const target = job.target(parsed);
  return {
    id: runId(request.id),
    job: job.name,
    payload: parsed,
    target,
    ...(job.targetKind ? { targetKind: job.targetKind } : {}),
    site: request.site,
    queue: job.queue,
    ...(lock === undefined ? {} : { lock }),
    // What they may do elsewhere is nobody's business here, and could be thousands of lines.
    actor: { ...actor, grants: actor.grants.filter((grant) => grant.target === target) },
    words: request.words,
    ...(request.thread ? { thread: request.thread } : {}),
    ...(schedule ? { schedule } : {}),
    createdAt: request.now,
  };
}

/** The other door: a run that does, goes on with, takes back or only checks what an approval is about. Rights are the caller's to check. */
export function admitApproved(
  job: AnyJob,
  approval: Approval,
  mode: ApprovedMode,
  request: {
    readonly id: string;
    readonly actor: Actor;
    readonly words: string;
    readonly now: Date;
    readonly after?: string | undefined;
    readonly changed?: string | undefined;
    readonly despiteFreeze?: boolean;
  },
): Run {
  const { target } = approval.plan;
  const { id, actor, words, now, after, changed, despiteFreeze } = request;
  return {
    id,
    job: job.name,
    payload: job.payload.parse(approval.plan.payload),
    target,
    ...(job.targetKind ? { targetKind: job.targetKind } : {}),
    site: approval.site,
    queue: job.queue,
    actor: { ...actor, grants: actor.grants.filter((grant) => grant.target === target) },
    words,
    // Whoever watches a check sees nothing but what it found.
    ...(approval.thread && mode !== 'check' ? { thread: { channel: approval.thread.channel } } : {}),
    approval: {
      ...{ id: approval.id, mode },
      ...(after === undefined ? {} : { after }),
      ...(changed === undefined ? {} : { changed }),
      ...(despiteFreeze ? { despiteFreeze } : {}),
    },
    createdAt: now,
  };
}

const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

/** 'r-' and ten characters without look-alikes: about 50 bits of the request's SHA-256, so that a repeat is the same run. */
export function runId(requestId: string): string {
  const digest = createHash('sha256').update(requestId).digest();
  const characters = [...digest.subarray(0, 10)].map((byte) => alphabet[byte % alphabet.length]);
  return `r-${characters.join('')}`;
}
