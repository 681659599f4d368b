import { describe, expect, it } from 'vitest';
import { runLogs } from '../../src/chatops/run-report.ts';
import { at, runRecord, steps } from '../slack/runs-to-show.ts';

describe('the log of a run that logged nothing', () => {
  it('is its result, where it ran and its steps, once it has ended', () => {
    const run = runRecord({
      ...{ state: 'done', attempt: 1, worker: 'worker-1', startedAt: at(0), endedAt: at(5), steps: steps(5) },
      report: { tone: 'good', title: 'prod-1 is saved' },
    });
    const report = runLogs(run, [], at(60));
    expect(report.title).toBe(
      `Run ${run.id} on prod-1 logged nothing. It is done; these are its steps and what else is known:`,
    );
    expect(report.facts).toEqual(
      expect.arrayContaining([
        { label: 'Result', value: 'prod-1 is saved' },
        { label: 'Took', value: '5.0 s' },
        { label: 'Worker', value: 'worker-1, attempt 1' },
      ]),
    );
    expect(report.table?.rows).toContainEqual(['read back', 'done', '1.0 s', '']);
    expect(report.file).toBeUndefined();
  });

  it('may come yet while it runs', () => {
    const report = runLogs(runRecord({ state: 'running', steps: steps(1) }), [], at(60));
    expect(report.title).toMatch(/ has logged nothing yet\. It is running; /);
    expect(report.table?.rows).toHaveLength(5);
  });
});
