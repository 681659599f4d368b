import type { AskOptions } from '../../../ports/etcd.ts';
import type { Kubernetes } from '../../../ports/kubernetes.ts';
import { type Lock, lockOfAnnotation, lockOfLease, newerOf } from './lock.ts';

export interface Locks {
  /** By component. Of one that is written down in two ways, the one that is kept up. */
  readonly byName: ReadonlyMap<string, Lock>;
  /** The API server's clock. */
  readonly at: Date;
}

const core = '/api/v1/namespaces/kube-system';
const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
/** API servers have Leases as well, to be counted by: nobody leads there. */
const notOfApiServers = 'apiserver.kubernetes.io/identity!=kube-apiserver';

/** Who leads what, by Leases of kube-system; with `legacy` by annotations too. Throws what the port throws. */
export async function readLocks(
  kubernetes: Kubernetes,
  cluster: string,
  { legacy = false, ...options }: AskOptions & { readonly legacy?: boolean } = {},
): Promise<Locks> {
  const found: Lock[] = [];
  let at = new Date(0);
  for await (const page of kubernetes.list(cluster, { path: leases, labelSelector: notOfApiServers }, options)) {
    at = page.at;
    found.push(...page.items.map(lockOfLease));
  }
  for (const [kind, path] of legacy ? legacyKinds : []) {
    for await (const page of kubernetes.list(cluster, { path }, options)) {
      found.push(...page.items.flatMap((item) => lockOfAnnotation(kind, item) ?? []));
    }
  }
  const byName = new Map<string, Lock>();
  for (const lock of found) byName.set(lock.name, newerOf(byName.get(lock.name) ?? lock, lock));
  return { byName, at };
}

const legacyKinds = [
  ['Endpoints', `${core}/endpoints`],
  ['ConfigMap', `${core}/configmaps`],
] as const;
