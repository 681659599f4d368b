import { createHash } from 'node:crypto';
import type { Registry } from '../chatops/registry.ts';
import { builtInWatch } from '../config/schedule-checks.ts';
import type { ScheduleSettings, Settings } from '../config/schema.ts';
import type { Schedule } from '../ports/schedules.ts';

/** A cluster that nobody said anything about is watched all the same: it tells when its backups cannot be relied upon. */
const watchOften: Omit<ScheduleSettings, 'clusters'> = {
  job: 'watch',
  cron: '*/15 * * * *',
  timezone: 'UTC',
  jitterSeconds: 600,
};

/** The schedules of salvor.yaml, one for each of their clusters, and the watch of clusters of which no schedule says when. */
export function schedulesOf(
  { schedules, clusters }: Pick<Settings, 'schedules' | 'clusters'>,
  { jobs }: Pick<Registry, 'jobs'>,
): readonly Schedule[] {
  const written = Object.entries(schedules);
  const watched = new Set(written.flatMap(([, one]) => (one.job === watchOften.job ? one.clusters : [])));
  const unwatched = Object.keys(clusters).filter((cluster) => !watched.has(cluster));
  const groups = [...written, [builtInWatch, { ...watchOften, clusters: unwatched }] as const];
  return groups.flatMap(([name, settings]) => {
    const says = settings.says ?? jobs.get(settings.job)?.schedule?.says;
    // Of what salvor.yaml says this was checked when it was read; a Salvor without the job has no watch.
    if (says === undefined || !jobs.get(settings.job)?.schedule) return [];
    return [...new Set(settings.clusters)].map((cluster) => ({ ...onCluster(name, cluster, settings), says }));
  });
}

function onCluster(
  name: string,
  cluster: string,
  { job, cron, timezone, jitterSeconds }: Omit<ScheduleSettings, 'clusters'>,
): Omit<Schedule, 'says'> {
  const id = `${name}/${cluster}`;
  return { id, name, job, cluster, cron, timezone, delayMs: shareOf(id, jitterSeconds * 1000) };
}

/** From 0 to `mostMs`, always the same for the same id: a restart moves nothing. */
function shareOf(id: string, mostMs: number): number {
  const lot = createHash('sha256').update(id).digest().readUInt32BE();
  return Math.floor((lot / 2 ** 32) * mostMs);
}
