import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { Fault } from '../chatops/errors.ts';
import { durationInWords } from '../chatops/format.ts';
import type { Kubernetes, Listing } from '../ports/kubernetes.ts';
import { ask, faultOf, type KubernetesAccess, type Question, wordsOf } from './kubernetes/ask.ts';
import { certificateOf } from './kubernetes/certificate.ts';
import { createConnections } from './kubernetes/connections.ts';
import { lines } from './kubernetes/lines.ts';
import { loadOf, type Scrapes } from './kubernetes/load.ts';
import { readinessIn } from './kubernetes/readiness.ts';
import { type Watch, watchObjects } from './kubernetes/watch.ts';
import { selectors } from './kubernetes/watch-events.ts';

export type { KubernetesAccess };

/** These need nothing but the API server itself. */
const timeLimitMs = 5000;
const askAgainMs = 1000;
/** Of 2 MB. */
const scrapeLimitMs = 10_000;
/** Of tens of MB. */
const fileLimitMs = 60_000;
const usualPageSize = 500;
const metadataAlone = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

const Version = z.object({ gitVersion: z.string().min(1) });
/** A proxy's HTML page with status 200 is no list either. */
const List = z.object({
  metadata: z.object({ continue: z.string().optional(), resourceVersion: z.string().optional() }),
  items: z.array(z.unknown()).nullable(),
});

/** Kubernetes API servers, by cluster name. Tests own the pauses of a watch. */
export function createKubernetes(
  clusters: Readonly<Record<string, KubernetesAccess>>,
  watches: Pick<Watch, 'pause'> = {},
): Kubernetes {
  const connections = createConnections();
  const accessTo = (cluster: string): KubernetesAccess => {
    const access = clusters[cluster];
    if (access) return { ...access, connections };
    throw noKubeconfig(cluster);
  };
  const scrapes: Scrapes = new Map();
  const answer = async (question: Question) => ask(accessTo(question.cluster), question);
  /** What it says when all is well. */
  const read = async <T>(
    question: Question,
    shape: z.ZodType<T>,
  ): Promise<{ readonly found: T; readonly at: Date }> => {
    const { status, text, at } = await answer(question);
    if (status !== 200) throw faultOf(question, { status, text, at });
    return { found: parsed(question, text, shape), at };
  };
  /** All pages are of the version that the first one names. */
  async function* pagesOf(cluster: string, listing: Listing, signal: AbortSignal | undefined) {
    const { path, pageSize = usualPageSize, metadataOnly } = listing;
    const accept = metadataOnly ? metadataAlone : undefined;
    let size = pageSize;
    let next: string | undefined;
    const page = () => {
      const query = { limit: String(size), ...selectors(listing), continue: next };
      return read({ cluster, path, query, accept, signal }, List);
    };
    for (;;) {
      const answered = await page().catch((error: unknown) => {
        if (size === 1 || !isTooLarge(error)) throw error;
      });
      // Objects may be as large as etcd takes them: then fewer at once, from the same place.
      size = answered ? size : Math.ceil(size / 10);
      if (!answered) continue;
      const { found, at } = answered;
      yield { items: found.items ?? [], at, version: found.metadata.resourceVersion ?? '' };
      const before = next;
      next = found.metadata.continue || undefined;
      if (next === undefined) return;
      if (next === before) throw notOne({ cluster, path });
    }
  }
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

    async certificate(cluster, { address, signal } = {}) {
      return certificateOf(accessTo(cluster), { cluster, address, signal, timeLimitMs });
    },

    async load(cluster, { address, signal } = {}) {
      const wait = (ms: number) => pause(ms, undefined, { signal }).catch(() => signal?.throwIfAborted());
      const question = { cluster, address, signal, timeLimitMs: scrapeLimitMs, pause: wait, scrapes };
      return loadOf(accessTo(cluster), question);
    },

    async *list(cluster, listing, { signal } = {}) {
      for await (const { items, at } of pagesOf(cluster, listing, signal)) yield { items, at };
    },

    async *watch(cluster, listing, options) {
      // A watch goes on for minutes: it has a connection of its own.
      const { connections: _, ...access } = accessTo(cluster);
      const list = async () => {
        const pages = await Array.fromAsync(pagesOf(cluster, listing, options.signal));
        const { at, version } = pages[0] ?? { at: new Date(), version: '' };
        return { items: pages.flatMap(({ items }) => items), at, version };
      };
      yield* watchObjects({ ...options, ...watches, access, cluster, listing, list });
    },

    async object(cluster, path, { signal } = {}) {
      const question = { cluster, path, signal };
      const said = await answer(question);
      if (said.status === 404) return undefined;
      if (said.status !== 200) throw faultOf(question, said);
      return parsed(question, said.text, z.unknown());
    },

    async text(cluster, path, { address, signal } = {}) {
      const question = { cluster, path, accept: 'text/plain', address, signal };
      const said = await answer(question);
      if (said.status !== 200) throw faultOf(question, said);
      return said.text;
    },

    async *lines(cluster, path, { lastBytes, signal }) {
      const question = { cluster, path, accept: 'text/plain', lastBytes, signal, timeLimitMs: fileLimitMs };
      yield* lines(accessTo(cluster), question);
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

const isTooLarge = (error: unknown): boolean => error instanceof Fault && error.code === 'KUBERNETES_TOO_LARGE';

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
