/** A Kubernetes API server, by cluster name. Throws Fault (port 'kubernetes'). */
export interface Kubernetes {
  /** The API server's version as it says it, such as `v1.36.2`. */
  version(cluster: string, signal?: AbortSignal): Promise<string>;
}
