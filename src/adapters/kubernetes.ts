import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { Fault } from '../chatops/errors.ts';
import { durationInWords } from '../chatops/format.ts';
import type { Kubernetes } from '../ports/kubernetes.ts';
import { ask, faultOf, type KubernetesAccess, type Question, wordsOf } from './kubernetes/ask.ts';
import { readinessIn } from './kubernetes/readiness.ts';

export type { KubernetesAccess };

/** These need nothing but the API server itself. */
const timeLimitMs = 5000;
const askAgainMs = 1000;
const usualPageSize = 500;

const Version = z.object({ gitVersion: z.string().min(1) });
/** A proxy's HTML page with status 200 is no list either. */
const List = z.object({
  metadata: z.object({ continue: z.string().optional() }),
  items: z.array(z.unknown()).nullable(),
});

/** Kubernetes API servers, by cluster name. */
export function createKubernetes(clusters: Readonly<Record<string, KubernetesAccess>>): Kubernetes {
  const answer = async (question: Question) => {
    const access = clusters[question.cluster];
    if (!access) throw noKubeconfig(question.cluster);
    return ask(access, question);
  };
  /** What it says when all is well. */
  const read = async <T>(
    question: Question,
    shape: z.ZodType<T>,
  ): Promise<{ readonly found: T; readonly at: Date }> => {
    const { status, text, at } = await answer(question);
    if (status !== 200) throw faultOf(question, { status, text, at });
    return { found: parsed(question, text, shape), at };
  };
  return {
    async version(cluster, signal) {
      return (await read({ cluster, path: '/version', signal, timeLimitMs }, Version)).found.gitVersion;
    },

    async ready(cluster, { timeLimitMs: withinMs, signal }) {
      const until = performance.now() + withinMs;
      for (;;) {
        const why = await answer({ cluster, path: '/readyz', signal, timeLimitMs }).then(
          ({ status, text }) => (status === 200 ? undefined : `it says ${status}, ${text.trim().slice(-200)}`),
          (cause: unknown) => {
            if (cause instanceof Fault && !cause.retryable) throw cause;
            signal?.throwIfAborted();
            return wordsOf(cause);
          },
        );
        if (why === undefined) return;
        if (performance.now() + askAgainMs > until) throw notReady(cluster, withinMs, why);
        await pause(askAgainMs, undefined, { signal }).catch(() => signal?.throwIfAborted());
      }
    },

    async readiness(cluster, { address, signal } = {}) {
      const question = { cluster, path: '/readyz', query: { verbose: '' }, address, signal, timeLimitMs };
      const said = await answer(question);
      const found = readinessIn(said);
      if (found) return found;
      throw said.status === 200 ? notOne(question) : faultOf(question, said);
    },

    async *list(cluster, { path, labelSelector, fieldSelector, pageSize = usualPageSize }, { signal } = {}) {
      let next: string | undefined;
      do {
        const query = { limit: String(pageSize), labelSelector, fieldSelector, continue: next };
        const { found, at } = await read({ cluster, path, query, signal }, List);
        yield { items: found.items ?? [], at };
        next = found.metadata.continue || undefined;
      } while (next !== undefined);
    },
  };
}

function parsed<T>(question: Question, text: string, shape: z.ZodType<T>): T {
  try {
    return shape.parse(JSON.parse(text));
  } catch (cause) {
    throw notOne(question, cause);
  }
}

const notOne = ({ cluster, path }: Question, cause?: unknown): Fault =>
  new Fault(`What answers for the API server of ${cluster} at ${path} is not one.`, {
    ...{ port: 'kubernetes', operation: 'read', code: 'KUBERNETES_ANSWER', retryable: false, cause },
    next: 'Look at the server in its kubeconfig: a proxy may stand in front of it.',
  });

const noKubeconfig = (cluster: string): Fault =>
  new Fault(`${cluster} has no kubeconfig in salvor.yaml`, {
    ...{ port: 'kubernetes', operation: 'read', code: 'KUBERNETES_CONFIG', retryable: false },
    next: 'Give it one under kubernetes.',
  });

function notReady(cluster: string, timeLimitMs: number, why: string): Fault {
  const message = `The API server of ${cluster} was not ready within ${durationInWords(timeLimitMs)}: ${why}`;
  return new Fault(message, {
    ...{ port: 'kubernetes', operation: 'ready', code: 'KUBERNETES_NOT_READY', retryable: false },
    next: 'Look at its log, and at etcd.',
  });
}
