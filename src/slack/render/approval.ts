import type { Approval } from '../../chatops/approval.ts';
import { approvalReport } from '../../chatops/approval-report.ts';
import { english } from '../../languages/all.ts';
import type { Message } from './card.ts';
import { closingLine } from './closing-line.ts';
import { renderReport } from './report.ts';

/** The message of an approval as it is now. Its buttons carry the approval's id and nothing else. */
export function renderApproval(approval: Approval, calledAs: string, now: Date, language = english): Message {
  const { plan, id, plannedBy } = approval;
  const layout = { id: `approval:${id}`, calledAs, filesFollow: false, language };
  const { text, blocks } = renderReport(approvalReport(approval), layout);
  return {
    text,
    blocks: [
      ...blocks,
      closingLine(language.say(`${plan.target} · approval ${id} · planned by run ${plannedBy} · as of`), now),
    ],
  };
}
