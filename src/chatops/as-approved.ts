import type { Approval } from './approval.ts';
import { Refusal } from './errors.ts';
import type { AnyJob } from './job.ts';
import { canonicalJson, digestOf } from './plan.ts';
import type { Run } from './run.ts';

/**
 * Throws Refusal unless a run is given exactly what was approved, and what is kept of the approval is what people saw. Who can write to Redis alone must not
 * be able to change what is done on hosts: the plan that is made again says what is right, not what the run was given.
 */
export function mustBeAsApproved(
  { plan, digest }: Pick<Approval, 'plan' | 'digest'>,
  run: Pick<Run, 'job' | 'target' | 'payload'>,
  job: Pick<AnyJob, 'payload'>,
): void {
  const isKept = digestOf(plan) === digest && plan.action === run.job && plan.target === run.target;
  const given = job.payload.safeParse(plan.payload);
  if (isKept && given.success && kept(given.data) === kept(run.payload)) return;
  throw new Refusal(
    'What this run was given is not what was approved: nothing was begun.',
    'Look who can write to Redis, then plan it anew.',
  );
}

/** As it is after it lay in Redis. */
const kept = (value: unknown): string => canonicalJson(JSON.parse(JSON.stringify(value)));
