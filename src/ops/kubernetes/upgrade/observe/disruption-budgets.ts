import { z } from 'zod';
import type { DisruptionBudget } from '../observed.ts';
import { every, type Looking, named } from './read.ts';

const count = z.int().default(0);
const Budget = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string(), generation: count }),
  status: z.object({
    ...{ disruptionsAllowed: count, expectedPods: count, currentHealthy: count, desiredHealthy: count },
    observedGeneration: count,
  }),
});

/** Every budget with what it allows now. `minor`: of the API server, since policy/v1 is there from 1.21 on. */
export async function readDisruptionBudgets(looking: Looking, minor: number): Promise<readonly DisruptionBudget[]> {
  const path = `/apis/policy/${minor >= 21 ? 'v1' : 'v1beta1'}/poddisruptionbudgets`;
  const all = await every(looking, { path }, Budget);
  return all.map(({ metadata, status: { observedGeneration, ...status } }) => ({
    ...{ name: named(metadata), ...status, isCounted: observedGeneration >= metadata.generation },
  }));
}
