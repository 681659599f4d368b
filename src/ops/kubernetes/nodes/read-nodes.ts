import { z } from 'zod';
import type { AskOptions } from '../../../ports/etcd.ts';
import type { Kubernetes } from '../../../ports/kubernetes.ts';
import { lockOfLease } from '../leaders/lock.ts';

const NodeObject = z.object({
  metadata: z.object({ name: z.string() }),
  status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).nullish() }).nullish(),
});

export interface NodeReadiness {
  readonly name: string;
  /** As its condition says, which its kubelet wrote, or the node controller when it fell silent. */
  readonly isReady: boolean;
}

/** Every node, page by page, so that a cluster of thousands takes little memory. Throws what the port throws. */
export async function readNodes(
  kubernetes: Kubernetes,
  cluster: string,
  options: AskOptions = {},
): Promise<readonly NodeReadiness[]> {
  const nodes: NodeReadiness[] = [];
  for await (const { items } of kubernetes.list(cluster, { path: '/api/v1/nodes' }, options)) {
    for (const item of items) {
      const { metadata, status } = NodeObject.parse(item);
      const ready = status?.conditions?.find(({ type }) => type === 'Ready');
      nodes.push({ name: metadata.name, isReady: ready?.status === 'True' });
    }
  }
  return nodes;
}

const nodeLeases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';

/** When each kubelet gave its last sign of life, by node. Throws what the port throws. */
export async function readHeartbeats(
  kubernetes: Kubernetes,
  cluster: string,
  options: AskOptions = {},
): Promise<ReadonlyMap<string, Date>> {
  const beats = new Map<string, Date>();
  for await (const { items } of kubernetes.list(cluster, { path: nodeLeases }, options)) {
    for (const { name, renewedAt } of items.map(lockOfLease)) if (renewedAt) beats.set(name, renewedAt);
  }
  return beats;
}
