import type { Approvals } from '../ports/approvals.ts';
import type { Approval } from './approval.ts';
import { Refusal } from './errors.ts';

/**
 * Reads, decides and puts back until nobody came between. Answers the approval as it is then: unchanged where `decide` answered the same or
 * nothing. Throws Refusal where there is none, and what `decide` throws.
 */
export async function changeApproval(
  approvals: Pick<Approvals, 'find' | 'replace'>,
  id: string,
  decide: (approval: Approval) => Approval | undefined,
): Promise<Approval> {
  for (;;) {
    const before = await approvals.find(id);
    if (!before) throw new Refusal(`There is no approval ${id}.`, ['See ', { command: 'runs' }]);
    const after = decide(before);
    if (after === undefined || after === before) return before;
    if (await approvals.replace(after)) return after;
  }
}
