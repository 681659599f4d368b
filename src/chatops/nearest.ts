import { distance } from 'fastest-levenshtein';

/** The known name a person most likely meant: within a third of its length, and at least one slip is forgiven. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((name) => ({ name, slips: distance(typed, name) }))
    .sort((a, b) => a.slips - b.slips || a.name.localeCompare(b.name));
  const best = ranked[0];
  if (!best) return undefined;
  if (typed.length >= 3) {
    const longer = known.filter((name) => name.startsWith(typed));
    if (longer.length === 1) return longer[0];
  }
  return best.slips <= Math.max(1, Math.floor(best.name.length / 3)) ? best.name : undefined;
}
