import { randomUUID } from 'node:crypto';
import type { Cluster } from './cluster.ts';
import { KubernetesObject, listAt } from './json.ts';
import { toMicrosecond } from './leader-lock.ts';
import { toSecond } from './writing.ts';

/** The kubelets of all nodes, as far as they say that they are alive; and the controller that notices when one does not. */
export interface Kubelets {
  kill(node: string): void;
  revive(node: string): void;
  stop(): void;
}

export interface KubeletTimes {
  /** 10 s unless told. */
  readonly renewEveryMs?: number;
  /** After how long without a sign a node's state is unknown: 50 s unless told. */
  readonly graceMs?: number;
}

const leases = 'coordination.k8s.io/leases';
const turns = 100;

export function startKubelets(
  cluster: Cluster,
  { renewEveryMs = 10_000, graceMs = 50_000 }: KubeletTimes = {},
): Kubelets {
  const { store, etcd, now, deadNodes } = cluster;
  const made = toSecond(new Date(now()));
  const uids = new Map<string, string>();
  const lost = new Map<string, NodeJS.Timeout>();
  let nth = 0;

  const renew = (node: string) => {
    if (!uids.has(node)) uids.set(node, randomUUID());
    const nodeUid = /"uid":"([^"]*)"/.exec(store.get('/nodes', node)?.text() ?? '')?.[1] ?? '';
    store.put(leases, `kube-node-lease/${node}`, {
      metadata: {
        ...{ name: node, namespace: 'kube-node-lease', uid: uids.get(node), creationTimestamp: made },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: node, uid: nodeUid }],
      },
      spec: { holderIdentity: node, leaseDurationSeconds: 40, renewTime: toMicrosecond(new Date(now())) },
    });
  };
  /** A share of the nodes at each turn, each node once in a while. */
  const turn = () => {
    const keys = store.view('/nodes')?.keys ?? [];
    if (!etcd.isFrozen)
      for (let at = nth; at < keys.length; at += turns) if (!deadNodes.has(keys[at] ?? '')) renew(keys[at] ?? '');
    nth = (nth + 1) % turns;
  };
  for (const node of store.view('/nodes')?.keys ?? []) renew(node);
  const timer = setInterval(turn, renewEveryMs / turns).unref();
  return {
    kill(node) {
      deadNodes.add(node);
      lost.set(node, setTimeout(() => change(cluster, node, unknown), graceMs).unref());
    },
    revive(node) {
      clearTimeout(lost.get(node));
      deadNodes.delete(node);
      renew(node);
      change(cluster, node, ready);
    },
    stop() {
      clearInterval(timer);
      for (const one of lost.values()) clearTimeout(one);
    },
  };
}

interface NodeState {
  readonly status: 'Unknown' | 'True';
  readonly reason: string;
  readonly message: string;
  readonly taints: readonly string[];
}

const unknown: NodeState = {
  ...{ status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' },
  taints: ['NoSchedule', 'NoExecute'],
};
const ready: NodeState = {
  status: 'True',
  reason: 'KubeletReady',
  message: 'kubelet is posting ready status',
  taints: [],
};

function change({ store, now }: Cluster, name: string, { status, reason, message, taints }: NodeState): void {
  const stored = store.get('/nodes', name);
  if (!stored) return;
  const node = KubernetesObject.parse(JSON.parse(stored.text()));
  const at = toSecond(new Date(now()));
  const conditions = listAt(node, 'status.conditions').map((condition) => {
    const isReady = Object(condition).type === 'Ready';
    // The others are True when something is wrong.
    const says = isReady || status === 'Unknown' ? { status, reason, message } : { status: 'False' };
    return { ...Object(condition), ...says, lastTransitionTime: at };
  });
  const tainted = taints.map((effect) => ({ key: 'node.kubernetes.io/unreachable', effect, timeAdded: at }));
  const { taints: _, ...spec } = Object(node.spec ?? {});
  const whole = { ...spec, ...(tainted.length > 0 ? { taints: tainted } : {}) };
  store.put('/nodes', name, { ...node, spec: whole, status: { ...Object(node.status ?? {}), conditions } });
}
