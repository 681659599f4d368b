import type { Cluster } from '../../../ports/catalogue.ts';
import type { AskOptions, Etcd } from '../../../ports/etcd.ts';
import type { Informer } from '../../../ports/informer.ts';
import type { Kubernetes } from '../../../ports/kubernetes.ts';
import type { Lately, Takeovers } from '../../../ports/takeovers.ts';
import { type Gap, isGap, orGap } from '../gap.ts';
import { type Leaders, readLeaders } from '../leaders/read-leaders.ts';
import { type NodeLeases, readNodeBytes, readNodeLeases } from '../nodes/read-node-leases.ts';
import { releaseOf } from '../release.ts';
import type { SeenEtcd } from './etcd-in-words.ts';
import { type ApiServersLook, lookAtApiServers } from './look-at-api-servers.ts';
import { etcdCertificates, type SeenCertificate } from './look-at-certificates.ts';

/** What Kubernetes says of its control plane. */
export interface KubernetesLook extends Leaders, ApiServersLook {
  readonly version: string;
  readonly nodeLeases?: NodeLeases;
  /** Of a Node on average. */
  readonly nodeBytes?: number;
}

/** A control plane as it is now: what could not be read is a gap in it. */
export interface ControlPlane {
  readonly cluster: Cluster;
  readonly etcd?: SeenEtcd;
  /** Of members of etcd. */
  readonly certificates: readonly SeenCertificate[];
  /** Absent too where the cluster has no kubeconfig. */
  readonly kubernetes?: KubernetesLook;
  /** Absent where nobody watches. */
  readonly lately?: Lately;
  readonly gaps: readonly Gap[];
}

export interface ControlPlanePorts {
  readonly etcd: Etcd;
  readonly kubernetes: Kubernetes;
  readonly informer: Pick<Informer, 'list'>;
  readonly takeovers: Takeovers;
}

/** Asks etcd and Kubernetes at once: either answers when the other does not. Throws the signal's reason. */
export async function lookAtControlPlane(
  { etcd, takeovers, ...api }: ControlPlanePorts,
  cluster: Cluster,
  options: AskOptions = {},
): Promise<ControlPlane> {
  const { name } = cluster;
  const [{ survey, vitals, certificates }, look, lately] = await Promise.all([
    lookAtEtcd(etcd, name, options),
    cluster.hasKubernetes ? lookAtKubernetes(api, name, options) : undefined,
    orGap('how often leaders changed hands', () => takeovers.lately(name)),
  ]);
  return {
    cluster,
    ...(isGap(survey) ? {} : { etcd: { survey, vitals } }),
    certificates: certificates.seen,
    ...(look === undefined || isGap(look) ? {} : { kubernetes: look }),
    ...(lately === undefined || isGap(lately) ? {} : { lately }),
    // Who leads first.
    gaps: [
      ...[survey, look].filter(isGap),
      ...(look && !isGap(look) ? look.gaps : []),
      ...[lately].filter(isGap),
      ...certificates.gaps,
    ],
  };
}

async function lookAtEtcd(etcd: Etcd, cluster: string, options: AskOptions) {
  const survey = await orGap('how etcd is', () => etcd.survey(cluster, options));
  const known = isGap(survey) ? undefined : survey;
  const endpoints = known?.members.flatMap(({ status }) => status?.endpoint ?? []) ?? [];
  const [certificates, vitals] = await Promise.all([
    etcdCertificates(etcd, cluster, known, options),
    known ? etcd.vitals(cluster, endpoints, options) : [],
  ]);
  return { survey, vitals, certificates };
}

/** Whoever does not tell its version tells nothing else either, and each further question would take its time to fail. */
async function lookAtKubernetes(
  { kubernetes, informer }: Pick<ControlPlanePorts, 'kubernetes' | 'informer'>,
  cluster: string,
  options: AskOptions,
): Promise<KubernetesLook | Gap> {
  const version = await orGap('how Kubernetes is', () => kubernetes.version(cluster, options.signal));
  if (isGap(version)) return version;
  const [leaders, nodeLeases, nodeBytes] = await Promise.all([
    readLeaders(informer, cluster, releaseOf(version)?.minor, options),
    orGap('which nodes send heartbeats', () => readNodeLeases(kubernetes, cluster, options)),
    orGap('how large a Node is', () => readNodeBytes(kubernetes, cluster, options)),
  ]);
  const servers = await lookAtApiServers(kubernetes, cluster, leaders.apiServers ?? [], options);
  return {
    ...leaders,
    ...servers,
    version,
    ...(isGap(nodeLeases) ? {} : { nodeLeases }),
    ...(isGap(nodeBytes) || nodeBytes === undefined ? {} : { nodeBytes }),
    gaps: [...leaders.gaps, ...servers.gaps, ...[nodeLeases, nodeBytes].filter(isGap)],
  };
}
