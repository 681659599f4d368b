import { Refusal } from './errors.ts';
import { nearest } from './nearest.ts';
import type { TargetKind } from './target.ts';

const mostNamed = 20;

/** Says that there is none of the kind that was meant, or of any. `visible` are the names that the person may learn; no other one is told. */
export function noSuchTarget(kind: TargetKind | undefined, name: string, visible: readonly string[]): Refusal {
  const what = kind ?? 'cluster or registry';
  const meant = nearest(name, visible);
  const known = visible.slice(0, mostNamed).join(', ');
  const next = known ? `Known here: ${known}.` : `Ask whoever keeps salvor.yaml for a right on a ${what}.`;
  return new Refusal(`There is no ${what} "${name}".`, meant ? `Did you mean ${meant}?` : next);
}
