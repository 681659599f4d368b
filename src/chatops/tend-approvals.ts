import type { Approvals } from '../ports/approvals.ts';
import type { Audit } from '../ports/audit.ts';
import type { Clock } from '../ports/clock.ts';
import type { Lease, Leases } from '../ports/leases.ts';
import type { Logger } from '../ports/logger.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { Runs } from '../ports/runs.ts';
import { type Actor, authorise } from './access.ts';
import type { Approval, Voter } from './approval.ts';
import type { ApprovalDesk } from './approval-desk.ts';
import { changeApproval } from './change-approval.ts';
import { clear, end, expire, remind, revoke } from './decide.ts';
import { Refusal } from './errors.ts';
import { counted } from './format.ts';
import type { AnyJob } from './job.ts';
import { deedInWords } from './plan.ts';
import { hasEnded } from './run.ts';

export interface TendingParts {
  readonly approvals: Approvals;
  readonly audit: Pick<Audit, 'add'>;
  readonly leases: Pick<Leases, 'list' | 'giveBack'>;
  readonly desk: Pick<ApprovalDesk, 'start'>;
  readonly jobs: ReadonlyMap<string, AnyJob>;
  readonly runs: Runs;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Who somebody is now, with the rights they hold now. Throws Refusal for who may not ask for anything any more, Fault when nobody can say. */
  actorOf(voter: Voter): Promise<Actor>;
}

/**
 * Looks once after everything that waits: lets it expire, reminds, starts what a dead bot has not, answers workers that ask for rights, notices
 * runs that ended without a word, and gives back what they had no time to. Any number of bots may do so at once.
 */
export async function tendApprovals(parts: TendingParts): Promise<void> {
  for (const approval of await parts.approvals.unsettled()) {
    await tend(approval, parts).catch((error: unknown) =>
      parts.logger.warn({ approval: approval.id, err: error }, 'an approval could not be looked after'),
    );
  }
  for (const lease of await parts.leases.list()) {
    await giveBackAfterEnd(lease, parts).catch((error: unknown) =>
      parts.logger.warn({ target: lease.target, err: error }, 'a lease could not be looked after'),
    );
  }
}

/** In these nobody knows what the target is like, or it is half done: it is held until a person says so. */
const heldStates: readonly Approval['state'][] = ['approved', 'running', 'paused', 'failed'];

/** Its worker died between the end, which it had verified, and giving the target back; or before it began at all. */
async function giveBackAfterEnd(lease: Lease, { approvals, audit, leases, runs }: TendingParts): Promise<void> {
  const [approval, run] = await Promise.all([approvals.find(lease.approval), runs.find(lease.run)]);
  if (!approval || heldStates.includes(approval.state) || (run && !hasEnded(run.state))) return;
  // Of several bots one gives it back, and that one says so.
  if (!(await leases.giveBack(lease))) return;
  const about = { target: approval.plan.target, by: 'Salvor', run: lease.run, approval: approval.id };
  const what = `gave back ${approval.plan.target} (fence ${lease.fence}): its work had ended, ${approval.state}`;
  await audit.add({ kind: 'lease', ...about, what });
}

async function tend(approval: Approval, parts: TendingParts): Promise<void> {
  const { approvals, clock, desk, runs } = parts;
  const change = (decide: (one: Approval) => Approval | undefined) => changeApproval(approvals, approval.id, decide);
  const now = await change((one) => expire(one, clock.now()));
  if (now.state === 'pending') return reminded(now, parts);
  const last = now.runs.at(-1);
  const run = last === undefined ? undefined : await runs.find(last);
  if (now.state === 'approved' && !run) return desk.start(now);
  // It could not begin: nothing waits for it any more.
  if (now.state === 'approved' && run && hasEnded(run.state))
    return void (await change((one) => revoke(one, run.report?.title ?? 'It could not begin.', clock.now())));
  if (now.clearance?.kind === 'asked') {
    const why = await lostRight(now, parts);
    await change((one) => clear(one, why, clock.now()));
  }
  // Its worker is gone, and somebody else has ended the run.
  if (now.state === 'running' && last !== undefined && (!run || hasEnded(run.state)))
    await change((one) => end(one, last, 'failed'));
}

async function reminded(approval: Approval, { approvals, clock, outbox }: TendingParts): Promise<void> {
  const after = await changeApproval(approvals, approval.id, (one) => remind(one, clock.now()));
  const isOurs = after.version === approval.version + 1 && approval.remindedAt === undefined && after.remindedAt;
  if (!isOurs) return;
  const { plan, rule, votes, expiresAt, plannedBy: runId, id } = after;
  const missing = counted(rule.votes - votes.length, 'vote');
  await outbox.put(`remind:${id}`, {
    ...{ kind: 'say', runId, broadcast: true },
    report: {
      tone: 'warning',
      title: `${deedInWords(plan)} still waits for ${missing}.`,
      text: ['Votes count until ', { time: expiresAt.toISOString() }, '.'],
    },
  });
}

/** Who of those who asked and agreed may not any more, as a sentence; undefined when all may. */
async function lostRight(
  { plan, requester, votes }: Approval,
  { jobs, actorOf }: TendingParts,
): Promise<string | undefined> {
  const job = jobs.get(plan.action);
  if (!job) return `No bot knows how to ${plan.action}.`;
  const asked = { voter: requester, access: job.access(plan.payload), did: 'asked for it' };
  const access = { role: 'approver', target: plan.target } as const;
  const agreed = votes.map(({ by: voter }) => ({ voter, access, did: 'approved it' }));
  for (const { voter, access, did } of [asked, ...agreed]) {
    const lost = `${voter.name}, who ${did}, may not any more: nothing was begun.`;
    try {
      if (authorise(await actorOf(voter), access).kind === 'no') return lost;
    } catch (error) {
      if (error instanceof Refusal) return lost;
      throw error;
    }
  }
  return undefined;
}
