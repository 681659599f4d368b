/** A Kubernetes API server, by cluster name. Throws Fault (port 'kubernetes'). */
export interface Kubernetes {
  /** The API server's version as it says it, such as `v1.36.2`. */
  version(cluster: string, signal?: AbortSignal): Promise<string>;

  /**
   * Resolves once an API server says at /readyz that it is ready, which it is only with etcd behind it. Asks again until the time limit, then throws
   * Fault KUBERNETES_NOT_READY with what it said last. Idempotent.
   */
  ready(cluster: string, options: { readonly timeLimitMs: number; readonly signal?: AbortSignal }): Promise<void>;
}
