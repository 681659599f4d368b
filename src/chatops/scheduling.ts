import type { Catalogue, Target } from '../ports/catalogue.ts';
import type { Clock } from '../ports/clock.ts';
import type { Runs } from '../ports/runs.ts';
import type { Schedule } from '../ports/schedules.ts';
import type { Actor } from './access.ts';
import { admit } from './admit.ts';
import { Refusal } from './errors.ts';
import type { AnyJob } from './job.ts';
import type { Registry } from './registry.ts';
import type { Run, RunRecord } from './run.ts';
import { startRun } from './start-run.ts';
import { kindOf } from './target.ts';

/** The time of a schedule has come. */
export interface Tick extends Pick<Schedule, 'id' | 'name' | 'job' | 'target' | 'says'> {
  /** The time that was set, however late it is by now. */
  readonly at: Date;
}

export type Ticked =
  | { readonly kind: 'started'; readonly run: Run }
  /** Another run holds the lock; nothing is started. */
  | { readonly kind: 'skipped'; readonly holder: RunRecord };

export interface SchedulingParts {
  readonly registry: Pick<Registry, 'jobs'>;
  readonly catalogue: Catalogue;
  readonly runs: Runs;
  readonly clock: Clock;
  enqueue(run: Run): Promise<void>;
}

/**
 * Starts what a schedule asks for, by the same door as what people ask for. The same tick again, whoever takes it, is the same run. Throws
 * Refusal for what this version or this salvor.yaml does not know, and Fault.
 */
export async function startScheduled(tick: Tick, parts: SchedulingParts): Promise<Ticked> {
  const { job, payload } = workOf(tick, parts.registry);
  const target = targetOf(tick, job, parts.catalogue);
  const [home] = target.channels;
  const run = admit(job, payload, actorOf(tick, job, payload), {
    id: `schedule ${tick.id} ${tick.at.getTime()}`,
    words: `${tick.job} ${tick.target}`,
    thread: home === undefined ? undefined : { channel: home },
    schedule: { id: tick.id, says: tick.says },
    site: target.site,
    now: parts.clock.now(),
  });
  const admission = await startRun(run, parts);
  return admission.kind === 'busy' ? { kind: 'skipped', holder: admission.run } : { kind: 'started', run };
}

const targetOf = ({ target }: Tick, job: AnyJob, catalogue: Catalogue): Target =>
  kindOf(job) === 'registry' ? catalogue.registry(target) : catalogue.cluster(target);

function workOf({ name, job: jobName, target }: Tick, { jobs }: Pick<Registry, 'jobs'>) {
  const job = jobs.get(jobName);
  if (!job?.schedule) throw new Refusal(`Schedule ${name} asks for ${jobName}, which does not come by itself here.`);
  return { job, payload: job.schedule.payload(target) };
}

/** A schedule may do what its job takes, where it does it, and nothing else. */
function actorOf({ name }: Tick, job: AnyJob, payload: unknown): Actor {
  return { kind: 'schedule', id: name, name, grants: [job.access(payload)] };
}
