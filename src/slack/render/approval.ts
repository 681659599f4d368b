import type { Approval } from '../../chatops/approval.ts';
import { approvalReport } from '../../chatops/approval-report.ts';
import type { Message } from './card.ts';
import { closingLine } from './closing-line.ts';
import { renderReport } from './report.ts';

/** The message of an approval as it is now. Its buttons carry the approval's id and nothing else. */
export function renderApproval(approval: Approval, calledAs: string, now: Date): Message {
  const { plan, id, plannedBy } = approval;
  const layout = { id: `approval:${id}`, calledAs, filesFollow: false };
  const { text, blocks } = renderReport(approvalReport(approval), layout);
  return {
    text,
    blocks: [...blocks, closingLine(`${plan.target} · approval ${id} · planned by run ${plannedBy} · as of`, now)],
  };
}
