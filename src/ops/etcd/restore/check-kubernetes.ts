import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../../../chatops/errors.ts';
import type { Kubernetes } from '../../../ports/kubernetes.ts';
import { createLeadersLook } from './check-leaders.ts';
import { createNodesLook, type NodesBefore } from './check-nodes.ts';

/** What Kubernetes is like after a restore, a sentence each. */
export interface KubernetesState {
  readonly good: readonly string[];
  /** What is not as it should be, or could not be read. Nothing of it undoes the restore. */
  readonly troubles: readonly string[];
}

/** What was found at one look, and what is not there yet. */
export interface Look extends KubernetesState {
  readonly waitsFor?: string;
}

export interface KubernetesCheck {
  readonly kubernetes: Kubernetes;
  readonly cluster: string;
  readonly signal: AbortSignal;
  /** Nodes as they were before the restore, where that is known. */
  readonly before: NodesBefore | undefined;
  /** What is waited for. */
  readonly detail: (text: string) => void;
  /** Time, so that tests can own it: waiting, and milliseconds since some moment. */
  readonly pause?: (ms: number) => Promise<void>;
  readonly elapsedMs?: () => number;
  readonly limitMs?: number;
}

/** A lock that nobody renews is free after 15 s, a kubelet writes every 10 s and may back off up to a minute while the API is away. */
const usualLimitMs = 120_000;
const everyMs = 2_000;

/**
 * Waits until controller manager and scheduler have leaders and nodes are ready: all of it as written since, since what was restored is of
 * another time. Never throws for what it finds, only for the signal.
 */
export async function checkKubernetes(check: KubernetesCheck): Promise<KubernetesState> {
  const { kubernetes, cluster, signal } = check;
  const leaders = await gapInstead(check, 'who leads', createLeadersLook(kubernetes, cluster, signal));
  const nodes = await gapInstead(check, 'how nodes are', createNodesLook(check));
  return { good: [...leaders.good, ...nodes.good], troubles: [...leaders.troubles, ...nodes.troubles] };
}

/** A right that is missing says nothing of the cluster. */
async function gapInstead(
  check: KubernetesCheck,
  what: string,
  look: (isLast: boolean) => Promise<Look>,
): Promise<KubernetesState> {
  try {
    return await lookUntilWell(check, look);
  } catch (error) {
    check.signal.throwIfAborted();
    if (!(error instanceof Fault)) throw error;
    return { good: [], troubles: [[`Nobody knows ${what}: ${error.message}`, error.next ?? ''].join(' ').trim()] };
  }
}

/** API servers that have just started fail now and then, one behind a load balancer later than another. */
async function lookUntilWell(
  check: KubernetesCheck,
  look: (isLast: boolean) => Promise<Look>,
): Promise<KubernetesState> {
  const { signal, detail, limitMs = usualLimitMs, elapsedMs = () => performance.now() } = check;
  const pause = check.pause ?? ((ms: number) => wait(ms, undefined, { signal }));
  const until = elapsedMs() + limitMs;
  for (;;) {
    const isLast = elapsedMs() >= until;
    const { waitsFor, ...state } = await look(isLast).catch((error: unknown): Look => {
      signal.throwIfAborted();
      if (isLast || !(error instanceof Fault && error.retryable)) throw error;
      return { good: [], troubles: [], waitsFor: `an answer. ${error.message}` };
    });
    if (isLast || waitsFor === undefined) return state;
    detail(`waits for ${waitsFor}`);
    await pause(everyMs);
  }
}
