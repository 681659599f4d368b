import { z } from 'zod';
import { bytesInWords, counted, numberInWords } from '../../../chatops/format.ts';

/** How much was removed. */
export const Removed = z.object({
  backups: z.int(),
  copies: z.int(),
  /** Objects of backups that had no manifest. */
  leftovers: z.int(),
  /** In both buckets. */
  freedBytes: z.int(),
});
export type Removed = z.infer<typeof Removed>;

/** A backup or an object that was to go and stays, and why, without a full stop. */
export interface Stayed {
  readonly name: string;
  readonly why: string;
}

export interface Tally {
  add(more: Partial<Removed>): void;
  stays(name: string, why: string): void;
  removed(): Removed;
  stayed(): readonly Stayed[];
}

const nothing: Removed = { backups: 0, copies: 0, leftovers: 0, freedBytes: 0 };

/** Counts on from what former attempts removed. */
export function createTally(before = nothing): Tally {
  let removed = before;
  const stayed: Stayed[] = [];
  return {
    add({ backups = 0, copies = 0, leftovers = 0, freedBytes = 0 }) {
      removed = {
        backups: removed.backups + backups,
        copies: removed.copies + copies,
        leftovers: removed.leftovers + leftovers,
        freedBytes: removed.freedBytes + freedBytes,
      };
    },
    stays: (name, why) => void stayed.push({ name, why: why.replace(/\.$/, '') }),
    removed: () => removed,
    stayed: () => stayed,
  };
}

/** '12 backups, 12 copies, 1 leftover object (3.1 GiB)'; undefined where nothing was. */
export function removedInWords({ backups, copies, leftovers, freedBytes }: Removed): string | undefined {
  const parts = [
    ...(backups > 0 ? [counted(backups, 'backup')] : []),
    ...(copies > 0 ? [`${numberInWords(copies)} ${copies === 1 ? 'copy' : 'copies'}`] : []),
    ...(leftovers > 0 ? [counted(leftovers, 'leftover object')] : []),
  ];
  return parts.length === 0 ? undefined : `${parts.join(', ')} (${bytesInWords(freedBytes)})`;
}
