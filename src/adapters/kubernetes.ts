import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '../chatops/errors.ts';
import { durationInWords } from '../chatops/format.ts';
import type { Kubernetes } from '../ports/kubernetes.ts';

export interface KubernetesAccess {
  /** Path of a kubeconfig file. */
  readonly kubeconfig: string;
  readonly context?: string | undefined;
}

const timeoutMs = 5000;
const askAgainMs = 1000;

/** Kubernetes API servers, by cluster name. */
export function createKubernetes(clusters: Readonly<Record<string, KubernetesAccess>>): Kubernetes {
  const accessTo = (cluster: string): KubernetesAccess => {
    const access = clusters[cluster];
    if (!access) throw fault(`${cluster} has no kubeconfig in salvor.yaml`, false);
    return access;
  };
  return {
    async version(cluster, signal) {
      const access = accessTo(cluster);
      const { VersionApi } = await client();
      try {
        const config = await configOf(access);
        const api = config.makeApiClient(VersionApi);
        const { gitVersion } = await within(() => api.getCode(), signal);
        // A proxy's HTML page with status 200 parses to an answer without a version.
        if (!gitVersion) throw fault(`what answers for the API server of ${cluster} is not one`, false);
        return gitVersion;
      } catch (cause) {
        if (cause instanceof Fault) throw cause;
        throw fault(`the API server of ${cluster} does not tell its version`, true, cause);
      }
    },

    async ready(cluster, { timeLimitMs, signal }) {
      const access = accessTo(cluster);
      const { Health } = await client();
      const until = performance.now() + timeLimitMs;
      for (;;) {
        try {
          const health = new Health(await configOf(access));
          if (await within(() => health.readyz({}), signal)) return;
          if (performance.now() + askAgainMs > until) throw notReady(cluster, timeLimitMs, 'it says that it is not');
        } catch (cause) {
          signal?.throwIfAborted();
          if (cause instanceof Fault) throw cause;
          const why = wordsOf(cause);
          if (performance.now() + askAgainMs > until) throw notReady(cluster, timeLimitMs, why, cause);
        }
        await pause(askAgainMs, undefined, { signal }).catch(() => signal?.throwIfAborted());
      }
    },
  };
}

/** Loading it costs 127 MB, so only a cluster that is asked for it pays. */
const client = () => import('@kubernetes/client-node');

async function configOf({ kubeconfig, context }: KubernetesAccess) {
  const { KubeConfig } = await client();
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  if (context) config.setCurrentContext(context);
  return config;
}

/** The client says only that there was an error, and keeps which one to itself. */
function wordsOf(error: unknown): string {
  const first = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return first instanceof Error ? first.message : String(first);
}

function notReady(cluster: string, timeLimitMs: number, why: string, cause?: unknown): Fault {
  const message = `The API server of ${cluster} was not ready within ${durationInWords(timeLimitMs)}: ${why}`;
  return new Fault(message, {
    ...{ port: 'kubernetes', operation: 'ready', code: 'KUBERNETES_NOT_READY', retryable: false },
    next: 'Look at its log, and at etcd.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The client has no time limit of its own, and with etcd frozen an API server answers nothing. */
async function within<T>(ask: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const limit = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]);
  // One that has fired already fires no event.
  limit.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  limit.addEventListener('abort', () => reject(limit.reason), { once: true });
  return Promise.race([ask(), promise]);
}

function fault(message: string, retryable: boolean, cause?: unknown): Fault {
  return new Fault(message, {
    port: 'kubernetes',
    operation: 'version',
    retryable,
    ...(cause === undefined ? {} : { cause }),
  });
}
