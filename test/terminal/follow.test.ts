import { expect, it } from 'vitest';
import { follow } from '../../src/terminal/follow.ts';
import { aRun } from '../contract/runs.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { createFakeOutbox } from '../fakes/outbox.ts';
import { createFakeRuns } from '../fakes/runs.ts';

it('writes steps without what would repaint the terminal or turn words around, a line a fact', async () => {
  const clock = createFakeClock();
  const runs = createFakeRuns(clock, createFakeOutbox(clock));
  const run = aRun();
  await runs.admit(run);
  await runs.begin(run.id, 'w\u001b[2J1');
  const detail = 'all\u001b]0;owned\u0007 \u202ewell\u2069\ndone';
  const steps = [{ name: 'stream\u009b2J', state: 'complete', detail } as const];
  await runs.end(run.id, 1, { state: 'done', report: { tone: 'good', title: 'Saved' }, steps });
  const lines: string[] = [];
  await follow(runs, run.id, (line) => lines.push(line));
  expect(lines).toEqual(['  attempt 1 on w1', '  1/1 stream: done — all well done']);
});
