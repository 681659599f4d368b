import type { AskOptions } from '../../../ports/etcd.ts';
import type { Kubernetes } from '../../../ports/kubernetes.ts';
import { lockOfLease } from '../leaders/lock.ts';
import { heartbeatsPath, nodesPath } from '../paths.ts';

/** How kubelets say that they are alive. */
export interface NodeLeases {
  readonly count: number;
  /** Nodes whose Lease has run out, by the API server's clock. */
  readonly silent: readonly string[];
  /** Of a Lease on average, which each kubelet writes every 10 s; undefined where there is none. */
  readonly leaseBytes: number | undefined;
}

/**
 * Of thousands of nodes only the silent are kept. Listed when asked, and not watched as leaders are: informers on 5,000
 * nodes and their Leases were measured at 400 MB and 6 % of a core, all day long; pages cost that while somebody waits, and keep nothing. Throws what the port throws. Source: kubernetes/kubelet: 40 s, renewed every 10 s.
 */
export async function readNodeLeases(
  kubernetes: Kubernetes,
  cluster: string,
  options: AskOptions = {},
): Promise<NodeLeases> {
  const silent: string[] = [];
  let count = 0;
  let bytes = 0;
  for await (const { items, at } of kubernetes.list(cluster, { path: heartbeatsPath }, options)) {
    for (const item of items) {
      const { name, renewedAt, durationMs = 40_000 } = lockOfLease(item);
      count += 1;
      bytes += bytesOf(item);
      if (!renewedAt || at.getTime() - renewedAt.getTime() > durationMs) silent.push(name);
    }
  }
  return { count, silent, leaseBytes: count === 0 ? undefined : Math.round(bytes / count) };
}

/** Of a Node as it is stored, by the first few: what a kubelet without a Lease writes every 10 s. Undefined where there is none. */
export async function readNodeBytes(
  kubernetes: Kubernetes,
  cluster: string,
  options: AskOptions = {},
): Promise<number | undefined> {
  for await (const { items } of kubernetes.list(cluster, { path: nodesPath, pageSize: 5 }, options)) {
    return items.length === 0
      ? undefined
      : Math.round(items.reduce<number>((sum, one) => sum + bytesOf(one), 0) / items.length);
  }
  return undefined;
}

const bytesOf = (object: unknown): number => Buffer.byteLength(JSON.stringify(object));
