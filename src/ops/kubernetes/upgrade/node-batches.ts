import { z } from 'zod';
import type { NodeFacts } from './observed.ts';

/** How many nodes go up together: as the settings have it. */
export const NodeBatches = z.strictObject({
  /** Nodes that go first, to see what happens. */
  canary: z.int().min(0).default(1),
  /** Of the workers, in each batch after that. */
  percent: z.number().gt(0).max(100).default(20),
});
export type NodeBatches = z.infer<typeof NodeBatches>;

export interface NodeBatch {
  readonly name: string;
  readonly nodes: readonly string[];
}

/** Control-plane nodes one by one, then workers: the canary, then the rest in shares of all workers. By name, so that the same nodes make the same batches. */
export function nodeBatches(
  nodes: readonly Pick<NodeFacts, 'name' | 'isControlPlane'>[],
  { canary, percent }: NodeBatches,
): readonly NodeBatch[] {
  const named = (isControlPlane: boolean) =>
    nodes
      .filter((node) => node.isControlPlane === isControlPlane)
      .map(({ name }) => name)
      .toSorted(byNumbers);
  const workers = named(false);
  const rest = workers.slice(canary);
  const size = Math.max(1, Math.floor((workers.length * percent) / 100));
  const shares = Array.from({ length: Math.ceil(rest.length / size) }, (_, nth) =>
    rest.slice(nth * size, (nth + 1) * size),
  );
  return [
    ...named(true).map((node) => ({ name: `control plane ${node}`, nodes: [node] })),
    ...(canary > 0 && workers.length > 0 ? [{ name: 'canary', nodes: workers.slice(0, canary) }] : []),
    ...shares.map((share, nth) => ({ name: `batch ${nth + 1} of ${shares.length}`, nodes: share })),
  ];
}

/** 'w-2' before 'w-10'. */
const { compare } = new Intl.Collator('en', { numeric: true });
const byNumbers = (a: string, b: string): number => compare(a, b);
