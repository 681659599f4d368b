import type { AskOptions } from '../../../ports/etcd.ts';
import type { Kubernetes } from '../../../ports/kubernetes.ts';
import { annotatedPaths, leadersPath } from '../paths.ts';
import { noIdentities } from './identities.ts';
import { type Lock, lockOfAnnotation, lockOfLease, newerOf } from './lock.ts';

export interface Locks {
  /** By component. Of one that is written down in two ways, the one that is kept up. */
  readonly byName: ReadonlyMap<string, Lock>;
  /** The API server's clock. */
  readonly at: Date;
}

export interface LockOptions extends AskOptions {
  /** Where one of these has no Lease, annotations are read too: only components older than 1.20 have none by default. */
  readonly components?: readonly string[];
}

/** Who leads what, as kube-system has it. Throws what the port throws. */
export async function readLocks(
  kubernetes: Kubernetes,
  cluster: string,
  { components = [], ...options }: LockOptions = {},
): Promise<Locks> {
  const found: Lock[] = [];
  let at = new Date(0);
  for await (const page of kubernetes.list(cluster, { path: leadersPath, labelSelector: noIdentities }, options)) {
    at = page.at;
    found.push(...page.items.map(lockOfLease));
  }
  const hasLease = (component: string) => found.some(({ name }) => name === component);
  for (const [kind, path] of components.every(hasLease) ? [] : annotatedPaths) {
    for await (const page of kubernetes.list(cluster, { path }, options)) {
      found.push(...page.items.flatMap((item) => lockOfAnnotation(kind, item) ?? []));
    }
  }
  const byName = new Map<string, Lock>();
  for (const lock of found) byName.set(lock.name, newerOf(byName.get(lock.name) ?? lock, lock));
  return { byName, at };
}
