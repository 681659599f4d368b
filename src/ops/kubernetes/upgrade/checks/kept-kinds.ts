import { firstFew } from '../../../../chatops/format.ts';
import type { ApiRemoval } from '../facts/api-removals.ts';
import type { Hop } from '../hops.ts';
import type { KindUse } from '../observed.ts';
import { type Fate, fateOf, insteadOf, removalInWords, removalOf } from '../removals.ts';

/** Kinds in a text that people keep, which one version of an API's fate concerns. */
export interface KeptKind {
  readonly row: ApiRemoval;
  readonly fate: Fate;
  readonly evidence: string;
  readonly next: string;
}

/** What goes, or is gone already, among the kinds of a Helm release or a file: one answer for each kind. */
export function keptKinds(uses: readonly KindUse[], hop: Hop): readonly KeptKind[] {
  const byKind = Map.groupBy(uses, ({ apiVersion, kind }) => `${apiVersion} ${kind}`);
  return [...byKind.values()].flatMap((its) => {
    const [first] = its;
    const row = first && removalOf(first.apiVersion, first.kind);
    const fate = row && fateOf(row, hop);
    if (!row || !fate) return [];
    const names = firstFew(its.map(({ name }) => name));
    return [{ row, fate, evidence: `${removalInWords(row)}; it has ${names}.`, next: insteadOf(row) }];
  });
}
