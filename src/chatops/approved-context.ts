import type { JournalEntry } from '../ports/journal.ts';
import type { Lease } from '../ports/leases.ts';
import { actorInWords } from './access.ts';
import type { Approval } from './approval.ts';
import { hasChanged } from './endings.ts';
import { mustNotBeHeldBack } from './held-back.ts';
import { Interruption, unless } from './interruption.ts';
import type { RunContext } from './job.ts';
import type { Keepers } from './keepers.ts';
import { changesNothing } from './plan.ts';
import { pastReturn, type RunRecord } from './run.ts';

export interface ApprovedWork {
  readonly run: RunRecord;
  readonly context: RunContext;
  readonly keepers: Keepers;
  readonly now: () => Date;
  /** Stops this attempt: somebody else has the target. */
  readonly stop: AbortController;
}

/** Each step first looks whether the target is still ours; those of the plan are written down before they begin. */
export function approvedContext(approval: Approval, lease: Lease, work: ApprovedWork): RunContext {
  const { context, keepers, run } = work;
  const planned = new Map(approval.plan.steps.map((step) => [step.name, step]));
  const note = noteIn(approval, lease, work);
  let kept: string | undefined;

  async function inJournal<T>(name: string, doing: () => Promise<T>): Promise<T> {
    if (!isPastReturn(approval, name)) await mustNotBeHeldBack(keepers, run, hasChanged(context));
    await remember(name);
    // One look with the wish to stop: whoever asks from here on is told that it is too late.
    if (planned.get(name)?.isPointOfNoReturn) await context.remember(pastReturn, name);
    await note(name, 'started');
    await record(approval, `step: ${name}`, 'step', work);
    kept = undefined;
    try {
      const result = await doing();
      await note(name, 'ended', kept);
      return result;
    } catch (error) {
      await note(name, 'failed', error instanceof Error ? error.message : 'unknown');
      throw error;
    }
  }

  /** In words, before it is changed: who reads it after a crash must not be told too little. */
  async function remember(name: string): Promise<void> {
    const step = planned.get(name);
    if (run.approval?.mode === 'rollback' || !step || changesNothing(step)) return;
    const before = hasChanged(context) ? (context.memory.changed ?? '') : '';
    if (before.split('; ').includes(step.changes)) return;
    await context.remember('changed', before === '' ? step.changes : `${before}; ${step.changes}`);
  }

  /** What takes steps back stands in no plan, and needs the target in hand all the same. */
  async function inHand<T>(name: string, doing: () => Promise<T>): Promise<T> {
    await mustHoldTarget();
    await record(approval, `step: ${name}`, 'step', work);
    return doing();
  }

  async function mustHoldTarget(): Promise<void> {
    if (!(await keepers.leases.renew(lease))) throw superseded(work);
  }

  return {
    ...context,
    // Who asks to stop, and a worker that is told to, wait for the step under way: half a step is worse than either side of it.
    signal: unless(context.signal, 'cancelled', 'stopping'),
    // Nor does a wish to stop undo a step right before its commit point: only who has lost the target must not commit.
    stillOurs: mustHoldTarget,
    step: (name, doing) => context.step(name, () => (planned.has(name) ? inJournal(name, doing) : inHand(name, doing))),
    get memory() {
      return context.memory;
    },
    approved: {
      approval: approval.id,
      plan: approval.plan,
      mode: run.approval?.mode ?? 'run',
      journal: () => keepers.journal.read(approval.id),
      keep: (detail) => {
        kept = detail;
      },
      mayStop: context.signal,
      undoing: (step) => note(step, 'undoing'),
      undone: (step, detail) => note(step, 'undone', detail),
    },
  };
}

/** Past the point of no return a freeze comes too late, as a stop does: half of it is worse than all. */
function isPastReturn({ plan: { steps } }: Approval, name: string): boolean {
  const noReturn = steps.findIndex(({ isPointOfNoReturn }) => isPointOfNoReturn);
  return noReturn >= 0 && steps.findIndex((step) => step.name === name) > noReturn;
}

/** Writes into the journal, which takes nothing from who has lost the target. */
function noteIn(approval: Approval, lease: Lease, work: ApprovedWork) {
  const { keepers, run, now } = work;
  return async (step: string, event: JournalEntry['event'], detail?: string): Promise<void> => {
    const entry = { at: now(), step, event, run: run.id, fence: lease.fence, detail };
    if (!(await keepers.journal.add(approval.id, lease.target, entry))) throw superseded(work);
  };
}

function superseded({ stop }: Pick<ApprovedWork, 'stop'>): Interruption {
  const interruption = new Interruption('superseded');
  stop.abort(interruption);
  return interruption;
}

/** Puts on record what becomes of the work. */
export function record(
  approval: Approval,
  what: string,
  kind: 'start' | 'step' | 'end',
  { run, keepers }: Pick<ApprovedWork, 'run' | 'keepers'>,
): Promise<void> {
  const about = { target: run.target, by: actorInWords(run.actor), run: run.id, approval: approval.id };
  return keepers.audit.add({ kind, ...about, what: `${approval.plan.action}: ${what}`, digest: approval.digest });
}
