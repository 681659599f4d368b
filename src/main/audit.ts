import { verifyChain } from '../chatops/audit-chain.ts';
import { type CopiesVerdict, type CopyPlace, verifyCopies } from '../chatops/audit-copies.ts';
import { Fault } from '../chatops/errors.ts';
import { counted } from '../chatops/format.ts';
import type { Report } from '../chatops/report.ts';
import type { Audit, AuditEntry } from '../ports/audit.ts';
import type { Objects } from '../ports/objects.ts';

/** Where copies are, when there are any. */
export interface Copies {
  readonly objects: Pick<Objects, 'firstVersions' | 'get' | 'put'>;
  readonly place: CopyPlace;
}

export interface AuditProof {
  readonly isWhole: boolean;
  readonly report: Report;
}

/** Proves the whole record: by its own chain, and by its copies where it is copied. */
export async function verifyAudit(audit: Audit, copies?: Copies): Promise<AuditProof> {
  const hashes: string[] = [];
  const { entries, head, broken } = await verifyChain(noting(audit.all(), hashes));
  if (broken) return bad(`The audit is broken at entry ${broken.seq}: ${broken.why}.`, entries, copies);
  if (!copies) return { isWhole: true, report: whole(entries, head) };
  try {
    const verdict = await verifyCopies(copies, hashes);
    if (!verdict.broken) return { isWhole: true, report: wholeAndCopied(entries, head, verdict, copies) };
    return bad('The audit is not what was copied.', entries, copies, verdict.broken);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { isWhole: false, report: unproven(entries, error) };
  }
}

async function* noting(pages: AsyncIterable<readonly AuditEntry[]>, hashes: string[]) {
  for await (const page of pages) {
    hashes.push(...page.map(({ hash }) => hash));
    yield page;
  }
}

const bad = (title: string, entries: number, copies: Copies | undefined, why?: string): AuditProof => ({
  isWhole: false,
  report: {
    tone: 'bad',
    title,
    text: [why, `In Redis the chain is as it was written up to entry ${entries}.`].filter(Boolean).join(' '),
    ...(copies ? { facts: [whereCopiesAre(copies)] } : {}),
    next: 'Keep a copy of Redis as it is now, and find out who may write to it.',
  },
});

const unproven = (entries: number, fault: Fault): Report => ({
  tone: 'bad',
  title: `The audit is whole in Redis, ${counted(entries, 'entry', 'entries')}; its copies could not be read.`,
  text: fault.message,
  ...(fault.next === undefined ? {} : { next: fault.next }),
});

const whole = (entries: number, head: string): Report => ({
  tone: 'good',
  title: `The audit is whole: ${counted(entries, 'entry', 'entries')}.`,
  facts: [newestHash(head)],
  next: 'Write the newest hash down elsewhere: an end that was cut off leaves a whole chain.',
});

/** What is not copied yet nobody but Redis knows. */
const wholeAndCopied = (entries: number, head: string, { from, upTo }: CopiesVerdict, copies: Copies): Report => ({
  tone: 'good',
  title: `The audit is whole: ${counted(entries, 'entry', 'entries')}, and its copies say the same.`,
  facts: [
    { label: 'Copied', value: upTo === 0 ? 'nothing yet' : `entries ${from} to ${upTo}` },
    whereCopiesAre(copies),
    newestHash(head),
  ],
});

const newestHash = (head: string) => ({ label: 'Newest hash', value: [{ code: head }] });
const whereCopiesAre = ({ place }: Copies) => ({
  label: 'Copies',
  value: [{ code: `${place.prefix}/` }, ` in bucket ${place.bucket}`],
});
