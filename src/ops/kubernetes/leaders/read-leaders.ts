import type { AskOptions } from '../../../ports/etcd.ts';
import type { Informer } from '../../../ports/informer.ts';
import { type Gap, isGap, orGap } from '../gap.ts';
import { annotatedPaths, leadersPath } from '../paths.ts';
import { annotatedNames, components } from './election-facts.ts';
import { type ApiServer, apiServerOf, isIdentity } from './identities.ts';
import { judgeLeader, type Leadership, type SeenLock } from './judge-leader.ts';
import { annotationIn, lockOfLease } from './lock.ts';
import { type Candidate, readCandidates } from './read-candidates.ts';

/** Who leads what, and which API servers there are. */
export interface Leaders {
  /** Of components that every cluster has, and of those found; undefined where nothing could be read. */
  readonly leaderships?: readonly Leadership[];
  /** By host; none where Kubernetes is older than 1.26, or does not tell; undefined where Leases could not be read. */
  readonly apiServers?: readonly ApiServer[];
  readonly candidates: readonly Candidate[];
  readonly gaps: readonly Gap[];
}

/**
 * Reads Leases and annotations at once, as they are watched or by lists, and judges them. What could not be read is a gap; throws the signal's reason.
 */
export async function readLeaders(
  informer: Pick<Informer, 'list'>,
  cluster: string,
  minor: number | undefined,
  options: AskOptions = {},
): Promise<Leaders> {
  const [leases, ...records] = await Promise.all([
    orGap('who leads by Lease, and which API servers there are', () => readLeases(informer, cluster, options)),
    ...annotatedPaths.map(([kind, path]) =>
      orGap(`who leads by the annotation on a ${kind}`, () => readAnnotated(informer, cluster, kind, path, options)),
    ),
  ]);
  const seen = [...(isGap(leases) ? [] : leases.locks), ...records.flatMap((one) => (isGap(one) ? [] : one))];
  const isCoordinated = seen.some(({ lock }) => lock.strategy !== undefined);
  const candidates = isCoordinated
    ? await orGap('who may lead next', () => readCandidates(informer, cluster, options))
    : [];
  // Without Leases, that nothing was found says nothing; what was found in annotations still does.
  const judged = components
    .map((component) => judgeLeader(component, seen, minor))
    .filter(({ state, isExpected }) => state !== 'absent' || (isExpected && !isGap(leases)));
  return {
    ...(isGap(leases) && judged.length === 0 ? {} : { leaderships: judged }),
    ...(isGap(leases) ? {} : { apiServers: leases.apiServers }),
    candidates: isGap(candidates) ? [] : candidates,
    gaps: [leases, ...records, candidates].filter(isGap),
  };
}

async function readLeases(informer: Pick<Informer, 'list'>, cluster: string, options: AskOptions) {
  const locks: SeenLock[] = [];
  const apiServers: ApiServer[] = [];
  for await (const { items, at } of informer.list(cluster, { path: leadersPath }, options)) {
    for (const item of items) {
      if (isIdentity(item)) apiServers.push(apiServerOf(item, at));
      else locks.push({ lock: lockOfLease(item), at });
    }
  }
  return { locks, apiServers: apiServers.toSorted((a, b) => a.host.localeCompare(b.host, 'en', { numeric: true })) };
}

async function readAnnotated(
  informer: Pick<Informer, 'list'>,
  cluster: string,
  kind: 'Endpoints' | 'ConfigMap',
  path: string,
  options: AskOptions,
): Promise<readonly SeenLock[]> {
  const each = annotatedNames.map(async (name) => {
    const listing = { path, fieldSelector: `metadata.name=${name}` };
    const pages = await Array.fromAsync(informer.list(cluster, listing, options));
    return pages.flatMap(({ items, at }) =>
      items.flatMap((item) => {
        const lock = annotationIn(kind, item);
        return lock ? [{ lock, at }] : [];
      }),
    );
  });
  return (await Promise.all(each)).flat();
}
