import type { Journal, JournalEntry } from '../../src/ports/journal.ts';
import type { Leases } from '../../src/ports/leases.ts';

/** Journals in memory. */
export function createFakeJournal(leases: Pick<Leases, 'find'>): Journal {
  const journals = new Map<string, readonly JournalEntry[]>();
  return {
    async add(approval, target, entry) {
      if ((await leases.find(target))?.fence !== entry.fence) return false;
      journals.set(approval, [...(journals.get(approval) ?? []), entry]);
      return true;
    },
    read: async (approval) => journals.get(approval) ?? [],
  };
}
