import type { Approvals } from '../ports/approvals.ts';
import type { Clock } from '../ports/clock.ts';
import type { JournalEntry } from '../ports/journal.ts';
import type { Runs } from '../ports/runs.ts';
import { type Actor, actorInWords, authorise } from './access.ts';
import { admitApproved, runId } from './admit.ts';
import type { Answer, Approval } from './approval.ts';
import { changeApproval } from './change-approval.ts';
import {
  beginAgain,
  countedInWords,
  decide,
  firstRunOf,
  hasBegunToChange,
  isPastReturn,
  revoke,
  withdraw,
} from './decide.ts';
import { Refusal } from './errors.ts';
import { mustHold, mustNotBeHeldBack } from './held-back.ts';
import type { AnyJob } from './job.ts';
import type { Keepers } from './keepers.ts';
import { deedInWords } from './plan.ts';
import type { Posting } from './reception.ts';
import type { Report } from './report.ts';
import { type ApprovedMode, hasEnded, type Run } from './run.ts';

/** Where people agree or disagree. Each answers what the person alone is to read, if anything; throws Refusal and Fault. */
export interface VotingDesk extends Pick<Approvals, 'find' | 'address'> {
  vote(approvalId: string, actor: Actor, answer: Answer): Promise<Report | undefined>;
  /** The one who asked, or an approver, takes the request back before it begins. */
  withdraw(approvalId: string, actor: Actor): Promise<Report | undefined>;
}

/** Everything about approvals that is done without a worker. */
export interface ApprovalDesk extends VotingDesk {
  /**
   * Goes on with what stopped in the middle, or takes it back: exactly what was approved, by whoever may operate or approve, while it is
   * still held for that. `mayBeSaidHere` throws where its target is not spoken of.
   */
  again(
    approvalId: string,
    actor: Actor,
    mode: 'resume' | 'rollback',
    mayBeSaidHere: (target: string) => void,
  ): Promise<Report>;
  /** Starts what was approved; does nothing where that was done. */
  start(approval: Approval): Promise<void>;
}

export interface ApprovalDeskParts {
  readonly jobs: ReadonlyMap<string, AnyJob>;
  readonly runs: Runs;
  readonly keepers: Keepers;
  readonly clock: Clock;
  postCard(run: Run): Promise<Posting>;
  enqueue(run: Run): Promise<void>;
  linkTo(runId: string): Promise<string | undefined>;
}

export function createApprovalDesk(parts: ApprovalDeskParts): ApprovalDesk {
  const { runs, keepers, clock } = parts;
  const { approvals, audit } = keepers;

  function jobOf({ plan }: Approval): AnyJob {
    const job = parts.jobs.get(plan.action);
    if (!job?.planning) throw new Refusal(`This version does not know how to ${plan.action}: nothing was begun.`);
    return job;
  }

  /** Decides, and puts on record what was decided or why not. */
  async function recorded(
    id: string,
    actor: Actor,
    kind: 'vote' | 'cancel',
    what: string,
    change: (approval: Approval) => Approval,
  ): Promise<Approval> {
    const about = (approval: Approval | undefined) => ({
      ...{ target: approval?.plan.target ?? '?', by: actorInWords(actor), approval: id, digest: approval?.digest },
    });
    try {
      const after = await changeApproval(approvals, id, change);
      await audit.add({ kind, ...about(after), what: `${what}: ${after.plan.action}, now ${after.state}` });
      return after;
    } catch (error) {
      if (error instanceof Refusal)
        await audit.add({ kind: 'refusal', ...about(await approvals.find(id)), what: `${what}: ${error.message}` });
      throw error;
    }
  }

  /** A vote for what may not begin would only be used up. */
  async function mustBeAllowedToBegin(id: string, actor: Actor): Promise<void> {
    const approval = await visible(id, actor);
    const about = { target: approval.plan.target, targetKind: jobOf(approval).targetKind };
    await mustNotBeHeldBack(keepers, { ...about, queue: 'danger', approval: { id, mode: 'run' } });
  }

  async function vote(id: string, actor: Actor, answer: Answer): Promise<Report> {
    if (answer.kind === 'approve') await mustBeAllowedToBegin(id, actor);
    const what = answer.kind === 'approve' ? 'approved' : 'rejected';
    const after = await recorded(id, actor, 'vote', what, (one) => decide(one, actor, answer, clock.now()));
    if (after.state === 'rejected')
      return {
        tone: 'neutral',
        title: `You rejected ${deedInWords(after.plan)}.`,
        changed: 'nothing',
      };
    if (after.state === 'approved') await start(after);
    else await check(after, actor);
    const next = after.state === 'approved' ? ' It begins now.' : '';
    return { tone: 'good', title: `${countedInWords(after)}${next}` };
  }

  /** Whoever votes should hear soon that what they voted for holds no more; it is looked at again before it begins in any case. */
  async function check(approval: Approval, actor: Actor): Promise<void> {
    const { planning } = jobOf(approval);
    if (!planning) return;
    const id = runId(`approval ${approval.id} check ${approval.version}`);
    const words = `check of ${approval.words}`;
    await begin(admitApproved(planning, approval, 'check', { id, actor, words, now: clock.now() }));
  }

  async function begin(run: Run): Promise<Posting> {
    const admission = await runs.admit(run);
    if (admission.kind === 'repeated' && hasEnded(admission.run.state)) return { kind: 'posted' };
    const posting = run.thread ? await parts.postCard(run) : ({ kind: 'posted' } as const);
    if (posting.kind !== 'refused') await parts.enqueue(run);
    return posting;
  }

  async function start(approval: Approval): Promise<void> {
    const { requester, words } = approval;
    const actor: Actor = { kind: 'person', ...requester, grants: [] };
    const request = { id: firstRunOf(approval), actor, words, now: clock.now() };
    const run = admitApproved(jobOf(approval), approval, 'run', request);
    const posting = await begin(run);
    if (posting.kind !== 'refused') return;
    // Nobody would see what happens: then it does not happen.
    const report: Report = { tone: 'bad', title: posting.reason, changed: 'nothing', next: posting.next };
    await runs.end(run.id, undefined, { state: 'refused', report });
    await changeApproval(approvals, approval.id, (one) => revoke(one, posting.reason, clock.now()));
  }

  async function again(...[id, actor, mode, mayBeSaidHere]: Parameters<ApprovalDesk['again']>): Promise<Report> {
    const approval = await visible(id, actor);
    const { target } = approval.plan;
    const words = `${mode} ${id}`;
    const about = { target, by: actorInWords(actor), approval: id, digest: approval.digest };
    try {
      mustMayGoOn(target, actor);
      mayBeSaidHere(target);
      if (mode === 'rollback') await mustMayLose(approval, actor);
      const run = await goingOn(approval, actor, mode, words);
      const freeze = run.approval?.despiteFreeze ? await keepers.freezes.holding(target) : undefined;
      const despite = freeze ? `, though frozen by ${freeze.by}` : '';
      await audit.add({ kind: 'request', ...about, run: run.id, what: `${words}${despite}` });
      await begin(run);
      return startedAgain(run.id, mode, await parts.linkTo(run.id));
    } catch (error) {
      if (error instanceof Refusal) await audit.add({ kind: 'refusal', ...about, what: `${words}: ${error.message}` });
      throw error;
    }
  }

  /** Past the point of no return the way back loses what was written since: nobody decides that alone about what they asked for. */
  async function mustMayLose({ id, plan, requester }: Approval, actor: Actor): Promise<void> {
    const point = plan.steps.find(({ isPointOfNoReturn }) => isPointOfNoReturn);
    const isPast =
      point && (await keepers.journal.read(id)).some(({ step, event }) => step === point.name && event === 'started');
    if (!isPast) return;
    const why = `It went past its point of no return, ${point.name}: rolled back, what was written since is lost.`;
    if (authorise(actor, { role: 'approver', target: plan.target }).kind === 'no' || actor.id === requester.id)
      throw new Refusal(`${why} That takes an approver who has not asked for it.`, [
        'Or go on: ',
        { command: `resume ${id}` },
      ]);
  }

  async function goingOn(approval: Approval, actor: Actor, mode: Again, words: string): Promise<Run> {
    const after = approval.runs.at(-1);
    const last = after === undefined ? undefined : await runs.find(after);
    const id = await idAfter(approval, mode);
    beginAgain(approval, id, after, !last || hasEnded(last.state));
    const journal = await keepers.journal.read(approval.id);
    mustHaveChanged(approval, mode, journal);
    await mustHold(keepers, approval, jobOf(approval));
    const hasWayBack = !isPastReturn(approval, journal);
    const changed = last ? (last.memory?.changed ?? last.approval?.changed ?? 'nothing') : undefined;
    const despiteFreeze = mode === 'rollback' && hasWayBack && mayApprove(actor, approval.plan.target);
    const request = { id, actor, words, now: clock.now(), after, changed, despiteFreeze };
    const run = admitApproved(jobOf(approval), approval, mode, request);
    await mustNotBeHeldBack(keepers, run, hasWayBack);
    return run;
  }

  /** One for all who press at once; another once that could not begin. */
  async function idAfter({ id, runs: former }: Approval, mode: Again): Promise<string> {
    for (let times = 1; ; times++) {
      const run = runId(`approval ${id} ${mode} after ${former.at(-1)} ${times}`);
      const known = await runs.find(run);
      if (!known || !hasEnded(known.state)) return run;
    }
  }

  /** Nobody has agreed to begin so late what was never begun: votes, rights and the plan itself have gone stale. */
  function mustHaveChanged(approval: Approval, mode: Again, journal: readonly JournalEntry[]): void {
    if (mode === 'rollback' || hasBegunToChange(approval, journal)) return;
    throw new Refusal('It changed nothing before it stopped, so there is nothing to go on with.', [
      'To plan it anew: ',
      { command: approval.words },
    ]);
  }

  /** Whoever may not look learns nothing, not even that it is there. */
  async function visible(id: string, actor: Actor): Promise<Approval> {
    const approval = await approvals.find(id);
    if (approval && authorise(actor, { role: 'viewer', target: approval.plan.target }).kind === 'yes') return approval;
    throw new Refusal(`There is no approval ${id}.`, ['See ', { command: 'runs' }]);
  }

  return {
    find: (id) => approvals.find(id),
    address: (id, ts) => approvals.address(id, ts),
    vote,
    start,
    again,
    async withdraw(id, actor) {
      const after = await recorded(id, actor, 'cancel', 'withdrew', (one) => withdraw(one, actor, clock.now()));
      return {
        tone: 'neutral',
        title: `${deedInWords(after.plan)} is withdrawn.`,
        changed: 'nothing',
      };
    },
  };
}

type Again = Exclude<ApprovedMode, 'run' | 'check'>;

function mustMayGoOn(target: string, actor: Actor): void {
  const mayOperate = authorise(actor, { role: 'operator', target });
  if (mayOperate.kind === 'yes' || mayApprove(actor, target)) return;
  throw new Refusal(mayOperate.reason, mayOperate.next);
}

const mayApprove = (actor: Actor, target: string): boolean =>
  authorise(actor, { role: 'approver', target }).kind === 'yes';

function startedAgain(run: string, mode: Again, link: string | undefined): Report {
  const does = mode === 'resume' ? 'goes on with it' : 'takes it back';
  return {
    tone: 'neutral',
    title: `Run ${run} ${does}.`,
    text: link ? [{ link, label: 'Follow it in its thread' }, '.'] : ['See ', { command: `runs ${run}` }],
  };
}
