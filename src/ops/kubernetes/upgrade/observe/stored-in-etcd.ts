import type { AskOptions, ClusterSurvey, Etcd } from '../../../../ports/etcd.ts';
import type { Piece } from '../../../findings/piece.ts';
import { storedTypeOf } from '../../stored-object.ts';
import type { ApiRemoval } from '../facts/api-removals.ts';
import type { StoredInEtcd } from '../observed.ts';
import { removalOf, unreadableBetween } from '../removals.ts';
import { piece, unreadable } from './read.ts';
import type { SystemPod } from './system-pods.ts';

/**
 * Objects that etcd holds in a version which no API server reads any more once the way is gone, by kind. Read are only kinds of which a version
 * becomes unreadable on the way, page by page and each as of one revision; of a value nothing is kept but its type. A kind that cannot be read, since
 * it is encrypted, is a gap. Throws Fault where etcd cannot be read at all, or does not hold what an API server writes.
 */
export async function readStoredInEtcd(
  etcd: Pick<Etcd, 'survey' | 'values' | 'count'>,
  cluster: string,
  { root, elsewhere, from, to }: Registry & { readonly from: number; readonly to: number },
  options: AskOptions,
): Promise<readonly Piece<StoredInEtcd>[]> {
  const rows = unreadableBetween(from, to);
  if (rows.length === 0) return [];
  const endpoint = endpointOf(await etcd.survey(cluster, options));
  // Else nothing found would only mean that this is another etcd.
  if ((await etcd.count(cluster, endpoint, `${root}/`, options)) === 0) {
    throw unreadable(
      `It has no key in ${root}: it may be the etcd of something else, or the API servers have another --etcd-prefix.`,
    );
  }
  const found: Piece<StoredInEtcd>[] = [];
  for (const [place, its] of Map.groupBy(rows, placeOf)) {
    const prefix = `${root}/${place}/`;
    const read = await piece(`in which versions etcd holds ${place}`, async () => {
      if (its.some((row) => elsewhere.includes(resourceOf(row)))) throw unreadable(otherEtcd);
      return usesUnder(etcd.values(cluster, endpoint, { ...options, prefix }), { prefix, to });
    });
    found.push(...('gap' in read ? [read] : read.known.map((known) => ({ known }))));
  }
  return found;
}

async function usesUnder(
  pages: ReturnType<Etcd['values']>,
  { prefix, to }: { readonly prefix: string; readonly to: number },
): Promise<readonly StoredInEtcd[]> {
  const uses = new Map<string, StoredInEtcd>();
  for await (const page of pages)
    for (const { key, value } of page) {
      const type = storedTypeOf(value);
      const example = key.slice(prefix.length);
      if (type.kind === 'encrypted') throw unreadable(`Kubernetes encrypts them (${type.by}). ${writeBack}`);
      if (type.kind === 'other')
        throw unreadable(`${example} is neither JSON nor protobuf of Kubernetes. ${writeBack}`);
      const { apiVersion, objectKind } = type;
      if ((removalOf(apiVersion, objectKind)?.unreadableIn ?? Infinity) > to) continue;
      const name = `${apiVersion} ${objectKind}`;
      const before = uses.get(name);
      uses.set(name, { apiVersion, kind: objectKind, example, ...before, count: (before?.count ?? 0) + 1 });
    }
  return [...uses.values()];
}

const otherEtcd = 'The API servers keep them in an etcd of their own (--etcd-servers-overrides): look there.';
const writeBack = 'Have the API server write all of them anew before the hop.';

/** A follower where one answers: the leader is busy enough. Its own store is read, without a quorum. */
function endpointOf({ members }: ClusterSurvey): string {
  const answering = members.flatMap(({ id, isLearner, status }) => (status && !isLearner ? [{ id, ...status }] : []));
  const [first] = answering.toSorted((a, b) => Number(a.leaderId === a.id) - Number(b.leaderId === b.id));
  if (first) return first.endpoint;
  throw unreadable('No member of etcd answers that has a vote.');
}

/** Where API servers keep their objects. */
export interface Registry {
  /** '/registry' unless they are told. */
  readonly root: string;
  /** Resources that they keep in an etcd of their own: 'apps/deployments', '/events'. */
  readonly elsewhere: readonly string[];
}

export function registryOf(pods: Piece<readonly SystemPod[]>): Registry {
  const told = (flag: string) => ('gap' in pods ? [] : pods.known.flatMap(({ flags }) => flags[flag] ?? []));
  const [prefix = 'registry'] = told('etcd-prefix');
  return {
    root: `/${prefix.replaceAll(/^\/+|\/+$/g, '')}`,
    // 'apps/deployments#https://10.0.0.1:2379;https://10.0.0.2:2379,/events#…'
    elsewhere: told('etcd-servers-overrides').flatMap((all) => all.split(',').map((one) => one.split('#')[0] ?? '')),
  };
}

/** Source: kubernetes/kubernetes pkg/kubeapiserver/default_storage_factory_builder.go. */
const special: Readonly<Record<string, string>> = {
  endpoints: 'services/endpoints',
  ingresses: 'ingress',
  nodes: 'minions',
  podsecuritypolicies: 'podsecuritypolicy',
  replicationcontrollers: 'controllers',
  services: 'services/specs',
};

const resourceOf = ({ apiVersion, resource }: Pick<ApiRemoval, 'apiVersion' | 'resource'>): string =>
  `${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''}/${resource}`;

/**
 * Where objects of a kind lie below the root: by resource, whatever its group, but for the groups of servers within the API server, which put
 * themselves in front, as custom resources do.
 */
export function placeOf({ apiVersion, resource, kind }: Pick<ApiRemoval, 'apiVersion' | 'resource' | 'kind'>): string {
  const [group = ''] = apiVersion.split('/');
  const name = resource ?? `${kind.toLowerCase()}s`;
  if (group === 'apiextensions.k8s.io' || group === 'apiregistration.k8s.io') return `${group}/${name}`;
  return special[name] ?? name;
}
