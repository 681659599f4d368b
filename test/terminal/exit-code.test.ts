import { describe, expect, it } from 'vitest';
import { Report } from '../../src/chatops/report.ts';
import { exitCode, refused } from '../../src/terminal/exit-code.ts';

const report = (tone: Report['tone']): Report => ({ tone, title: 'prod-1: so it is' });

describe('the exit code', () => {
  it.each([
    ['done', 'good', 0],
    ['done', 'warning', 0],
    ['done', 'bad', 1],
    ['failed', 'bad', 1],
    ['refused', 'warning', 1],
    ['cancelled', 'neutral', 1],
  ] as const)('of a run that is %s with %s news is %i', (state, tone, code) => {
    expect(exitCode({ kind: 'ended', run: { state, report: report(tone) } })).toBe(code);
  });

  it('of an answer is 0 unless it is bad news', () => {
    expect(exitCode({ kind: 'answered', report: report('warning'), isBusy: false })).toBe(0);
    expect(exitCode({ kind: 'answered', report: report('bad'), isBusy: false })).toBe(1);
  });

  it.each([0, 2, 3])('of a verdict is its own, %i, once its run is done', (code) => {
    const verdict = { ...report('warning'), exitCode: code };
    expect(exitCode({ kind: 'ended', run: { state: 'done', report: verdict } })).toBe(code);
    expect(exitCode({ kind: 'ended', run: { state: 'failed', report: verdict } })).toBe(1);
    expect(exitCode({ kind: 'answered', report: verdict, isBusy: true })).toBe(1);
  });

  it('of a verdict is never that of a command line which was refused', () => {
    expect(Report.safeParse({ ...report('warning'), exitCode: refused }).success).toBe(false);
  });

  it('of what was not begun because another run has the lock is 1', () => {
    expect(exitCode({ kind: 'answered', report: report('neutral'), isBusy: true })).toBe(1);
  });
});
