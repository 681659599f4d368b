import type { JournalEntry } from '../../ports/journal.ts';

/** Steps that ended and were not taken back since. */
export function endedIn(journal: readonly JournalEntry[]): ReadonlySet<string> {
  const ended = new Set<string>();
  for (const { step, event } of journal) {
    if (event === 'ended') ended.add(step);
    else ended.delete(step);
  }
  return ended;
}

/** Steps that began and were not taken back since, ended or not: half of a step is an effect too. */
export function begunIn(journal: readonly JournalEntry[]): ReadonlySet<string> {
  const begun = new Set<string>();
  for (const { step, event } of journal) {
    if (event === 'undone') begun.delete(step);
    else begun.add(step);
  }
  return begun;
}
