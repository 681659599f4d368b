import type { Fault } from '../../../chatops/errors.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { AskOptions, ClusterSurvey, Etcd } from '../../../ports/etcd.ts';
import type { Kubernetes, Readiness } from '../../../ports/kubernetes.ts';
import type { Lately, Takeovers } from '../../../ports/takeovers.ts';
import { type Gap, isGap, orGap } from '../gap.ts';
import type { ApiServer } from '../leaders/identities.ts';
import { type Leaders, readLeaders } from '../leaders/read-leaders.ts';
import { minorVersion } from '../minor-version.ts';
import { type NodeLeases, readNodeBytes, readNodeLeases } from '../nodes/read-node-leases.ts';

/** An API server that was asked whether it is ready, or why it could not be. */
export interface AskedServer {
  /** Undefined of the one that the kubeconfig leads to, which may be any of them. */
  readonly server: ApiServer | undefined;
  readonly said: Readiness | Fault;
}

/** What Kubernetes says of its control plane. */
export interface KubernetesLook extends Leaders {
  readonly version: string;
  readonly readiness: readonly AskedServer[];
  readonly nodeLeases?: NodeLeases;
  /** Of a Node on average. */
  readonly nodeBytes?: number;
}

/** A control plane as it is now: what could not be read is a gap in it. */
export interface ControlPlane {
  readonly cluster: Cluster;
  readonly etcd?: ClusterSurvey;
  /** Absent too where the cluster has no kubeconfig. */
  readonly kubernetes?: KubernetesLook;
  /** Absent where nobody watches. */
  readonly lately?: Lately;
  readonly gaps: readonly Gap[];
}

export interface ControlPlanePorts {
  readonly etcd: Etcd;
  readonly kubernetes: Kubernetes;
  readonly takeovers: Takeovers;
}

/** Asks etcd and Kubernetes at once: either answers when the other does not. Throws the signal's reason. */
export async function lookAtControlPlane(
  { etcd, kubernetes, takeovers }: ControlPlanePorts,
  cluster: Cluster,
  options: AskOptions = {},
): Promise<ControlPlane> {
  const { name } = cluster;
  const [survey, look, lately] = await Promise.all([
    orGap('how etcd is', () => etcd.survey(name, options)),
    cluster.hasKubernetes ? lookAtKubernetes(kubernetes, name, options) : undefined,
    orGap('how often leaders changed hands', () => takeovers.lately(name)),
  ]);
  return {
    cluster,
    ...(isGap(survey) ? {} : { etcd: survey }),
    ...(look === undefined || isGap(look) ? {} : { kubernetes: look }),
    ...(lately === undefined || isGap(lately) ? {} : { lately }),
    gaps: [...[survey, look, lately].filter(isGap), ...(look && !isGap(look) ? look.gaps : [])],
  };
}

/** Whoever does not tell its version tells nothing else either, and each further question would take its time to fail. */
async function lookAtKubernetes(
  kubernetes: Kubernetes,
  cluster: string,
  options: AskOptions,
): Promise<KubernetesLook | Gap> {
  const version = await orGap('how Kubernetes is', () => kubernetes.version(cluster, options.signal));
  if (isGap(version)) return version;
  const [leaders, main, nodeLeases, nodeBytes] = await Promise.all([
    readLeaders(kubernetes, cluster, minorVersion(version), options),
    askReady(kubernetes, cluster, undefined, options),
    orGap('which nodes send heartbeats', () => readNodeLeases(kubernetes, cluster, options)),
    orGap('how large a Node is', () => readNodeBytes(kubernetes, cluster, options)),
  ]);
  const each = leaders.apiServers
    .filter(({ isAlive, address }) => isAlive && address !== undefined)
    .map((server) => askReady(kubernetes, cluster, server, options));
  return {
    ...leaders,
    version,
    readiness: [main, ...(await Promise.all(each))],
    ...(isGap(nodeLeases) ? {} : { nodeLeases }),
    ...(isGap(nodeBytes) || nodeBytes === undefined ? {} : { nodeBytes }),
    gaps: [...leaders.gaps, ...[nodeLeases, nodeBytes].filter(isGap)],
  };
}

async function askReady(
  kubernetes: Kubernetes,
  cluster: string,
  server: ApiServer | undefined,
  options: AskOptions,
): Promise<AskedServer> {
  const said = await orGap('whether it is ready', () =>
    kubernetes.readiness(cluster, { ...options, address: server?.address }),
  );
  return { server, said: isGap(said) ? said.fault : said };
}
