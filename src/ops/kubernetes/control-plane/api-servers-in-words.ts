import { Fault } from '../../../chatops/errors.ts';
import { bytesInWords, counted, durationInWords, firstFew, listInWords } from '../../../chatops/format.ts';
import type { Fact } from '../../../chatops/report.ts';
import type { Finding } from './finding.ts';
import { loadFacts, loadFindings } from './load-in-words.ts';
import type { AskedServer } from './look-at-api-servers.ts';
import type { KubernetesLook } from './look-at-control-plane.ts';

/** Version and API servers, and how nodes say that they are alive. */
export function kubernetesFacts(look: KubernetesLook): readonly Fact[] {
  const { apiServers = [], version, nodeLeases, nodeBytes } = look;
  const none = look.apiServers ? 'none tells of itself by a Lease' : 'which API servers there are is not known';
  const alive = apiServers.filter(({ isAlive }) => isAlive);
  const silent = apiServers
    .filter(({ isAlive }) => !isAlive)
    .map(({ host, ageMs }) => `${host}${ageMs === undefined ? '' : ` for ${durationInWords(ageMs)}`}`);
  const hosts = alive.length === 0 ? '' : `: ${listInWords(alive.map(({ host }) => host))}`;
  const count =
    apiServers.length === 0 ? none : `${alive.length} of ${counted(apiServers.length, 'API server')} alive${hosts}`;
  return [
    { label: 'Kubernetes', value: `${version}; ${count}`, onCard: true },
    ...(silent.length > 0 ? [{ label: 'No sign of life', value: listInWords(silent) }] : []),
    ...readinessFacts(look.readiness),
    ...loadFacts(look.loads),
    ...(nodeLeases ? [{ label: 'Heartbeats', value: heartbeats(nodeLeases, nodeBytes) }] : []),
  ];
}

/** Those that are ready in one line: what matters is who is not. */
function readinessFacts(asked: readonly AskedServer[]): readonly Fact[] {
  const [ready, others] = [asked.filter(isReady), asked.filter((one) => !isReady(one))];
  const named = ready.flatMap(({ server }) => server?.host ?? []);
  const hosts = [...named, ...(ready.length > named.length ? ['the API server that answers'] : [])];
  return [...(hosts.length === 0 ? [] : [{ label: 'Ready', value: listInWords(hosts) }]), ...others.map(unreadyFact)];
}

const isReady = ({ said }: AskedServer): boolean => !(said instanceof Fault) && said.isReady;

function unreadyFact({ server, said }: AskedServer): Fact {
  const label = server ? `API server ${server.host}` : 'API server';
  if (said instanceof Fault) return { label, value: `could not be asked: ${said.message}` };
  return { label, value: `not ready: ${said.failing.join(', ')}` };
}

function heartbeats({ count, silent, leaseBytes }: NonNullable<KubernetesLook['nodeLeases']>, nodeBytes?: number) {
  if (count === 0 || leaseBytes === undefined) return 'nodes have no Leases: each heartbeat writes a whole Node';
  const instead = nodeBytes === undefined ? '' : `, where a Node is ${bytesInWords(nodeBytes)}`;
  const missed = silent.length === 0 ? '' : `; none lately from ${firstFew(silent)}`;
  return `${counted(count, 'node')} renew Leases of ${bytesInWords(leaseBytes)}${instead}${missed}`;
}

/** The worst first. */
export function kubernetesFindings({
  readiness,
  apiServers = [],
  nodeLeases,
  loads,
}: KubernetesLook): readonly Finding[] {
  return [
    ...readiness.flatMap(unready),
    ...apiServers
      .filter(({ isAlive }) => !isAlive)
      .map(({ host }) => ({
        what: `the API server on ${host} shows no sign of life`,
        isBad: false,
        next: 'Look whether it runs. The Lease of one that was taken away is gone after an hour.',
      })),
    ...(nodeLeases && nodeLeases.silent.length > 0
      ? [
          {
            what: 'not all nodes send heartbeats',
            isBad: false,
            next: 'Look at their kubelets, and the way to the API server.',
          },
        ]
      : []),
    ...loadFindings(loads),
  ];
}

function unready({ server, said }: AskedServer): readonly Finding[] {
  if (said instanceof Fault || said.isReady) return [];
  const which = server ? `the API server on ${server.host}` : 'the API server that answers';
  return [{ what: `${which} is not ready`, isBad: true, next: 'Look at its log, and at etcd behind it.' }];
}
