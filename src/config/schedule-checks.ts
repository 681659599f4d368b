import type { AnyJob } from '../chatops/job.ts';
import { nearest } from '../chatops/nearest.ts';
import type { Finding } from './cross-checks.ts';
import type { Outline } from './outline.ts';

export type JobFacts = Pick<AnyJob, 'queue' | 'schedule'>;

/** What there is to run, by name. */
export type Jobs = ReadonlyMap<string, JobFacts>;

/** Schedules, called like their jobs, that every cluster has of which no other says when it is watched, or who leads. */
export const builtIns: readonly string[] = ['watch', 'leaders'];

/** Schedules of what may not come by itself, and of what does not exist. */
export function scheduleChecks({ schedules = {} }: Outline, jobs: Jobs): readonly Finding[] {
  return Object.entries(schedules).flatMap(([name, schedule]) => {
    if (schedule?.job === undefined) return [];
    const expected = jobProblem(schedule.job, jobs) ?? nameProblem(name, schedule.job);
    return expected === undefined ? [] : [{ path: ['schedules', name, 'job'], expected }];
  });
}

function jobProblem(name: string, jobs: Jobs): string | undefined {
  const job = jobs.get(name);
  if (job?.queue === 'danger') return `must be harmless: ${name} is dangerous and never comes by itself`;
  if (job?.schedule) return undefined;
  const known = [...jobs].flatMap(([one, { schedule }]) => (schedule ? [one] : []));
  if (job) return `must be a job that may come by itself (${known.join(', ')}); ${name} may not`;
  const meant = nearest(name, known);
  return `must be a job that may come by itself (${known.join(', ')}); there is no ${name}${meant ? `, did you mean ${meant}?` : ''}`;
}

/** Otherwise a cluster could have two of one name. */
function nameProblem(name: string, job: string): string | undefined {
  if (!builtIns.includes(name) || job === name) return undefined;
  return `must be ${name}, or the schedule have another name: every cluster has one called ${name}`;
}
