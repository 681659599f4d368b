import type { Fault } from '../../../chatops/errors.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { AskOptions, ClusterSurvey, Etcd } from '../../../ports/etcd.ts';
import type { Kubernetes, Readiness } from '../../../ports/kubernetes.ts';
import type { ServedCertificate } from '../../../ports/served-certificate.ts';
import type { Lately, Takeovers } from '../../../ports/takeovers.ts';
import { type Gap, isGap, orGap } from '../gap.ts';
import type { ApiServer } from '../leaders/identities.ts';
import { type Leaders, readLeaders } from '../leaders/read-leaders.ts';
import { minorVersion } from '../minor-version.ts';
import { type NodeLeases, readNodeBytes, readNodeLeases } from '../nodes/read-node-leases.ts';
import { etcdCertificates, parted, type SeenCertificate } from './look-at-certificates.ts';

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
  readonly certificates: readonly SeenCertificate[];
  readonly nodeLeases?: NodeLeases;
  /** Of a Node on average. */
  readonly nodeBytes?: number;
}

/** A control plane as it is now: what could not be read is a gap in it. */
export interface ControlPlane {
  readonly cluster: Cluster;
  readonly etcd?: ClusterSurvey;
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
  readonly takeovers: Takeovers;
}

/** Asks etcd and Kubernetes at once: either answers when the other does not. Throws the signal's reason. */
export async function lookAtControlPlane(
  { etcd, kubernetes, takeovers }: ControlPlanePorts,
  cluster: Cluster,
  options: AskOptions = {},
): Promise<ControlPlane> {
  const { name } = cluster;
  const [{ survey, certificates }, look, lately] = await Promise.all([
    lookAtEtcd(etcd, name, options),
    cluster.hasKubernetes ? lookAtKubernetes(kubernetes, name, options) : undefined,
    orGap('how often leaders changed hands', () => takeovers.lately(name)),
  ]);
  return {
    cluster,
    ...(isGap(survey) ? {} : { etcd: survey }),
    certificates: certificates.seen,
    ...(look === undefined || isGap(look) ? {} : { kubernetes: look }),
    ...(lately === undefined || isGap(lately) ? {} : { lately }),
    gaps: [...[survey, look, lately].filter(isGap), ...certificates.gaps, ...(look && !isGap(look) ? look.gaps : [])],
  };
}

async function lookAtEtcd(etcd: Etcd, cluster: string, options: AskOptions) {
  const survey = await orGap('how etcd is', () => etcd.survey(cluster, options));
  const certificates = await etcdCertificates(etcd, cluster, isGap(survey) ? undefined : survey, options);
  return { survey, certificates };
}

/** Whoever does not tell its version tells nothing else either, and each further question would take its time to fail. */
async function lookAtKubernetes(
  kubernetes: Kubernetes,
  cluster: string,
  options: AskOptions,
): Promise<KubernetesLook | Gap> {
  const version = await orGap('how Kubernetes is', () => kubernetes.version(cluster, options.signal));
  if (isGap(version)) return version;
  const [leaders, nodeLeases, nodeBytes] = await Promise.all([
    readLeaders(kubernetes, cluster, minorVersion(version), options),
    orGap('which nodes send heartbeats', () => readNodeLeases(kubernetes, cluster, options)),
    orGap('how large a Node is', () => readNodeBytes(kubernetes, cluster, options)),
  ]);
  const addressed = leaders.apiServers.filter(({ isAlive, address }) => isAlive && address !== undefined);
  const asked = await Promise.all(
    [undefined, ...addressed].map((server) => askServer(kubernetes, cluster, server, options)),
  );
  const certificates = parted(asked.flatMap(({ certificate }) => certificate ?? []));
  return {
    ...leaders,
    version,
    readiness: asked,
    certificates: certificates.seen,
    ...(isGap(nodeLeases) ? {} : { nodeLeases }),
    ...(isGap(nodeBytes) || nodeBytes === undefined ? {} : { nodeBytes }),
    gaps: [...leaders.gaps, ...certificates.gaps, ...[nodeLeases, nodeBytes].filter(isGap)],
  };
}

async function askServer(
  kubernetes: Kubernetes,
  cluster: string,
  server: ApiServer | undefined,
  options: AskOptions,
): Promise<AskedServer & { readonly certificate?: SeenCertificate | Gap }> {
  const of = server ? `the API server on ${server.host}` : 'the API server that answers';
  const one = { ...options, address: server?.address };
  const [said, certificate] = await Promise.all([
    orGap('whether it is ready', () => kubernetes.readiness(cluster, one)),
    orGap(`how long the certificate of ${of} is good`, () => kubernetes.certificate(cluster, one)),
  ]);
  // Why it could not be asked is told already.
  if (isGap(said)) return { server, said: said.fault, ...seenOf(of, isGap(certificate) ? undefined : certificate) };
  return { server, said, ...(isGap(certificate) ? { certificate } : seenOf(of, certificate)) };
}

const seenOf = (of: string, certificate: ServedCertificate | undefined) =>
  certificate ? { certificate: { ...certificate, of } } : {};
