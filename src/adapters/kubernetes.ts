import { Fault } from '../chatops/errors.ts';
import type { Kubernetes } from '../ports/kubernetes.ts';

export interface KubernetesAccess {
  /** Path of a kubeconfig file. */
  readonly kubeconfig: string;
  readonly context?: string | undefined;
}

const timeoutMs = 5000;

/** Kubernetes API servers, by cluster name. */
export function createKubernetes(clusters: Readonly<Record<string, KubernetesAccess>>): Kubernetes {
  return {
    async version(cluster, signal) {
      const access = clusters[cluster];
      if (!access) throw fault(`${cluster} has no kubeconfig in salvor.yaml`, false);
      // Loading the client costs 127 MB, so only a cluster that is asked for it pays.
      const { KubeConfig, VersionApi } = await import('@kubernetes/client-node');
      try {
        const config = new KubeConfig();
        config.loadFromFile(access.kubeconfig);
        if (access.context) config.setCurrentContext(access.context);
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
  };
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
