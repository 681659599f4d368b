import { firstFew } from '../../../chatops/format.ts';
import type { Kubernetes } from '../../../ports/kubernetes.ts';
import { type NodeReadiness, readHeartbeats, readNodes } from '../../kubernetes/nodes/read-nodes.ts';
import { createRenewals } from '../../kubernetes/renewals.ts';
import type { KubernetesState, Look } from './check-kubernetes.ts';

/** Nodes as they were before anything was changed, each with whether it was ready. */
export type NodesBefore = ReadonlyMap<string, boolean>;

/** So long API servers may take before they are stopped: it delays nothing. */
const beforeLimitMs = 30_000;

/** Undefined where nobody can tell any more: then every node is to be ready. Throws nothing. */
export async function nodesBefore(
  kubernetes: Kubernetes,
  cluster: string,
  signal: AbortSignal,
): Promise<NodesBefore | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(beforeLimitMs)]);
  try {
    const nodes = await readNodes(kubernetes, cluster, { signal: limit });
    return new Map(nodes.map(({ name, isReady }) => [name, isReady]));
  } catch {
    return undefined;
  }
}

interface NodesCheck {
  readonly kubernetes: Kubernetes;
  readonly cluster: string;
  readonly signal: AbortSignal;
  readonly before: NodesBefore | undefined;
}

/**
 * Looks, again and again, until every node that was ready is so again; a node counts once its kubelet gave a sign of life, since its condition was
 * restored with the data. Nodes themselves are large: while Leases say that kubelets are missing, they are not read again. What a look throws
 * is what the port throws.
 */
export function createNodesLook({
  kubernetes,
  cluster,
  signal,
  before,
}: NodesCheck): (isLast: boolean) => Promise<Look> {
  const isRenewed = createRenewals();
  const isAwaited = ({ name }: NodeReadiness) => wasReady(before, name);
  let nodes: readonly NodeReadiness[] | undefined;
  return async (isLast) => {
    const { byNode, at } = await readHeartbeats(kubernetes, cluster, { signal });
    const silentOf = (all: readonly NodeReadiness[]) =>
      all.filter(({ name, heartbeatAt }) => !isRenewed(name, byNode.get(name) ?? heartbeatAt, at));
    const read = () => readNodes(kubernetes, cluster, { signal });
    const isFirst = nodes === undefined;
    nodes ??= await read();
    let silent = silentOf(nodes);
    const saysEnough = silent.some((node) => isAwaited(node) && byNode.has(node.name));
    if (!isFirst && (isLast || !saysEnough)) {
      nodes = await read();
      silent = silentOf(nodes);
    }
    const mute = new Set(silent.map(({ name }) => name));
    const down = nodes.filter(({ name, isReady }) => !isReady || mute.has(name));
    const awaited = down.filter(isAwaited);
    return {
      ...inWords(nodes, down, before),
      ...(awaited.length === 0 ? {} : { waitsFor: `${awaited.length} of ${nodes.length} nodes to be ready` }),
    };
  };
}

const wasReady = (before: NodesBefore | undefined, name: string): boolean =>
  before === undefined || before.get(name) === true;

function inWords(
  nodes: readonly NodeReadiness[],
  down: readonly NodeReadiness[],
  before: NodesBefore | undefined,
): KubernetesState {
  const names = (all: readonly NodeReadiness[]) => all.map(({ name }) => name);
  const ready = nodes.length - down.length;
  const now = `${ready} of ${nodes.length} nodes are ready`;
  if (!before) return { good: [now], troubles: sentence('Not ready yet', names(down), look) };
  const known = new Set(names(nodes));
  const readyBefore = [...before.values()].filter(Boolean).length;
  const isAsBefore = ready === readyBefore && nodes.length === before.size;
  const were = down.filter(({ name }) => before.get(name) === false);
  return {
    good: [
      isAsBefore
        ? `${now}, as before`
        : `${ready} of ${nodes.length} nodes are ready, ${readyBefore} of ${before.size} were before`,
      ...(were.length === 0 ? [] : [`not ready before either: ${firstFew(names(were))}`]),
    ],
    troubles: [
      ...sentence('Not ready yet', names(down.filter(({ name }) => before.get(name) === true)), look),
      ...sentence(
        'Joined since the backup, so Kubernetes does not know them now',
        [...before.keys()].filter((name) => !known.has(name)),
        'Restart kubelet there: it registers only when it starts.',
      ),
      ...sentence(
        'Taken out since the backup, and back without a kubelet',
        names(down.filter(({ name }) => !before.has(name))),
        'Take them out again: kubectl delete node.',
      ),
    ],
  };
}

const look = 'Look at kubelet there, or restart it.';

const sentence = (what: string, names: readonly string[], next: string): readonly string[] =>
  names.length === 0 ? [] : [`${what}: ${firstFew(names)}. ${next}`];
