import { isDeepStrictEqual } from 'node:util';
import type { Journal, JournalEntry } from '../../src/ports/journal.ts';
import type { Leases } from '../../src/ports/leases.ts';

/** Journals in memory. */
export function createFakeJournal(leases: Pick<Leases, 'find'>): Journal {
  const journals = new Map<string, readonly JournalEntry[]>();
  return {
    async add(approval, target, entry) {
      const lease = await leases.find(target);
      if (lease?.fence !== entry.fence || lease.run !== entry.run) return false;
      const before = journals.get(approval) ?? [];
      if (!isDeepStrictEqual(before.at(-1), entry)) journals.set(approval, [...before, entry]);
      return true;
    },
    read: async (approval) => journals.get(approval) ?? [],
  };
}
