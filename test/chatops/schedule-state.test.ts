import { expect, it } from 'vitest';
import type { Says } from '../../src/chatops/run.ts';
import { judge, type ScheduleState } from '../../src/chatops/schedule-state.ts';
import type { Outcome } from '../../src/ports/runs.ts';

const saved: Outcome = { state: 'done', report: { tone: 'good', title: 'prod-1 is saved' } };
const failed: Outcome = { state: 'failed', report: { tone: 'bad', title: 'S3 said no', changed: 'nothing' } };
const refused: Outcome = { state: 'refused', report: { tone: 'warning', title: 'no healthy member' } };
const stale: Outcome = { state: 'done', report: { tone: 'warning', title: 'backups of prod-1 are too old' } };
const cancelled: Outcome = { state: 'cancelled', report: { tone: 'neutral', title: 'Cancelled by Alice.' } };

const start = new Date('2026-03-01T09:00:00Z').getTime();
const at = (hour: number) => new Date(start + hour * 3_600_000);

/** Runs that ended one after the other, an hour between them; answers which of them spoke, and what is known in the end. */
function after(says: Says, ...outcomes: readonly Outcome[]) {
  let state: ScheduleState = {};
  const spoke = outcomes.map((outcome, nth) => {
    const judged = judge(state, { id: `r-${nth}`, says }, outcome, at(nth));
    state = judged.after;
    return judged.speaks;
  });
  return { spoke, state };
}

it('speaks of every failure and of the recovery, and of nothing else', () => {
  expect(after('failures', saved, failed, failed, saved, saved).spoke).toEqual([false, true, true, true, false]);
});

it('takes bad news and a refusal for a failure, though the work was done', () => {
  expect(after('failures', stale, refused, saved).spoke).toEqual([true, true, true]);
});

it('speaks of every run where it is asked to', () => {
  expect(after('always', saved, saved, cancelled).spoke).toEqual([true, true, true]);
});

it('speaks of changes alone: of bad news once, and once when they are over', () => {
  expect(after('changes', saved, saved, stale, stale, failed, saved).spoke).toEqual([
    false,
    false,
    true,
    false,
    true,
    true,
  ]);
});

it('speaks of a change when the very first run is not well', () => {
  expect(after('changes', stale, stale).spoke).toEqual([true, false]);
});

it('takes a cancelled run for neither a failure nor a recovery', () => {
  expect(after('failures', failed, cancelled, saved).spoke).toEqual([true, false, true]);
  expect(after('changes', stale, cancelled, stale).spoke).toEqual([true, false, false]);
  expect(after('failures', failed, cancelled).state).toMatchObject({
    last: { state: 'cancelled' },
    failingSince: at(0),
  });
});

it('says since when it had failed once it is well again', () => {
  const { state } = after('failures', saved, failed, failed);
  expect(state.failingSince).toEqual(at(1));
  const { report } = judge(state, { id: 'r-9', says: 'failures' }, saved, at(9));
  expect(report.title).toBe('prod-1 is saved');
  expect(report.facts).toEqual([
    { label: 'Well again', value: ['It had failed since ', { time: at(1).toISOString() }], onCard: true },
  ]);
});

it('remembers the last run, and when one was well last', () => {
  expect(after('failures', saved, failed).state).toMatchObject({
    last: { run: 'r-1', state: 'failed', title: 'S3 said no', at: at(1) },
    succeededAt: at(0),
    failingSince: at(1),
  });
  expect(after('failures', failed, saved).state.failingSince).toBeUndefined();
});
