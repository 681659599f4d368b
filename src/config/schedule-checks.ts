import type { AnyJob } from '../chatops/job.ts';
import { nearest } from '../chatops/nearest.ts';
import { kindOf } from '../chatops/target.ts';
import type { Finding } from './cross-checks.ts';
import type { Outline } from './outline.ts';

export type JobFacts = Pick<AnyJob, 'queue' | 'schedule' | 'targetKind'>;

/** What there is to run, by name. */
export type Jobs = ReadonlyMap<string, JobFacts>;

/** Schedules, called like their jobs, that every cluster has of which no other says when it is watched, or who leads. */
export const builtIns: readonly string[] = ['watch', 'leaders'];

/** Schedules of what may not come by itself, and of what does not exist. */
export function scheduleChecks({ schedules = {} }: Outline, jobs: Jobs): readonly Finding[] {
  return Object.entries(schedules).flatMap(([name, schedule]) => {
    if (schedule?.job === undefined) return [];
    const expected = jobProblem(schedule.job, jobs) ?? nameProblem(name, schedule.job);
    if (expected !== undefined) return [{ path: ['schedules', name, 'job'], expected }];
    return targetProblems(schedule, jobs.get(schedule.job)).map(([setting, problem]) => ({
      path: ['schedules', name, setting],
      expected: problem,
    }));
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

type Targets = Pick<NonNullable<NonNullable<Outline['schedules']>[string]>, 'job' | 'clusters' | 'registries'>;

/** What a job is done to is its own matter: clusters, or registries. Of a list that cannot be read its own problem is told in place of this. */
function targetProblems(schedule: Targets, job: JobFacts | undefined): readonly (readonly [keyof Targets, string])[] {
  const [wanted, other] =
    kindOf(job ?? {}) === 'registry' ? (['registries', 'clusters'] as const) : (['clusters', 'registries'] as const);
  const what = `${schedule.job} is done to ${wanted}`;
  if (schedule[other]) return [[other, `must not be there: ${what}`]];
  return schedule[wanted] ? [] : [[wanted, `must be given: ${what}`]];
}

/** Otherwise a cluster could have two of one name. */
function nameProblem(name: string, job: string): string | undefined {
  if (!builtIns.includes(name) || job === name) return undefined;
  return `must be ${name}, or the schedule have another name: every cluster has one called ${name}`;
}
