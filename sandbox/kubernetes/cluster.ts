import type { User } from './access.ts';
import type { Unavailable } from './discovery.ts';
import type { FrozenEtcd } from './frozen-etcd.ts';
import { listAt, textAt } from './json.ts';
import type { Kinds } from './kinds.ts';
import type { Store } from './store.ts';
import type { Version } from './version.ts';

/** What the API servers of one cluster share. */
export interface Cluster {
  readonly store: Store;
  readonly kinds: Kinds;
  readonly users: readonly User[];
  readonly etcd: FrozenEtcd;
  /** Nodes whose kubelet does not answer. */
  readonly deadNodes: Set<string>;
  /** Files in /var/log of nodes, line by line: 'cp-1/kubernetes/audit.log'. */
  readonly logs: Map<string, string[]>;
  readonly now: () => number;
}

export interface ApiServerFacts {
  /** Where it runs: 'cp-1'. */
  readonly node: string;
  /** '10.0.0.11:6443': where it says it is. */
  readonly address: string;
  readonly version: Version;
  readonly times: Times;
}

/** How long an API server waits; those of kube-apiserver unless told. */
export interface Times {
  readonly bookmarkEveryMs: number;
  /** For a list at a revision that is still to come. */
  readonly futureMs: number;
  /** For etcd, when it reads and when it writes. */
  readonly readMs: number;
  readonly writeMs: number;
}

export const usualTimes: Times = { bookmarkEveryMs: 60_000, futureMs: 3000, readMs: 60_000, writeMs: 34_000 };

/** Group versions whose APIService is not available. */
export function unavailableIn({ store }: Cluster): readonly Unavailable[] {
  const view = store.view('apiregistration.k8s.io/apiservices');
  return (view?.keys ?? []).flatMap((key) => {
    const service: unknown = JSON.parse(view?.get(key)?.text() ?? '{}');
    const available = listAt(service, 'status.conditions').find((one) => textAt(one, 'type') === 'Available');
    const isDown = textAt(service, 'spec.service.name') !== '' && textAt(available, 'status') !== 'True';
    return isDown ? [{ group: textAt(service, 'spec.group'), version: textAt(service, 'spec.version') }] : [];
  });
}
