import { type Candidate, createCandidate, type Election, usualElection } from './candidate.ts';
import { createIdentity, type Identity } from './identities.ts';
import type { SandboxKubernetes } from './kubernetes.ts';
import type { LockKind } from './leader-lock.ts';

export interface CastOptions {
  /** Where control planes run: 'cp-1', 'cp-2' and 'cp-3' unless told; the first of them leads at first. */
  readonly nodes?: readonly string[];
  readonly components?: readonly string[];
  readonly lock?: LockKind;
  readonly election?: Partial<Election>;
}

/** Who renews Leases in a cluster: schedulers, controller managers, API servers. */
export interface Cast {
  readonly candidates: readonly Candidate[];
  readonly identities: readonly Identity[];
  find(component: string, node: string): Candidate;
  /** Who leads now, if anybody does. */
  leader(component: string): Candidate | undefined;
  stop(): void;
}

/** Starts them all. Their Leases move only when somebody kills or ends one of them. */
export function startCast(
  kubernetes: Pick<SandboxKubernetes, 'cluster' | 'apiServers'>,
  options: CastOptions = {},
): Cast {
  const { nodes = ['cp-1', 'cp-2', 'cp-3'], components = ['kube-controller-manager', 'kube-scheduler'] } = options;
  const election = { ...usualElection, ...options.election };
  const lock = options.lock ?? 'leases';
  const { cluster, apiServers } = kubernetes;
  const candidates = components.flatMap((component) =>
    nodes.map((node) => createCandidate(cluster, { component, node, lock, election })),
  );
  // Where each can be asked; of a node without one, an address where nobody is.
  const addresses = nodes.map((_, nth) =>
    apiServers[nth] ? new URL(apiServers[nth].url).host : `10.0.0.${11 + nth}:6443`,
  );
  const identities = nodes.map((node, nth) => createIdentity(cluster, node, addresses[nth] ?? ''));
  for (const one of [...candidates, ...identities]) one.start();
  return {
    ...{ candidates, identities },
    find(component, node) {
      const found = candidates.find((one) => one.component === component && one.node === node);
      if (!found) throw new Error(`no ${component} on ${node}`);
      return found;
    },
    leader: (component) => candidates.find((one) => one.component === component && one.isLeading()),
    stop() {
      for (const one of [...candidates, ...identities]) one.kill();
    },
  };
}
