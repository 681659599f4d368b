import type { Actor } from '../../src/chatops/access.ts';
import type { Answer, Approval } from '../../src/chatops/approval.ts';
import type { VotingDesk } from '../../src/chatops/approval-desk.ts';
import type { Refusal } from '../../src/chatops/errors.ts';

export interface FakeApprovalDesk extends VotingDesk {
  /** What people answered, in order. */
  readonly answers: readonly { readonly approval: string; readonly by: string; readonly answer: Answer | 'withdraw' }[];
  put(approval: Approval): void;
  /** What the next answers meet in place of being taken. */
  refusal: Refusal | undefined;
}

/** A desk that takes down what people answer and decides nothing: for what Slack shows and sends. */
export function createFakeApprovalDesk(): FakeApprovalDesk {
  const approvals = new Map<string, Approval>();
  const answers: { approval: string; by: string; answer: Answer | 'withdraw' }[] = [];
  const take = (approval: string, actor: Actor, answer: Answer | 'withdraw') => {
    if (desk.refusal) throw desk.refusal;
    answers.push({ approval, by: actor.id, answer });
    return undefined;
  };
  const desk: FakeApprovalDesk = {
    answers,
    refusal: undefined,
    put: (approval) => void approvals.set(approval.id, approval),
    find: async (id) => approvals.get(id),
    async address(id, ts) {
      const approval = approvals.get(id);
      if (!approval || approval.messageTs !== undefined) return false;
      approvals.set(id, { ...approval, messageTs: ts });
      return true;
    },
    vote: async (id, actor, answer) => take(id, actor, answer),
    withdraw: async (id, actor) => take(id, actor, 'withdraw'),
  };
  return desk;
}
