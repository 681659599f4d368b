import { z } from 'zod';
import { Fault } from '../../chatops/errors.ts';
import { durationInWords } from '../../chatops/format.ts';

export interface KubernetesAccess {
  /** Path of a kubeconfig file. */
  readonly kubeconfig: string;
  readonly context?: string | undefined;
}

/** An answer of an API server, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** When it answered, by its own clock, to the second. */
  readonly at: Date;
}

/** A question to the API server of a cluster. */
export interface Question {
  readonly cluster: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly accept?: string;
  readonly signal?: AbortSignal | undefined;
  /** 30 s unless told. */
  readonly timeLimitMs?: number;
}

/** The client has no time limit of its own, and with etcd frozen an API server answers nothing for half a minute. */
const usualLimitMs = 30_000;

/** Loading it costs 127 MB, so only a cluster that is asked for it pays. */
const client = () => import('@kubernetes/client-node');

/**
 * Asks once, with the credentials of the kubeconfig. Throws Fault KUBERNETES_UNREACHABLE or KUBERNETES_TIMEOUT, both retryable, and the signal's
 * reason when aborted.
 */
export async function ask(access: KubernetesAccess, question: Question): Promise<Answer> {
  const { cluster, path, query = {}, accept = 'application/json', signal, timeLimitMs = usualLimitMs } = question;
  const { KubeConfig, RequestContext, IsomorphicFetchHttpLibrary } = await client();
  const limit = AbortSignal.timeout(timeLimitMs);
  try {
    const config = new KubeConfig();
    config.loadFromFile(access.kubeconfig);
    if (access.context) config.setCurrentContext(access.context);
    const server = config.getCurrentCluster()?.server;
    if (server === undefined) throw noServer(cluster, access);
    const request = new RequestContext(`${server.replace(/\/$/, '')}${path}`, 'GET');
    for (const [name, value] of Object.entries(query)) if (value !== undefined) request.setQueryParam(name, value);
    request.setHeaderParam('Accept', accept);
    request.setSignal(AbortSignal.any([limit, ...(signal ? [signal] : [])]));
    await config.applySecurityAuthentication(request);
    const { httpStatusCode, headers, body } = await new IsomorphicFetchHttpLibrary().send(request).toPromise();
    const date = Date.parse(headers.date ?? '');
    return { status: httpStatusCode, text: await body.text(), at: new Date(Number.isNaN(date) ? Date.now() : date) };
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof Fault) throw cause;
    throw limit.aborted ? tooLate(question, timeLimitMs, cause) : unreachable(cluster, cause);
  }
}

const Status = z.object({ message: z.string(), reason: z.string().optional() });

/** Why an answer is none: what the API server says, and what right is missing where it is one. */
export function faultOf({ cluster, path }: Pick<Question, 'cluster' | 'path'>, { status, text }: Answer): Fault {
  const said = statusIn(text)?.message ?? text.trim().slice(0, 300);
  const about = { port: 'kubernetes', operation: 'read' } as const;
  const of = `The API server of ${cluster}`;
  switch (status) {
    case 401:
      return new Fault(`${of} does not know who asks (401).`, {
        ...{ ...about, code: 'KUBERNETES_UNAUTHORIZED', retryable: false },
        next: 'Renew the credentials in its kubeconfig.',
      });
    case 403:
      return new Fault(`${of} refuses: ${said}.`, {
        ...{ ...about, code: 'KUBERNETES_FORBIDDEN', retryable: false },
        next: 'Grant that right: deploy/kubernetes/rbac.yaml names all that Salvor reads.',
      });
    case 404:
      return new Fault(`${of} has no ${path}: ${said}`, { ...about, code: 'KUBERNETES_ABSENT', retryable: false });
    case 410:
      return new Fault(`${of} has forgotten where the list began: ${said}`, {
        ...{ ...about, code: 'KUBERNETES_EXPIRED', retryable: true },
      });
    default:
      return new Fault(`${of} answers ${status} to ${path}: ${said}`, {
        ...{ ...about, code: 'KUBERNETES_ANSWER', retryable: status === 429 || status >= 500 },
      });
  }
}

function statusIn(text: string): z.infer<typeof Status> | undefined {
  try {
    return Status.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function noServer(cluster: string, { kubeconfig, context }: KubernetesAccess): Fault {
  const which = context === undefined ? 'its current context' : `context ${context}`;
  return new Fault(`The kubeconfig of ${cluster}, ${kubeconfig}, names no server for ${which}.`, {
    ...{ port: 'kubernetes', operation: 'read', code: 'KUBERNETES_CONFIG', retryable: false },
    next: 'Correct it, or name a context of it in salvor.yaml.',
  });
}

const unreachable = (cluster: string, cause: unknown): Fault =>
  new Fault(`The API server of ${cluster} cannot be reached: ${wordsOf(cause)}.`, {
    ...{ port: 'kubernetes', operation: 'read', code: 'KUBERNETES_UNREACHABLE', retryable: true, cause },
    next: 'Look whether it runs, and whether this worker may reach it.',
  });

const tooLate = ({ cluster, path }: Question, timeLimitMs: number, cause: unknown): Fault =>
  new Fault(`The API server of ${cluster} did not answer ${path} within ${durationInWords(timeLimitMs)}.`, {
    ...{ port: 'kubernetes', operation: 'read', code: 'KUBERNETES_TIMEOUT', retryable: true, cause },
    next: 'Look at its log, and at etcd behind it.',
  });

/** The client says only that there was an error, and keeps which one to itself. */
export function wordsOf(error: unknown): string {
  const first = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return first instanceof Error ? first.message : String(first);
}
