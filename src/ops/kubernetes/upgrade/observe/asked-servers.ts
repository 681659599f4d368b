import { counted } from '../../../../chatops/format.ts';
import type { Piece } from '../../../findings/piece.ts';
import { type ApiServer, apiServerOf, isIdentity, onlyIdentities } from '../../leaders/identities.ts';
import { leadersPath } from '../../paths.ts';
import type { CallsOfServer } from '../observed.ts';
import { readCalls } from './deprecated-calls.ts';
import { type Looking, piece } from './read.ts';
import { readSystemPods, type SystemPod } from './system-pods.ts';

/** What tells which API servers there are, and where each is reached. */
export interface ApiServers {
  /** Those that are pods. */
  readonly pods: Piece<readonly SystemPod[]>;
  /** Those that renew an identity Lease; none before 1.26. */
  readonly alive: Piece<readonly ApiServer[]>;
}

export async function readApiServers(looking: Looking): Promise<ApiServers> {
  const pods = await piece('the pods of API servers', () => readSystemPods(looking, 'component=kube-apiserver'));
  return {
    pods: 'gap' in pods ? pods : { known: pods.known.filter(({ component }) => component === 'kube-apiserver') },
    alive: await piece('which API servers there are', () => readIdentities(looking)),
  };
}

async function readIdentities({ kubernetes, cluster, options }: Looking): Promise<readonly ApiServer[]> {
  const found: ApiServer[] = [];
  const listing = { path: leadersPath, labelSelector: onlyIdentities };
  for await (const { items, at } of kubernetes.list(cluster, listing, options))
    found.push(...items.filter(isIdentity).map((item) => apiServerOf(item, at)));
  return found.filter(({ isAlive }) => isAlive);
}

export interface Server {
  readonly name: string;
  readonly address: string | undefined;
}

/**
 * Deprecated calls that each API server counted: each at its own address, since it tells of itself alone. One whose address nobody tells, or where
 * the worker gets no answer, is a gap. Where none of several answers, as behind a load balancer, the one that the kubeconfig leads to is asked: what
 * it counted is evidence all the same.
 */
export async function readCallsOfAll(
  looking: Looking,
  { pods, alive }: ApiServers,
): Promise<Piece<readonly CallsOfServer[]>> {
  if ('gap' in pods && 'gap' in alive) return alive;
  const servers = serversOf({ pods, alive });
  const ask = (name: string, address?: string) =>
    readCalls(name, () => looking.kubernetes.text(looking.cluster, '/metrics', { ...looking.options, address }));
  const [only] = servers;
  const others = unnamed({ pods, alive }, servers);
  if (only && servers.length === 1 && others.length === 0) return { known: [await ask(only.name)] };
  // At once: they are different processes, and one that is away takes its time to fail.
  const calls = await Promise.all(
    servers.map(({ name, address }) => (address === undefined ? unreached(name) : ask(name, address))),
  );
  calls.push(...others);
  if (calls.some((one) => 'known' in one.calls)) return { known: calls };
  const main = await ask('whichever the kubeconfig leads to');
  // Where nothing names API servers there may be more of them than this one.
  return { known: [main, ...(calls.length > 0 ? calls : [unreached('any other host')])] };
}

const unreached = (server: string): CallsOfServer => ({
  server,
  calls: {
    gap: {
      what: `the metrics of the API server on ${server}`,
      needs:
        'Neither its pod nor its identity Lease tells its address: look for apiserver_requested_deprecated_apis at its own /metrics.',
    },
  },
});

/** More renew a Lease than are pods: a kubelet that is away does not stop the API server beside it. */
function unnamed({ alive }: ApiServers, servers: readonly Server[]): readonly CallsOfServer[] {
  const more = 'gap' in alive ? 0 : alive.known.length - servers.length;
  return more > 0 ? [unreached(`${counted(more, 'host')} more, where it is no pod`)] : [];
}

/** By their pods where they are pods, else by their Leases: hosts may be called otherwise than nodes, so the two are not added up. */
export function serversOf(seen: ApiServers): readonly Server[] {
  const pods = 'gap' in seen.pods ? [] : seen.pods.known;
  const alive = 'gap' in seen.alive ? [] : seen.alive.known;
  const addressOf = (host: string) => alive.find((one) => one.host === host)?.address;
  if (pods.length === 0) return alive.map(({ host, address }) => ({ name: host, address }));
  return pods.map(({ node, name, address }) => ({ name: node ?? name, address: address ?? addressOf(node ?? name) }));
}
