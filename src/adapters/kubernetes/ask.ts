import { z } from 'zod';
import { Fault } from '../../chatops/errors.ts';
import { durationInWords } from '../../chatops/format.ts';
import { textOf } from './body.ts';
import type { Connections } from './connections.ts';
import { client, open } from './open.ts';
import { roleFor } from './roles.ts';

export interface KubernetesAccess {
  /** Path of a kubeconfig file. */
  readonly kubeconfig: string;
  readonly context?: string | undefined;
  /** To be asked over; each question opens one of its own unless told. */
  readonly connections?: Connections;
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
  readonly accept?: string | undefined;
  /** Of what lies there only the end, where the server can tell a part of it. */
  readonly lastBytes?: number;
  /** Another API server of the same cluster than the one its kubeconfig leads to: host and port. */
  readonly address?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** 30 s unless told. */
  readonly timeLimitMs?: number;
}

/** The client has no time limit of its own, and with etcd frozen an API server answers nothing for half a minute. */
const usualLimitMs = 30_000;

/**
 * Asks once, with the credentials of the kubeconfig. Throws Fault KUBERNETES_UNREACHABLE or KUBERNETES_TIMEOUT, both retryable, KUBERNETES_TOO_LARGE,
 * and the signal's reason when aborted.
 */
export async function ask(access: KubernetesAccess, question: Question): Promise<Answer> {
  const { cluster, signal, timeLimitMs = usualLimitMs } = question;
  // The first question of a process loads the client, which takes a second or more of a busy machine: no time of the API server's.
  await client();
  const limit = AbortSignal.timeout(timeLimitMs);
  try {
    const opened = await open(access, question, AbortSignal.any([limit, ...(signal ? [signal] : [])]));
    return { status: opened.status, text: await textOf(opened.body), at: opened.at };
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof Fault) throw cause;
    if (cause instanceof RangeError) throw tooLarge(question, cause);
    throw limit.aborted ? tooLate(question, timeLimitMs, cause) : unreachable(cluster, cause);
  }
}

const Status = z.object({ message: z.string(), reason: z.string().optional() });

/** Why an answer is none: what the API server says, and what right is missing where it is one. */
export function faultOf({ cluster, path }: Pick<Question, 'cluster' | 'path'>, { status, text }: Answer): Fault {
  const said = statusIn(text)?.message ?? text.trim().slice(0, 300);
  const about = { port: 'kubernetes', operation: 'read' } as const;
  switch (status) {
    case 401:
      return new Fault(`The API server of ${cluster} does not know who asks (401).`, {
        ...{ ...about, code: 'KUBERNETES_UNAUTHORIZED', retryable: false },
        next: 'Renew the credentials in its kubeconfig.',
      });
    case 403:
      return new Fault(`The API server of ${cluster} refuses: ${said}.`, {
        ...{ ...about, code: 'KUBERNETES_FORBIDDEN', retryable: false },
        next: `Grant ${roleFor(path) ?? 'all roles'} of deploy/kubernetes/rbac.yaml.`,
      });
    case 404:
      return new Fault(`The API server of ${cluster} has no ${path}: ${said}`, {
        ...about,
        code: 'KUBERNETES_ABSENT',
        retryable: false,
      });
    case 410:
      return new Fault(`The API server of ${cluster} has forgotten where the list began: ${said}`, {
        ...{ ...about, code: 'KUBERNETES_EXPIRED', retryable: true },
      });
    default:
      return new Fault(`The API server of ${cluster} answers ${status} to ${path}: ${said}`, {
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

export const unreachable = (cluster: string, cause: unknown): Fault =>
  new Fault(`The API server of ${cluster} cannot be reached: ${wordsOf(cause)}.`, {
    ...{ port: 'kubernetes', operation: 'read', code: 'KUBERNETES_UNREACHABLE', retryable: true, cause },
    next: 'Look whether it runs, and whether this worker may reach it.',
  });

export const tooLate = (
  { cluster, path }: Pick<Question, 'cluster' | 'path'>,
  timeLimitMs: number,
  cause: unknown,
): Fault =>
  new Fault(`The API server of ${cluster} did not answer ${path} within ${durationInWords(timeLimitMs)}.`, {
    ...{ port: 'kubernetes', operation: 'read', code: 'KUBERNETES_TIMEOUT', retryable: true, cause },
    next: 'Look at its log, and at etcd behind it.',
  });

const tooLarge = ({ cluster, path }: Question, cause: unknown): Fault =>
  new Fault(`What the API server of ${cluster} answers to ${path} is too large to be read.`, {
    ...{ port: 'kubernetes', operation: 'read', code: 'KUBERNETES_TOO_LARGE', retryable: false, cause },
    next: 'Look at it yourself, and at whether a proxy stands in front of the API server.',
  });

/** The client says only that there was an error, and keeps which one to itself. */
export function wordsOf(error: unknown): string {
  const first = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return first instanceof Error ? first.message : String(first);
}
