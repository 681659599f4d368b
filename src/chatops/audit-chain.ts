import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AuditEntry, AuditEvent } from '../ports/audit.ts';
import { canonicalJson } from './plan.ts';

/** What the first entry names as the one before. */
export const noEntry = '0'.repeat(64);

/** An entry as the one after it knows it. */
export type Link = Pick<AuditEntry, 'seq' | 'hash'>;

const StoredEntry = z.object({
  seq: z.number(),
  at: z.coerce.date(),
  kind: z.enum(['request', 'refusal', 'plan', 'vote', 'approval', 'start', 'step', 'end', 'lease', 'freeze', 'cancel']),
  target: z.string(),
  by: z.string(),
  run: z.string().optional(),
  approval: z.string().optional(),
  what: z.string(),
  digest: z.string().optional(),
  previous: z.string(),
  hash: z.string(),
});

/** An entry as it was written, from its JSON. One that cannot be read any more is shown as broken, not as an error that hides all others. */
export function parseEntry(json: string): AuditEntry {
  try {
    return StoredEntry.parse(JSON.parse(json));
  } catch {
    return { ...unreadable, what: `Cannot be read: ${json.slice(0, 200)}` };
  }
}

const unreadable = { seq: -1, at: new Date(0), kind: 'request', target: '?', by: '?', previous: '', hash: '' } as const;

/** The event as it is to be written after `previous`. */
export function chained(event: AuditEvent, at: Date, previous: Link | undefined): AuditEntry {
  const unsealed = { ...event, seq: (previous?.seq ?? 0) + 1, at, previous: previous?.hash ?? noEntry };
  return { ...unsealed, hash: hashOf(unsealed) };
}

/** Over canonical JSON of everything but the hash itself. */
function hashOf({ at, ...rest }: Omit<AuditEntry, 'hash'>): string {
  return createHash('sha256')
    .update(canonicalJson({ ...rest, at: at.toISOString() }))
    .digest('hex');
}

export interface ChainVerdict {
  /** The number of the last that is as it was written. */
  readonly entries: number;
  /** The hash of the newest, to be written down elsewhere: who cuts off the end of a chain leaves it whole. */
  readonly head: string;
  /** The first entry that is not as it was written, and what is wrong with it. */
  readonly broken?: { readonly seq: number; readonly why: string };
}

/** Reads a chain, oldest first, from its beginning or after `start`, and tells whether each entry is as it was written and follows the one before. */
export async function verifyChain(
  pages: AsyncIterable<readonly AuditEntry[]> | Iterable<readonly AuditEntry[]>,
  start: Link = { seq: 0, hash: noEntry },
): Promise<ChainVerdict> {
  let before = start;
  for await (const page of pages) {
    for (const entry of page) {
      const why = troubleWith(entry, before);
      if (why !== undefined) return { entries: before.seq, head: before.hash, broken: { seq: before.seq + 1, why } };
      before = entry;
    }
  }
  return { entries: before.seq, head: before.hash };
}

function troubleWith({ hash, ...rest }: AuditEntry, before: Link): string | undefined {
  if (rest.seq !== before.seq + 1) return `it is numbered ${rest.seq}: one was taken out or put in`;
  if (rest.previous !== before.hash) return 'it does not follow the entry before it';
  return hashOf(rest) === hash ? undefined : 'it was changed after it was written';
}
