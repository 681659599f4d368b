import { isDeepStrictEqual } from 'node:util';
import { type Approval, isUnsettled } from '../../src/chatops/approval.ts';
import type { Approvals } from '../../src/ports/approvals.ts';
import type { Outbox } from '../../src/ports/outbox.ts';

/** Approvals in memory, as Redis keeps them. */
export function createFakeApprovals(outbox: Pick<Outbox, 'put'>): Approvals {
  const kept = new Map<string, Approval>();
  const messages = new Map<string, string>();
  const keep = async ({ messageTs: _, ...approval }: Approval) => {
    kept.set(approval.id, structuredClone(approval));
    const letter = { kind: 'approval', approvalId: approval.id, runId: approval.plannedBy } as const;
    if (approval.thread !== undefined) await outbox.put(`approval:${approval.id}`, letter);
  };
  const read = (id: string): Approval | undefined => {
    const [approval, messageTs] = [kept.get(id), messages.get(id)];
    return approval && structuredClone({ ...approval, ...(messageTs === undefined ? {} : { messageTs }) });
  };
  return {
    async open(approval, said) {
      const { id, plannedBy: runId, thread } = approval;
      const isNew = !kept.has(id);
      if (isNew) await keep(approval);
      if (isNew && thread && said)
        await outbox.put(`plan:${id}`, { kind: 'say', runId, report: said, broadcast: false });
      return read(approval.id) ?? approval;
    },
    find: async (id) => read(id),
    async replace(next) {
      const { messageTs: _, ...wished } = next;
      const before = kept.get(next.id);
      const isAgain = next.state === 'running' && isDeepStrictEqual(before, wished);
      if (!isAgain && before?.version !== next.version - 1) return false;
      await keep(next);
      return true;
    },
    async address(id, ts) {
      if (messages.has(id)) return false;
      messages.set(id, ts);
      return true;
    },
    async unsettled() {
      return [...kept.keys()].sort().flatMap((id) => {
        const approval = read(id);
        return approval && isUnsettled(approval) ? [approval] : [];
      });
    },
  };
}
