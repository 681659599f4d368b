import { Fault } from '../../../../chatops/errors.ts';
import { readHeartbeats } from '../../nodes/read-nodes.ts';
import type { Looking } from './read.ts';

/** How many nodes have a Lease that they renew. Their number, not their age: whether a node is alive it says itself. */
export async function countNodeLeases({ kubernetes, cluster, options }: Looking): Promise<number> {
  try {
    return (await readHeartbeats(kubernetes, cluster, options)).byNode.size;
  } catch (error) {
    if (error instanceof Fault && error.code === 'KUBERNETES_ABSENT') return 0;
    throw error;
  }
}
