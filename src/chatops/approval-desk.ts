import type { Approvals } from '../ports/approvals.ts';
import type { Actor } from './access.ts';
import type { Answer } from './approval.ts';
import type { Report } from './report.ts';

/** Where people agree or disagree. Each answers what the person alone is to read, if anything; throws Refusal and Fault. */
export interface ApprovalDesk extends Pick<Approvals, 'find' | 'address'> {
  vote(approvalId: string, actor: Actor, answer: Answer): Promise<Report | undefined>;
  /** The one who asked, or an approver, takes the request back before it begins. */
  withdraw(approvalId: string, actor: Actor): Promise<Report | undefined>;
}
