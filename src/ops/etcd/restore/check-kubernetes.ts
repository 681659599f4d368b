import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../../../chatops/errors.ts';
import { firstFew } from '../../../chatops/format.ts';
import type { Kubernetes } from '../../../ports/kubernetes.ts';
import { hostOf, type Lock } from '../../kubernetes/leaders/lock.ts';
import { readLocks } from '../../kubernetes/leaders/read-locks.ts';
import { readHeartbeats, readNodes } from '../../kubernetes/nodes/read-nodes.ts';

/** What Kubernetes is like after a restore, a sentence each. */
export interface KubernetesState {
  readonly good: readonly string[];
  /** What is not as it should be, or could not be read. Nothing of it undoes the restore. */
  readonly troubles: readonly string[];
}

export interface KubernetesCheck {
  readonly kubernetes: Kubernetes;
  readonly cluster: string;
  readonly signal: AbortSignal;
  /** What is waited for. */
  readonly detail: (text: string) => void;
  /** The time itself unless told. */
  readonly pause?: (ms: number) => Promise<void>;
  readonly limitMs?: number;
}

const electing = ['kube-controller-manager', 'kube-scheduler'] as const;
/** A lock that nobody renews is free after 15 s, a kubelet writes every 10 s and may back off up to a minute while the API is away. */
const usualLimitMs = 120_000;
const everyMs = 2_000;

/**
 * Waits until controller manager and scheduler have leaders and kubelets give signs of life: all of it as written since, since what was restored
 * is of another time. Judged by the API server's clock alone. Never throws for what it finds, only for the signal.
 */
export async function checkKubernetes(check: KubernetesCheck): Promise<KubernetesState> {
  const leaders = await gapInstead(check, 'who leads', () => awaitLeaders(check));
  const nodes = await gapInstead(check, 'how nodes are', () => awaitNodes(check));
  return { good: [...leaders.good, ...nodes.good], troubles: [...leaders.troubles, ...nodes.troubles] };
}

/** A right that is missing says nothing of the cluster. */
async function gapInstead(
  { signal }: KubernetesCheck,
  what: string,
  look: () => Promise<KubernetesState>,
): Promise<KubernetesState> {
  try {
    return await look();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Fault)) throw error;
    return { good: [], troubles: [`Nobody knows ${what}: ${error.message} ${error.next ?? ''}`.trim()] };
  }
}

async function awaitLeaders(check: KubernetesCheck): Promise<KubernetesState> {
  const { kubernetes, cluster, signal, detail, pause = wait } = check;
  // Only components older than 1.20 by default have no Lease.
  const leases = await readLocks(kubernetes, cluster, { signal });
  const legacy = electing.some((name) => !leases.byName.has(name));
  const read = () => readLocks(kubernetes, cluster, { legacy, signal });
  const first = legacy ? await read() : leases;
  const known = electing.filter((name) => first.byName.has(name));
  if (known.length === 0)
    return { good: [], troubles: ['Neither controller manager nor scheduler has ever had a leader.'] };
  const isAlive = (lock: Lock | undefined) =>
    lock?.holder !== undefined && lock.renewedAt !== undefined && lock.renewedAt > first.at;
  for (let now = first; ; now = await read()) {
    const missing = known.filter((name) => !isAlive(now.byName.get(name)));
    const good = known
      .filter((name) => !missing.includes(name))
      .map((name) => `${hostOf(now.byName.get(name) ?? { holder: undefined })} leads ${name}`);
    if (missing.length === 0) return { good, troubles: [] };
    if (now.at.getTime() - first.at.getTime() >= (check.limitMs ?? usualLimitMs)) {
      return {
        good,
        troubles: missing.map((name) => `${name} has no leader yet: look at its logs on the control-plane nodes.`),
      };
    }
    detail(`waits for ${missing.join(' and ')} to elect a leader`);
    await pause(everyMs);
  }
}

async function awaitNodes(check: KubernetesCheck): Promise<KubernetesState> {
  const { kubernetes, cluster, signal, detail, pause = wait, limitMs = usualLimitMs } = check;
  const { at: since } = await readLocks(kubernetes, cluster, { signal });
  for (;;) {
    const beats = await readHeartbeats(kubernetes, cluster, { signal });
    const silent = [...beats].filter(([, at]) => at <= since).map(([name]) => name);
    const { at: now } = await readLocks(kubernetes, cluster, { signal });
    if (silent.length === 0 || now.getTime() - since.getTime() >= limitMs) return nodesNow(check, new Set(silent));
    detail(`waits for ${silent.length} of ${beats.size} kubelets`);
    await pause(everyMs);
  }
}

async function nodesNow(
  { kubernetes, cluster, signal }: KubernetesCheck,
  silent: ReadonlySet<string>,
): Promise<KubernetesState> {
  const nodes = await readNodes(kubernetes, cluster, { signal });
  const down = nodes.filter(({ name, isReady }) => !isReady || silent.has(name)).map(({ name }) => name);
  const good = [`${nodes.length - down.length} of ${nodes.length} nodes are ready`];
  if (down.length === 0) return { good, troubles: [] };
  return { good, troubles: [`Not ready yet: ${firstFew(down)}. Look at kubelet there, or restart it.`] };
}
