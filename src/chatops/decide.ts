import type { JournalEntry } from '../ports/journal.ts';
import { type Actor, authorise } from './access.ts';
import { runId } from './admit.ts';
import { type Answer, type Approval, isOpenApproval, type Voter } from './approval.ts';
import { Refusal } from './errors.ts';
import { counted } from './format.ts';
import { changesNothing } from './plan.ts';

/*
 * Every change of an approval, as pure functions: the approval as it was, and as it is. Each takes the next version; whoever keeps it compares
 * and sets. Throws Refusal with what the person is to read.
 */

const next = (approval: Approval, change: Partial<Approval>): Approval => ({
  ...approval,
  ...change,
  version: approval.version + 1,
});

export const voterOf = ({ id, team, name }: Actor): Voter => ({ id, name, ...(team === undefined ? {} : { team }) });

/** The run that carries out what was agreed to: one only, whoever starts it and however often. */
export const firstRunOf = ({ id }: Pick<Approval, 'id'>): string => runId(`approval ${id}`);

/** A person agrees or disagrees. */
export function decide(approval: Approval, by: Actor, answer: Answer, now: Date): Approval {
  mustBePending(approval, now);
  mustMayVote(approval, by);
  if (answer.kind === 'reject') return next(approval, { state: 'rejected', ended: endedBy(by, now, answer.reason) });
  mustAgreeToThis(approval, by, answer);
  const { provenAs } = answer;
  if (provenAs !== undefined && approval.votes.some((vote) => vote.provenAs === provenAs))
    throw new Refusal(
      'Whoever you are at the provider has approved this already: one vote a person.',
      'Ask another approver.',
    );
  const votes = [...approval.votes, { by: voterOf(by), at: now, ...(provenAs === undefined ? {} : { provenAs }) }];
  if (votes.length < approval.rule.votes) return next(approval, { votes });
  const expiresAt = new Date(now.getTime() + approval.rule.startMs);
  return next(approval, { state: 'approved', votes, expiresAt, runs: [firstRunOf(approval)] });
}

function mustBePending(approval: Approval, now: Date): void {
  if (approval.state === 'pending' && now < approval.expiresAt) return;
  const state = approval.state === 'pending' ? 'expired' : approval.state;
  throw new Refusal(`This is ${becameInWords[state]}: your answer changes nothing.`, 'Its message says how it stands.');
}

const becameInWords: Readonly<Record<Exclude<Approval['state'], 'pending'>, string>> = {
  approved: 'approved already',
  running: 'under way already',
  paused: 'begun already, and paused',
  done: 'done already',
  failed: 'begun already, and stopped in the middle',
  undone: 'rolled back already',
  rejected: 'rejected already',
  expired: 'expired',
  superseded: 'superseded by another plan',
  cancelled: 'withdrawn',
};

export const becameOf = ({ state }: Approval): string =>
  state === 'pending' ? 'not approved yet' : becameInWords[state];

function mustMayVote({ requester, plan }: Approval, by: Actor): void {
  if (by.kind !== 'person')
    throw new Refusal('Approvals are given in Slack, by people.', 'The bundle of the plan can be run by hand.');
  const verdict = authorise(by, { role: 'approver', target: plan.target });
  if (verdict.kind === 'no') throw new Refusal(verdict.reason, verdict.next);
  if (by.id === requester.id)
    throw new Refusal('You asked for this yourself: other people must agree.', 'Ask another approver.');
}

function mustAgreeToThis(approval: Approval, by: Actor, answer: Extract<Answer, { kind: 'approve' }>): void {
  const { plan, votes, digest, rule } = approval;
  if (votes.some((vote) => vote.by.id === by.id))
    throw new Refusal('You have approved this already: one vote a person.', 'Ask another approver.');
  if (answer.typed !== plan.target)
    throw new Refusal(`You typed another name than ${plan.target}: nothing was approved.`, 'Look at the plan again.');
  if (answer.digest !== digest)
    throw new Refusal('This is not the plan that you were shown: nothing was approved.', 'Read the new one.');
  if (rule.stepUp && answer.provenAs === undefined)
    throw new Refusal('A vote here counts once you have proven who you are: nothing was approved.');
}

const endedBy = (by: Pick<Actor, 'name'>, at: Date, reason?: string) => ({
  by: by.name,
  at,
  ...(reason === undefined ? {} : { reason }),
});

/** The one who asked, or an approver, takes it back before it begins. */
export function withdraw(approval: Approval, by: Actor, now: Date): Approval {
  if (!isOpenApproval(approval))
    throw new Refusal(
      `This is ${becameOf(approval)}: there is nothing to withdraw.`,
      'Its message says how it stands.',
    );
  const isOwn = by.id === approval.requester.id;
  const verdict = authorise(by, { role: 'approver', target: approval.plan.target });
  if (!isOwn && verdict.kind === 'no') throw new Refusal(verdict.reason, verdict.next);
  return next(approval, { state: 'cancelled', ended: endedBy(by, now) });
}

/** Undefined where its time has not come. */
export function expire(approval: Approval, now: Date): Approval | undefined {
  if (!isOpenApproval(approval) || now < approval.expiresAt) return undefined;
  return next(approval, { state: 'expired' });
}

/** Half of the time for votes is over and nobody was reminded yet; undefined otherwise. */
export function remind(approval: Approval, now: Date): Approval | undefined {
  if (approval.state !== 'pending' || approval.remindedAt) return undefined;
  const halfAt = approval.createdAt.getTime() + approval.rule.collectMs / 2;
  return now.getTime() < halfAt ? undefined : next(approval, { remindedAt: now });
}

/** What was agreed to holds no more; `by` is the approval of the plan as it is now. Undefined where it was no longer open. */
export function supersede(approval: Approval, differences: readonly string[], by?: string): Approval | undefined {
  if (!isOpenApproval(approval)) return undefined;
  return next(approval, {
    state: 'superseded',
    superseded: { differences: [...differences], ...(by === undefined ? {} : { by }) },
  });
}

/** What was approved may not begin after all; `why` is a sentence. Undefined where it was no longer open. */
export function revoke(approval: Approval, why: string, now: Date): Approval | undefined {
  if (!isOpenApproval(approval)) return undefined;
  return next(approval, { state: 'cancelled', ended: endedBy({ name: 'Salvor' }, now, why) });
}

/** A worker is about to begin, and asks whether the people still hold their rights. */
export function askClearance(approval: Approval, run: string, now: Date): Approval {
  mustBeToBegin(approval, run, now);
  const { clearance } = approval;
  if (clearance?.run === run) return approval;
  return next(approval, { clearance: { kind: 'asked', run, at: now } });
}

/** The answer of a bot; `why` they do not. Undefined where nothing was asked. */
export function clear(approval: Approval, why: string | undefined, now: Date): Approval | undefined {
  const { clearance } = approval;
  if (clearance?.kind !== 'asked') return undefined;
  const about = { run: clearance.run, at: now };
  return next(approval, {
    clearance: why === undefined ? { kind: 'given', ...about } : { kind: 'refused', ...about, why },
  });
}

/** The run begins with what was agreed to. */
export function begin(approval: Approval, run: string, now: Date): Approval {
  mustBeToBegin(approval, run, now);
  if (approval.clearance?.kind !== 'given' || approval.clearance.run !== run)
    throw new Refusal('Nobody has confirmed that those who approved still may: nothing was begun.');
  return next(approval, { state: 'running' });
}

function mustBeToBegin(approval: Approval, run: string, now: Date): void {
  if (approval.state !== 'approved') throw new Refusal(`The approval is ${becameOf(approval)}: nothing was begun.`);
  if (now >= approval.expiresAt)
    throw new Refusal('The approval has expired before a worker could begin: nothing was begun.');
  if (!approval.runs.includes(run)) throw new Refusal('The approval is for another run: nothing was begun.');
}

/** Another run goes on with what run `after` has left, or takes it back. `isOver` says that the run before has ended. */
export function beginAgain(approval: Approval, run: string, after: string | undefined, isOver: boolean): Approval {
  const last = approval.runs.at(-1);
  if (approval.state === 'running' && last === run) return approval;
  const isStopped = ['failed', 'paused'].includes(approval.state) || (approval.state === 'running' && isOver);
  if (!isStopped) throw new Refusal(`This is ${becameOf(approval)}: there is nothing to go on with or to take back.`);
  // What a person asked for was about what they saw then.
  if (last !== after) throw new Refusal(`Run ${last ?? ''} came between: look at what it has done before you go on.`);
  return next(approval, { state: 'running', runs: [...approval.runs, run] });
}

/** Whether a step that changes something was begun, by the journal. */
export function hasBegunToChange({ plan }: Approval, journal: readonly JournalEntry[]): boolean {
  const changing = new Set(plan.steps.filter((step) => !changesNothing(step)).map(({ name }) => name));
  return journal.some(({ step, event }) => event === 'started' && changing.has(step));
}

/** Whether the step from which there is no way back without loss was begun, by the journal. */
export function isPastReturn({ plan }: Approval, journal: readonly JournalEntry[]): boolean {
  const name = plan.steps.find((step) => step.isPointOfNoReturn)?.name;
  return journal.some(({ step }) => step === name);
}

/** Its run has ended. Undefined where that was known. */
export function end(
  approval: Approval,
  run: string,
  as: 'done' | 'paused' | 'failed' | 'undone',
): Approval | undefined {
  if (approval.state !== 'running' || approval.runs.at(-1) !== run) return undefined;
  return next(approval, { state: as });
}

/** 'Your vote counts: 1 of 2.' */
export const countedInWords = ({ votes, rule }: Approval): string =>
  `Your vote counts: ${votes.length} of ${counted(rule.votes, 'vote')}.`;
