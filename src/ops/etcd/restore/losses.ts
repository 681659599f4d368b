import type { AskOptions, ClusterSurvey, Etcd } from '../../../ports/etcd.ts';
import { answering } from './observation.ts';
import { resourceOf } from './resource-of.ts';

/** What a cluster has that a backup of `since` has not. */
export interface Losses {
  readonly liveRevision: bigint;
  /** Keys made since, by resource. */
  readonly made: Readonly<Record<string, number>>;
  /** Keys that were there then, and were changed since. */
  readonly changed: Readonly<Record<string, number>>;
  /** All keys there are now. */
  readonly live: Readonly<Record<string, number>>;
}

/** Whoever has applied most knows best what there is. */
export function mostAdvanced(survey: ClusterSurvey | undefined) {
  return answering(survey).toSorted((a, b) => (a.status.revision < b.status.revision ? 1 : -1))[0];
}

/**
 * Looks at every key of the most advanced member, page by page and without values: works without a quorum. Undefined where no member answers. A
 * key that was deleted and made again counts as made; what was only deleted leaves no trace: see `comingBack`. Throws what the port throws.
 */
export async function findLosses(
  etcd: Etcd,
  cluster: string,
  survey: ClusterSurvey | undefined,
  since: bigint,
  options: AskOptions,
): Promise<Losses | undefined> {
  const member = mostAdvanced(survey);
  if (!member) return undefined;
  const [made, changed, live] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  for await (const page of etcd.keys(cluster, member.status.endpoint, options)) {
    for (const { key, createRevision, modRevision } of page) {
      const resource = resourceOf(key);
      add(live, resource);
      if (createRevision > since) add(made, resource);
      else if (modRevision > since) add(changed, resource);
    }
  }
  return {
    liveRevision: member.status.revision,
    made: Object.fromEntries(made),
    changed: Object.fromEntries(changed),
    live: Object.fromEntries(live),
  };
}

function add(counts: Map<string, number>, resource: string): void {
  counts.set(resource, (counts.get(resource) ?? 0) + 1);
}

/**
 * Keys of the backup that are deleted now, by resource: those it had, less those that are left of them. They come back, and controllers act on
 * them: pods start, volumes are claimed.
 */
export function comingBack(
  { live, made }: Pick<Losses, 'live' | 'made'>,
  backedUp: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(backedUp).flatMap(([resource, count]) => {
      const left = (live[resource] ?? 0) - (made[resource] ?? 0);
      return count > left ? [[resource, count - left] as const] : [];
    }),
  );
}

const mostResources = 8;

/** '12 pods, 3 configmaps and 4 more kinds'; undefined where there are none. */
export function resourcesInWords(counts: Readonly<Record<string, number>>): string | undefined {
  const sorted = Object.entries(counts).toSorted(([a, most], [b, least]) => least - most || (a < b ? -1 : 1));
  if (sorted.length === 0) return undefined;
  const named = sorted.slice(0, mostResources).map(([resource, count]) => `${count} ${resource}`);
  const more = sorted.length - mostResources;
  return more > 0 ? `${named.join(', ')} and ${more} more kinds` : named.join(', ');
}

export const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
