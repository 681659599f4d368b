import { isIP } from 'node:net';
import type { KubeConfig, ResponseBody } from '@kubernetes/client-node';
import { Fault } from '../../chatops/errors.ts';
import type { KubernetesAccess, Question } from './ask.ts';
import type { ConnectionRest, Dispatcher } from './connections.ts';

/** An answer that has begun. */
export interface Opened {
  readonly status: number;
  /** By the API server's clock, to the second. */
  readonly at: Date;
  readonly body: ResponseBody;
}

/** Loading it costs 127 MB, so only a cluster that is asked for it pays. */
export const client = () => import('@kubernetes/client-node');

/**
 * Asks with the credentials of the kubeconfig, and answers as soon as the headers are there. Throws what the client throws, and Fault.
 * A kept connection may be closed in the moment in which it is asked over: then asks again, over one of its own.
 */
export async function open(access: KubernetesAccess, question: Question, signal: AbortSignal): Promise<Opened> {
  const { connections, ...alone } = access;
  try {
    return await openOnce(access, question, signal);
  } catch (cause) {
    if (!connections || signal.aborted || !isHungUp(cause)) throw cause;
    return openOnce(alone, question, signal);
  }
}

/** fetch hides why. Source: undici's errors, and those of sockets in Node. */
const isHungUp = (error: unknown): boolean =>
  error instanceof Error &&
  (('code' in error && /^(UND_ERR_SOCKET|ECONNRESET|EPIPE)$/.test(String(error.code))) || isHungUp(error.cause));

async function openOnce(access: KubernetesAccess, question: Question, signal: AbortSignal): Promise<Opened> {
  const { path, query = {}, accept = 'application/json', lastBytes } = question;
  const { RequestContext, IsomorphicFetchHttpLibrary } = await client();
  const { config, server } = await configFor(access, question);
  const request = new RequestContext(`${server.server.replace(/\/$/, '')}${path}`, 'GET');
  for (const [name, value] of Object.entries(query)) if (value !== undefined) request.setQueryParam(name, value);
  request.setHeaderParam('Accept', accept);
  if (lastBytes !== undefined) request.setHeaderParam('Range', `bytes=-${lastBytes}`);
  request.setSignal(signal);
  const rest = connectionRest(config);
  await untilAborted(config.applySecurityAuthentication(request), signal);
  access.connections?.share(request, server.server, rest());
  const dispatcher = staying(request.getDispatcher(), new URL(server.server).origin);
  if (dispatcher) request.setDispatcher(dispatcher);
  const { httpStatusCode, headers, body } = await new IsomorphicFetchHttpLibrary().send(request).toPromise();
  const date = Date.parse(headers.date ?? '');
  return { status: httpStatusCode, body, at: new Date(Number.isNaN(date) ? Date.now() : date) };
}

/** The client waits without end for a program that a kubeconfig has it ask for credentials. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, aborted]);
}

/** The client follows redirects, and what answers behind an API server, such as a kubelet, may send one to wherever this worker reaches. */
const staying = (dispatcher: Dispatcher, origin: string): Dispatcher =>
  dispatcher?.compose((dispatch) => (options, handler) => {
    if (String(options.origin) !== origin) throw new Error(`it leads elsewhere, to ${options.origin}`);
    return dispatch(options, handler);
  });

/** What the connection rests on once the credentials are applied: a plugin may have told them. */
function connectionRest(config: KubeConfig): () => ConnectionRest {
  let rest: ConnectionRest = { type: 'none' };
  const optionsOf = config.createDispatcherOptions.bind(config);
  config.createDispatcherOptions = (...what) => {
    rest = optionsOf(...what);
    // Over HTTP/2 all questions would share one connection, and where that is lost without a word none is answered.
    if (rest.type === 'agent') rest = { ...rest, connect: { ...rest.connect, ...{ allowH2: false } } };
    return rest;
  };
  return () => rest;
}

export type Server = NonNullable<ReturnType<KubeConfig['getCurrentCluster']>>;

/** The kubeconfig, and the server that it leads to: the one at `address` where one is told. */
export async function configFor(
  access: KubernetesAccess,
  { cluster, address }: Pick<Question, 'cluster' | 'address'>,
): Promise<{ readonly config: KubeConfig; readonly server: Server }> {
  const { KubeConfig } = await client();
  const config = new KubeConfig();
  config.loadFromFile(access.kubeconfig);
  if (access.context) config.setCurrentContext(access.context);
  const found = config.getCurrentCluster();
  if (!found) throw noServer(cluster, access);
  if (address === undefined) return { config, server: found };
  const server = { ...found, ...directly(cluster, found, address) };
  config.clusters = config.clusters.map((one) => (one === found ? server : one));
  return { config, server };
}

/** The cluster told the address: credentials go there only if what answers has the cluster's own certificate. */
function directly(cluster: string, { server, skipTLSVerify, tlsServerName }: Server, address: string) {
  const known = URL.parse(server);
  if (known?.protocol !== 'https:' || skipTLSVerify) {
    throw new Fault(
      `The API server at ${address} is not asked: the kubeconfig of ${cluster} verifies no certificates.`,
      {
        ...{ port: 'kubernetes', operation: 'read', code: 'KUBERNETES_CONFIG', retryable: false },
        next: 'Give the kubeconfig the authority of its API servers.',
      },
    );
  }
  // All of them have the name that people use in their certificates; of an address not all have.
  const name = tlsServerName ?? (isIP(known.hostname) === 0 ? known.hostname : undefined);
  return { server: `https://${address}`, ...(name === undefined ? {} : { tlsServerName: name }) };
}

function noServer(cluster: string, { kubeconfig, context }: KubernetesAccess): Fault {
  const which = context === undefined ? 'its current context' : `context ${context}`;
  return new Fault(`The kubeconfig of ${cluster}, ${kubeconfig}, names no server for ${which}.`, {
    ...{ port: 'kubernetes', operation: 'read', code: 'KUBERNETES_CONFIG', retryable: false },
    next: 'Correct it, or name a context of it in salvor.yaml.',
  });
}
