import { createHash } from 'node:crypto';
import type { AuditEntry, AuditEvent } from '../ports/audit.ts';
import { canonicalJson } from './plan.ts';

/** What the first entry names as the one before. */
export const noEntry = '0'.repeat(64);

/** The event as it is to be written after `previous`. */
export function chained(
  event: AuditEvent,
  at: Date,
  previous: Pick<AuditEntry, 'seq' | 'hash'> | undefined,
): AuditEntry {
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
  readonly entries: number;
  /** The hash of the newest, to be written down elsewhere: who cuts off the end of a chain leaves it whole. */
  readonly head: string;
  /** The first entry that is not as it was written, and what is wrong with it. */
  readonly broken?: { readonly seq: number; readonly why: string };
}

/** Reads the whole chain, oldest first, and tells whether each entry is as it was written and follows the one before. */
export async function verifyChain(pages: AsyncIterable<readonly AuditEntry[]>): Promise<ChainVerdict> {
  let before: AuditEntry | undefined;
  for await (const page of pages) {
    for (const entry of page) {
      const why = troubleWith(entry, before);
      const seen = { entries: before?.seq ?? 0, head: before?.hash ?? noEntry };
      if (why !== undefined) return { ...seen, broken: { seq: (before?.seq ?? 0) + 1, why } };
      before = entry;
    }
  }
  return { entries: before?.seq ?? 0, head: before?.hash ?? noEntry };
}

function troubleWith({ hash, ...rest }: AuditEntry, before: AuditEntry | undefined): string | undefined {
  const seq = (before?.seq ?? 0) + 1;
  if (rest.seq !== seq) return `it is numbered ${rest.seq}: one was taken out or put in`;
  if (rest.previous !== (before?.hash ?? noEntry)) return 'it does not follow the entry before it';
  return hashOf(rest) === hash ? undefined : 'it was changed after it was written';
}
