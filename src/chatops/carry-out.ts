import type { Ports } from '../ports/index.ts';
import type { Lease } from '../ports/leases.ts';
import type { Approval } from './approval.ts';
import { type ApprovedWork, approvedContext, record } from './approved-context.ts';
import { mustBeAsApproved } from './as-approved.ts';
import { planNow, supersedeBy } from './ask-approval.ts';
import { changeApproval } from './change-approval.ts';
import { askClearance, begin, beginAgain, end, revoke } from './decide.ts';
import { endings, hasChanged } from './endings.ts';
import { Refusal } from './errors.ts';
import { firstFew } from './format.ts';
import { leaseTarget, mustHold } from './held-back.ts';
import { Interruption } from './interruption.ts';
import type { AnyJob } from './job.ts';
import { keepLease } from './keep-lease.ts';
import { digestOf } from './plan.ts';
import type { Report } from './report.ts';
import { hasEnded, type RunRecord } from './run.ts';

export interface CarryingOut extends ApprovedWork {
  readonly job: AnyJob;
  readonly ports: Ports;
  readonly worker: string;
  find(runId: string): Promise<RunRecord | undefined>;
  /** A run that writes to the target now, if one does. */
  writing(target: string): Promise<RunRecord | undefined>;
  everySecond(work: () => void): () => void;
  pause(ms: number): Promise<void>;
}

/** What precedes the steps of a plan, as people read it. */
const confirmRights = 'Confirm that those who approved still may';
const planAgain = 'Make the plan again';

const clearanceWaitMs = 60_000;
const clearanceEveryMs = 300;
const writesWaitMs = 5 * 60_000;
const writesEveryMs = 1000;

/** The steps that a run will show. */
export function stepsOfApproved(
  approval: Approval,
  mode: NonNullable<RunRecord['approval']>['mode'],
): readonly string[] {
  const steps = approval.plan.steps.map(({ name }) => name);
  return mode === 'run' ? [confirmRights, planAgain, ...steps] : steps;
}

/**
 * Does what other people agreed to, or goes on with it, or takes it back: under the lease of its target, each step in the journal before it
 * begins. Throws Refusal with nothing changed where it must not begin.
 */
export async function carryOut(out: CarryingOut): Promise<Report> {
  const { run, keepers, job } = out;
  const asked = run.approval;
  const approval = asked && (await keepers.approvals.find(asked.id));
  if (!asked || !approval) throw new Refusal('This is dangerous, and nobody has approved it: nothing was begun.');
  mustBeAsApproved(approval, run, job);
  if (asked.mode !== 'run') await mustHold(keepers, approval, run);
  // From here on it holds its target: who reads of its death must know that.
  await out.context.remember('changed', changedSoFar(asked));
  const lease = await takeLease(approval, out);
  const begun = await beginUnder(lease, approval, out);
  const rest = out.everySecond(keepLease(lease, keepers.leases, out.stop));
  try {
    const report = await job.execute(run.payload, out.ports, approvedContext(begun, lease, out));
    await settle(begun, lease, howItEnded(asked, report), out);
    return report.isPaused ? endings.paused({ ...run, memory: out.context.memory }, report) : report;
  } catch (error) {
    await settleFailed(begun, lease, out);
    throw error;
  } finally {
    rest();
  }
}

function changedSoFar({ mode, changed = 'nothing' }: NonNullable<RunRecord['approval']>): string {
  const isTakenBack = mode === 'rollback' && changed !== 'nothing' && !changed.endsWith(partly);
  return isTakenBack ? `${changed}${partly}` : changed;
}

const partly = '; some of it may be taken back';

/** Under the lease, when nobody else changes anything any more: what is looked at now is what will be found. */
async function mustStillHold(approval: Approval, out: CarryingOut): Promise<void> {
  const { context } = out;
  await context.step(confirmRights, async () => {
    await othersMustEnd(out);
    await confirm(approval, out);
  });
  await context.step(planAgain, async () => {
    // Its own steps are no steps of this run.
    const plan = await planNow({ ...out, context: { ...context, step: (_name, work) => work() } });
    if (digestOf(plan) === approval.digest) return;
    const differences = await supersedeBy(plan, approval, out);
    throw new Refusal(
      `What was agreed to holds no more: ${firstFew(differences)}`,
      'The plan as it is now asks for its own approval, in the thread.',
    );
  });
}

/** Only a bot knows who is in which group of Slack, so a bot is asked. */
async function confirm(
  { id }: Approval,
  { run, keepers: { approvals }, now, pause, context }: CarryingOut,
): Promise<void> {
  await changeApproval(approvals, id, (one) => askClearance(one, run.id, now()));
  const until = now().getTime() + clearanceWaitMs;
  for (;;) {
    const clearance = (await approvals.find(id))?.clearance;
    if (clearance?.run === run.id && clearance.kind === 'given') return;
    const isRefused = clearance?.run === run.id && clearance.kind === 'refused';
    if (isRefused || now().getTime() >= until) {
      const why = isRefused ? clearance.why : 'No bot has confirmed the rights of those who approved within a minute.';
      await changeApproval(approvals, id, (one) => revoke(one, why, now()));
      throw new Refusal(why, ['To ask anew: ', { command: run.words }]);
    }
    context.signal.throwIfAborted();
    await pause(clearanceEveryMs);
  }
}

async function takeLease(approval: Approval, { run, keepers, worker }: CarryingOut): Promise<Lease> {
  const wanted = { target: leaseTarget(run), run: run.id, approval: approval.id, worker };
  const { kind, lease } = await keepers.leases.take(wanted);
  if (kind === 'taken') return lease;
  throw new Refusal(`${run.target} is held by run ${lease.run}: nothing was begun.`, [
    'See what it has done: ',
    { command: `runs ${lease.run}` },
  ]);
}

async function beginUnder(lease: Lease, approval: Approval, out: CarryingOut): Promise<Approval> {
  const { run, keepers, now } = out;
  try {
    await (run.approval?.mode === 'run' ? mustStillHold(approval, out) : othersMustEnd(out));
    const before = approval.runs.at(-1);
    const former = before === undefined || before === run.id ? undefined : await out.find(before);
    const isOver = !former || hasEnded(former.state);
    const begun = await changeApproval(keepers.approvals, approval.id, (one) =>
      run.approval?.mode === 'run' ? begin(one, run.id, now()) : beginAgain(one, run.id, run.approval?.after, isOver),
    );
    await record(begun, `began (${run.approval?.mode}), fence ${lease.fence}`, 'start', out);
    return begun;
  } catch (error) {
    // What stopped in the middle stays held, also when nobody can go on with it now.
    if (run.approval?.mode === 'run') await keepers.leases.giveBack(lease);
    throw error;
  }
}

/** Under the lease no write begins any more; one that had begun before is awaited: a snapshot or a defragmentation ends by itself. */
async function othersMustEnd({ run, context, now, pause, writing }: CarryingOut): Promise<void> {
  const until = now().getTime() + writesWaitMs;
  for (;;) {
    const other = await writing(run.target);
    if (!other) return;
    if (now().getTime() >= until)
      throw new Refusal(`Run ${other.id}, ${other.words}, is still under way: nothing was begun.`, [
        'Wait for it or stop it, then ask anew: ',
        { command: run.words },
      ]);
    context.detail(`waits for run ${other.id}: ${other.words}`);
    await context.stillOurs();
    await pause(writesEveryMs);
  }
}

type Settled = 'done' | 'paused' | 'undone';

const settledInWords: Readonly<Record<Settled, string>> = {
  done: 'done, and verified',
  paused: 'paused, and verified so far',
  undone: 'rolled back, and verified',
};

function howItEnded({ mode }: NonNullable<RunRecord['approval']>, { isPaused }: Report): Settled {
  if (isPaused) return 'paused';
  return mode === 'rollback' ? 'undone' : 'done';
}

/** Only what has come to its end is given back: nobody else may touch what is half done. */
async function settle(approval: Approval, lease: Lease, as: Settled, out: CarryingOut): Promise<void> {
  await changeApproval(out.keepers.approvals, approval.id, (one) => end(one, out.run.id, as));
  await record(approval, settledInWords[as], 'end', out);
  if (as !== 'paused') await out.keepers.leases.giveBack(lease);
}

/** The target stays held unless nothing was changed: nobody else may touch what is half done. */
async function settleFailed(approval: Approval, lease: Lease, out: CarryingOut): Promise<void> {
  const { context, keepers } = out;
  // Another has it: what became of it is theirs to say.
  if (out.stop.signal.reason instanceof Interruption && out.stop.signal.reason.kind === 'superseded') return;
  await changeApproval(keepers.approvals, approval.id, (one) => end(one, out.run.id, 'failed'));
  await record(approval, 'stopped before its end', 'end', out);
  if (!hasChanged(context) && approval.runs.length === 1) await keepers.leases.giveBack(lease);
}
