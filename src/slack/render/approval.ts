import type { ContextBlock } from '@slack/types';
import type { Approval } from '../../chatops/approval.ts';
import { approvalReport } from '../../chatops/approval-report.ts';
import { clip } from '../limits.ts';
import { literal } from '../literal.ts';
import type { Message } from './card.ts';
import { dateMarkup } from './pieces.ts';
import { renderReport } from './report.ts';

/** The message of an approval as it is now. Its buttons carry the approval's id and nothing else. */
export function renderApproval(approval: Approval, calledAs: string, now: Date): Message {
  const { text, blocks } = renderReport(approvalReport(approval), {
    id: `approval:${approval.id}`,
    calledAs,
    filesFollow: false,
  });
  return { text, blocks: [...blocks, closingLine(approval, now)] };
}

/** target · approval · run · when: on every card, always last. */
function closingLine({ plan, id, plannedBy }: Approval, now: Date): ContextBlock {
  const line = `${plan.target} · approval ${id} · planned by run ${plannedBy} · as of`;
  return {
    type: 'context',
    elements: [
      { type: 'plain_text', text: literal(clip(line, 300)), emoji: false },
      { type: 'mrkdwn', text: dateMarkup(now, '{date_short_pretty} {time_secs}') },
    ],
  };
}
