import { Fault, type Refusal } from './errors.ts';
import { durationInWords } from './format.ts';
import type { Report, Text } from './report.ts';
import type { Run, RunRecord } from './run.ts';
import { kindInWords, kindOf } from './target.ts';

/** What an error may carry besides its message: what had been changed when it was thrown. */
export interface Changed {
  readonly changed: Text;
}

/** What is said when a run ends other than well, or before all is done. */
export const endings = {
  refused: (run: RunRecord, refusal: Refusal): Report => ({
    tone: 'warning',
    title: refusal.message,
    facts: about(run),
    changed: changedBy(refusal) ?? soFar(run) ?? (run.approval ? untouched(run) : 'nothing'),
    ...(refusal.next === undefined ? {} : { next: refusal.next }),
    ...(isHalfDone(run) ? { actions: whatNow(run) } : {}),
  }),

  faulted: (run: RunRecord, fault: Fault, last: RunRecord | undefined, now: Date): Report => ({
    tone: 'bad',
    title: `${work(run)}: ${fault.message}`,
    facts: [
      ...about(run),
      ...brokenStep(run),
      // Of what other people agreed to once, another time says nothing.
      ...(run.approval ? [] : [{ label: `Last good ${run.job}`, value: lastInWords(last, now), onCard: true }]),
      { label: 'Code', value: [{ code: fault.code }] },
    ],
    changed: changedBy(fault) ?? soFar(run) ?? untouched(run),
    next: fault.next ?? 'Look at the log; retry when what failed is well again.',
    actions: whatNow(run),
  }),

  /** Anything but a Refusal or a Fault is our own mistake. Its words are for the log, not for the person. */
  broken: (run: RunRecord, error: unknown): Report => ({
    tone: 'bad',
    title: `${work(run)} failed: Salvor made a mistake of its own.`,
    facts: [...about(run), ...brokenStep(run)],
    changed: changedBy(error) ?? soFar(run) ?? untouched(run),
    next: `Tell whoever runs Salvor the run's id, ${run.id}: its log names the mistake.`,
    actions: whatNow(run),
  }),

  cancelled: (run: RunRecord, by: string, error?: unknown): Report => ({
    tone: isHalfDone(run) ? 'bad' : 'neutral',
    title: `${work(run)}: stopped by ${by}${run.attempt === 0 ? ' before it started' : run.approval ? beforeStep(run) : ''}.`,
    facts: [...about(run), ...brokenStep(run)],
    changed: changedBy(error) ?? soFar(run) ?? (run.attempt === 0 ? 'nothing' : untouched(run)),
    ...(isHalfDone(run)
      ? { next: `${run.target} stays like that until somebody goes on with it or takes it back.` }
      : {}),
    actions: run.approval ? whatNow(run) : [{ label: 'Retry', does: 'retry', on: run.id }],
  }),

  /** What was agreed to is done in part, as its plan says, and waits for a word to go on. */
  paused: (run: RunRecord, report: Report): Report => ({
    next: `${run.target} stays like that, and held, until somebody goes on with it or takes it back.`,
    ...report,
    changed: soFar(run) ?? untouched(run),
    actions: whatNow(run),
  }),

  /** The worker is gone without a word: killed, frozen, or cut off. */
  workerDied: (run: RunRecord): Report => ({
    tone: 'bad',
    title: `${work(run)}: the worker died in the middle of it.`,
    facts: [
      ...about(run),
      ...brokenStep(run),
      { label: 'Worker', value: `${run.worker ?? 'unknown'}, attempt ${run.attempt}` },
    ],
    changed: soFar(run) ?? untouched(run),
    next: 'Look at the log and at the worker; then retry.',
    actions: whatNow(run),
  }),

  /** Dangerous work is never begun a second time by itself. `mayBeHeld` where nobody has given its target back. */
  interrupted: (run: RunRecord, mayBeHeld = true): Report => ({
    ...endings.workerDied(run),
    title: `${work(run)}: interrupted${inStep(run)}.`,
    ...whatNowInterrupted(run, mayBeHeld),
  }),

  /** Its worker was told to stop, which it does between steps where it can; what had changed nothing has given its target back. */
  stopped: (run: RunRecord): Report => {
    const report = endings.interrupted(run, false);
    if (inStep(run) !== '') return report;
    return { ...report, title: `${work(run)}: its worker was told to stop, and stopped${beforeStep(run)}.` };
  },

  unknownJob: (run: RunRecord, worker: string): Report => ({
    tone: 'bad',
    title: `${work(run)}: worker ${worker} does not know how to do this.`,
    facts: about(run),
    changed: 'nothing',
    next: 'Bot and worker are of different versions: bring both to the same one, then retry.',
    actions: whatNow(run),
  }),
} as const;

function lastInWords(last: RunRecord | undefined, now: Date): Text {
  if (!last) return 'none on record here';
  const age = now.getTime() - (last.endedAt ?? last.createdAt).getTime();
  return [`${durationInWords(age)} ago, run `, { code: last.id }];
}

/** What was to be done, and to what: the words as typed may not name it. */
const work = (run: Run): string => `${run.job} ${run.target}`;

function about(run: Run) {
  return [{ label: kindInWords[kindOf(run)], value: run.target }];
}

function brokenStep(run: RunRecord) {
  const at = run.steps.findIndex((step) => step.state === 'error' || step.state === 'in_progress');
  const step = run.steps[at];
  return step ? [{ label: 'Step', value: `${at + 1} of ${run.steps.length}: ${step.name}`, onCard: true }] : [];
}

function inStep(run: RunRecord): string {
  const at = run.steps.findIndex((step) => step.state === 'error' || step.state === 'in_progress');
  const step = run.steps[at];
  return step ? ` in step ${at + 1} of ${run.steps.length}: ${step.name}` : '';
}

function beforeStep(run: RunRecord): string {
  const at = run.steps.findIndex((step) => step.state === 'pending');
  const step = run.steps[at];
  return step ? ` before step ${at + 1} of ${run.steps.length}: ${step.name}` : '';
}

/** What work that changes things bit by bit has said of itself. */
const soFar = (run: RunRecord): Text | undefined => run.memory?.changed;

/** Reads change nothing, and most writes commit in their last step; of dangerous work nobody can say without looking. */
function untouched(run: Run): Text {
  // What carries out an approval says what it changes before it does.
  if (run.approval) return isFirst(run) ? 'nothing' : changedBefore(run);
  return run.queue === 'danger' ? 'not known: look before you act' : 'nothing';
}

function changedBy(error: unknown): Text | undefined {
  if (!(error instanceof Error) || !('changed' in error)) return undefined;
  const { changed } = error;
  return typeof changed === 'string' ? changed : undefined;
}

const isFirst = ({ approval }: Run): boolean => approval?.mode === 'run' || approval?.mode === 'check';

function changedBefore({ approval }: Run): string {
  if (approval?.changed === 'nothing') return 'nothing';
  return approval?.changed === undefined
    ? 'not known: look before you act'
    : `nothing more than before: ${approval.changed}`;
}

/** Whether the target may be between what was and what is to be. */
const isHalfDone = (run: RunRecord): boolean => run.approval !== undefined && (hasChanged(run) || !isFirst(run));

function whatNowInterrupted(run: RunRecord, mayBeHeld: boolean): Pick<Report, 'next' | 'actions'> {
  const logs = { label: 'Logs', does: 'logs', on: run.id } as const;
  if (isHalfDone(run))
    return { next: 'It is not begun again by itself: go on with it, or take it back.', actions: whatNow(run) };
  if (run.approval && mayBeHeld && run.memory?.changed !== undefined)
    return {
      next: `It had changed nothing, but holds ${run.target}: take it back, then plan it anew.`,
      actions: [{ label: 'Roll back', does: 'command', on: `rollback ${run.approval.id}`, style: 'primary' }, logs],
    };
  if (run.approval) return { next: 'It had changed nothing: plan it anew.', actions: whatNow(run) };
  return {
    next: 'It is not begun again by itself. See what its last step did before you do anything else.',
    actions: [logs],
  };
}

/** What other people agreed to is never simply done once more: it is gone on with, or taken back. */
function whatNow(run: RunRecord): NonNullable<Report['actions']> {
  const logs = { label: 'Logs', does: 'logs', on: run.id } as const;
  if (!run.approval) return [{ label: 'Retry', does: 'retry', on: run.id, style: 'primary' }, logs];
  if (!isHalfDone(run)) return [{ label: 'Plan anew', does: 'command', on: run.words }, logs];
  const { id } = run.approval;
  return [
    { label: 'Resume', does: 'command', on: `resume ${id}`, style: 'primary' },
    {
      ...{ label: 'Roll back', does: 'command', on: `rollback ${id}`, style: 'danger' },
      confirm: `Takes back what was changed on ${run.target}, as its plan says. Past the point of no return that loses what was written since.`,
    },
    logs,
  ];
}

/** Whether dangerous work has begun to change something: it says so before it does. */
export const hasChanged = (run: Pick<RunRecord, 'memory'> | undefined): boolean =>
  run?.memory?.changed !== undefined && run.memory.changed !== 'nothing';

/** Whether trying again may help. */
export const isRetryable = (error: unknown): error is Fault => error instanceof Fault && error.retryable;
