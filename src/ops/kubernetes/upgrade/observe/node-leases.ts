import { z } from 'zod';
import { everyIfAny, type Looking } from './read.ts';

const Lease = z.object({ spec: z.object({ renewTime: z.string().nullish() }).nullish() });

/** How many nodes have a Lease that they renew. Their number, not their age: whether a node is alive it says itself. */
export async function readNodeLeases(looking: Looking): Promise<number> {
  const path = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
  const leases = await everyIfAny(looking, { path }, Lease);
  return leases.filter(({ spec }) => spec?.renewTime).length;
}
