import { createHash } from 'node:crypto';
import type { Registry } from '../chatops/registry.ts';
import { builtIns } from '../config/schedule-checks.ts';
import type { ClusterSettings, ScheduleSettings, Settings } from '../config/schema.ts';
import type { Schedule } from '../ports/schedules.ts';

/** Of what nobody said anything about: when backups cannot be relied upon, and when something leads no more, is told all the same. */
const often: Omit<ScheduleSettings, 'clusters' | 'registries' | 'job'> = {
  cron: '*/15 * * * *',
  timezone: 'UTC',
  jitterSeconds: 600,
};

/** Without Kubernetes only etcd leads, and that is looked at when somebody asks. */
const isFor = (job: string, { kubernetes }: ClusterSettings): boolean => job !== 'leaders' || kubernetes !== undefined;

/** The schedules of salvor.yaml, one for each of their clusters and registries, and those built in for clusters of which none of that job says when. */
export function schedulesOf(
  { schedules, clusters }: Pick<Settings, 'schedules' | 'clusters'>,
  { jobs }: Pick<Registry, 'jobs'>,
): readonly Schedule[] {
  const written = Object.entries(schedules);
  const unwritten = builtIns.map((job) => {
    const served = new Set(written.flatMap(([, one]) => (one.job === job ? (one.clusters ?? []) : [])));
    const others = Object.entries(clusters).flatMap(([name, one]) =>
      !served.has(name) && isFor(job, one) ? [name] : [],
    );
    return [job, { ...often, job, clusters: others }] as const;
  });
  return [...written, ...unwritten].flatMap(([name, settings]: readonly [string, ScheduleSettings]) => {
    const says = settings.says ?? jobs.get(settings.job)?.schedule?.says;
    // Of what salvor.yaml says this was checked when it was read; a Salvor without the job has no watch.
    if (says === undefined || !jobs.get(settings.job)?.schedule) return [];
    const targets = new Set([...(settings.clusters ?? []), ...(settings.registries ?? [])]);
    return [...targets].map((target) => ({ ...onTarget(name, target, settings), says }));
  });
}

function onTarget(
  name: string,
  target: string,
  { job, cron, timezone, jitterSeconds }: Omit<ScheduleSettings, 'clusters' | 'registries'>,
): Omit<Schedule, 'says'> {
  const id = `${name}/${target}`;
  return { id, name, job, target, cron, timezone, delayMs: shareOf(id, jitterSeconds * 1000) };
}

/** From 0 to `mostMs`, always the same for the same id: a restart moves nothing. */
function shareOf(id: string, mostMs: number): number {
  const lot = createHash('sha256').update(id).digest().readUInt32BE();
  return Math.floor((lot / 2 ** 32) * mostMs);
}
