import { Refusal } from './errors.ts';
import { nearest } from './nearest.ts';

const mostNamed = 20;

/** Says that there is no such cluster. `visible` are the names that the person may learn; no other one is told. */
export function noSuchCluster(name: string, visible: readonly string[]): Refusal {
  const meant = nearest(name, visible);
  const known = visible.slice(0, mostNamed).join(', ');
  const next = known ? `Known here: ${known}.` : 'Ask whoever keeps salvor.yaml for a right on a cluster.';
  return new Refusal(`There is no cluster "${name}".`, meant ? `Did you mean ${meant}?` : next);
}
