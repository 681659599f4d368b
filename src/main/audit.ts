import { verifyChain } from '../chatops/audit-chain.ts';
import { counted } from '../chatops/format.ts';
import type { Report } from '../chatops/report.ts';
import type { Audit } from '../ports/audit.ts';

/** Proves the whole record. */
export async function verifyAudit(audit: Audit): Promise<{ readonly isWhole: boolean; readonly report: Report }> {
  const { entries, head, broken } = await verifyChain(audit.all());
  if (!broken) return { isWhole: true, report: whole(entries, head) };
  const title = `The audit is broken at entry ${broken.seq}: ${broken.why}.`;
  return {
    isWhole: false,
    report: {
      tone: 'bad',
      title,
      text: `${counted(entries, 'entry', 'entries')} before it are as they were written.`,
      next: 'Keep a copy of Redis as it is now, and find out who may write to it.',
    },
  };
}

const whole = (entries: number, head: string): Report => ({
  tone: 'good',
  title: `The audit is whole: ${counted(entries, 'entry', 'entries')}.`,
  facts: [{ label: 'Newest hash', value: [{ code: head }] }],
  next: 'Write the newest hash down elsewhere: an end that was cut off leaves a whole chain.',
});
