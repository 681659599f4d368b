import { Fault } from '../../../chatops/errors.ts';
import type { AskOptions } from '../../../ports/etcd.ts';
import type { Kubernetes, Readiness, ServerLoad } from '../../../ports/kubernetes.ts';
import type { ServedCertificate } from '../../../ports/served-certificate.ts';
import { type Gap, isGap, orGap } from '../gap.ts';
import type { ApiServer } from '../leaders/identities.ts';
import type { SeenLoad } from './load-in-words.ts';
import { parted, type SeenCertificate } from './look-at-certificates.ts';

/** An API server that was asked whether it is ready, or why it could not be. */
export interface AskedServer {
  /** Undefined of the one that the kubeconfig leads to, which may be any of them. */
  readonly server: ApiServer | undefined;
  readonly said: Readiness | Fault;
}

export interface ApiServersLook {
  readonly readiness: readonly AskedServer[];
  readonly certificates: readonly SeenCertificate[];
  readonly loads: readonly SeenLoad[];
  readonly gaps: readonly Gap[];
}

/** Asks the one that the kubeconfig leads to, and all that are alive and tell their address. */
export async function lookAtApiServers(
  kubernetes: Kubernetes,
  cluster: string,
  apiServers: readonly ApiServer[],
  options: AskOptions,
): Promise<ApiServersLook> {
  const alive = apiServers.filter(({ isAlive }) => isAlive);
  const addressed = alive.filter(({ address }) => address !== undefined);
  // Behind an address of all, two scrapes may be of two of them: of no use, unless there is but one.
  const only = alive.length === 1 ? alive : [];
  const [asked, loads] = await Promise.all([
    Promise.all([undefined, ...addressed].map((server) => askServer(kubernetes, cluster, server, options))),
    Promise.all(
      alive.map(async (server): Promise<SeenLoad> => {
        if (server.address === undefined && !only.includes(server)) return { host: server.host, load: 'no address' };
        return { host: server.host, load: await askLoad(kubernetes, cluster, server, options) };
      }),
    ),
  ]);
  const silent = asked.flatMap(({ server, said }) => (said instanceof Fault ? [server?.host] : []));
  const certificates = parted(asked.flatMap(({ certificate }) => certificate ?? []));
  const faults = loads.flatMap(({ host, load }) => (load instanceof Fault && !silent.includes(host) ? [load] : []));
  const refusal = faults.find(({ retryable }) => !retryable);
  return {
    readiness: asked,
    certificates: certificates.seen,
    loads: loads.map(({ host, load }) =>
      load instanceof Fault && silent.includes(host) ? { host, load: 'silent' } : { host, load },
    ),
    gaps: [...certificates.gaps, ...(refusal ? [{ what: 'how loaded the API servers are', fault: refusal }] : [])],
  };
}

async function askLoad(
  kubernetes: Kubernetes,
  cluster: string,
  { address }: ApiServer,
  options: AskOptions,
): Promise<ServerLoad | Fault> {
  const load = await orGap('how loaded it is', () => kubernetes.load(cluster, { ...options, address }));
  return isGap(load) ? load.fault : load;
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
