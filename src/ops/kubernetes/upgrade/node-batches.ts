import type { NodeBatches } from '../../../ports/catalogue.ts';
import type { NodeFacts } from './observed.ts';

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
