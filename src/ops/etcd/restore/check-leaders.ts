import type { Kubernetes } from '../../../ports/kubernetes.ts';
import { hostOf } from '../../kubernetes/leaders/lock.ts';
import { readLocks } from '../../kubernetes/leaders/read-locks.ts';
import { createRenewals } from '../../kubernetes/renewals.ts';
import type { Look } from './check-kubernetes.ts';

const components = ['kube-controller-manager', 'kube-scheduler'] as const;

/** Looks, again and again, until both have a leader. What a look throws is what the port throws. */
export function createLeadersLook(kubernetes: Kubernetes, cluster: string, signal: AbortSignal): () => Promise<Look> {
  const isRenewed = createRenewals();
  return async () => {
    const { byName, at } = await readLocks(kubernetes, cluster, { components, signal });
    const found = components.map((name) => {
      const lock = byName.get(name);
      const isAlive = isRenewed(name, lock?.renewedAt, at);
      return { name, lock, leader: lock && isAlive ? hostOf(lock) : undefined };
    });
    const missing = found.filter(({ leader }) => leader === undefined);
    return {
      good: found.flatMap(({ name, leader }) => (leader === undefined ? [] : [`${leader} leads ${name}`])),
      troubles: missing.map(({ name, lock }) =>
        lock
          ? `${name} has no leader yet: look at its logs on the control-plane nodes, or restart it there.`
          : `Nothing says who leads ${name}: look whether it runs. With --leader-elect=false it writes nothing.`,
      ),
      ...(missing.length === 0
        ? {}
        : { waitsFor: `${missing.map(({ name }) => name).join(' and ')} to elect a leader` }),
    };
  };
}
