import { z } from 'zod';
import type { AskOptions } from '../../../ports/etcd.ts';
import type { Kubernetes } from '../../../ports/kubernetes.ts';
import { lockOfLease } from '../leaders/lock.ts';
import { heartbeatsPath, nodesPath } from '../paths.ts';
import { Time } from '../time.ts';

const Condition = z.object({ type: z.string(), status: z.string(), lastHeartbeatTime: Time });
const NodeObject = z.object({
  metadata: z.object({ name: z.string() }),
  status: z.object({ conditions: z.array(Condition).nullish() }).nullish(),
});

export interface NodeReadiness {
  readonly name: string;
  /** As its condition says, which its kubelet wrote, or the node controller when it fell silent. */
  readonly isReady: boolean;
  /** When its kubelet wrote that last: every 5 minutes, or every 10 s where it has no Lease. */
  readonly heartbeatAt: Date | undefined;
}

/** Every node, page by page, so that a cluster of thousands takes little memory. Throws what the port throws. */
export async function readNodes(
  kubernetes: Kubernetes,
  cluster: string,
  options: AskOptions = {},
): Promise<readonly NodeReadiness[]> {
  const nodes: NodeReadiness[] = [];
  for await (const { items } of kubernetes.list(cluster, { path: nodesPath }, options)) {
    for (const item of items) {
      const { metadata, status } = NodeObject.parse(item);
      const ready = status?.conditions?.find(({ type }) => type === 'Ready');
      nodes.push({ name: metadata.name, isReady: ready?.status === 'True', heartbeatAt: ready?.lastHeartbeatTime });
    }
  }
  return nodes;
}

export interface Heartbeats {
  /** When each kubelet renewed its Lease last, by node. Kubelets before 1.14 have none. */
  readonly byNode: ReadonlyMap<string, Date>;
  /** The API server's clock. */
  readonly at: Date;
}

/** A tenth of what nodes are to read, and renewed every 10 s. Throws what the port throws. */
export async function readHeartbeats(
  kubernetes: Pick<Kubernetes, 'list'>,
  cluster: string,
  options: AskOptions = {},
): Promise<Heartbeats> {
  const byNode = new Map<string, Date>();
  let at = new Date(0);
  for await (const page of kubernetes.list(cluster, { path: heartbeatsPath }, options)) {
    at = page.at;
    for (const { name, renewedAt } of page.items.map(lockOfLease)) if (renewedAt) byNode.set(name, renewedAt);
  }
  return { byNode, at };
}
