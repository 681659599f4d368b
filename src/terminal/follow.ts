import { setTimeout as wait } from 'node:timers/promises';
import { bytesInWords, durationInWords } from '../chatops/format.ts';
import { hasEnded, type RunRecord } from '../chatops/run.ts';
import { progressInWords } from '../chatops/run-report.ts';
import type { Runs } from '../ports/runs.ts';
import { clean } from './clean.ts';

const everyMs = 250;

/** Writes what changes about a run, a line a fact, until it has ended; answers the run as it ended. */
export async function follow(
  runs: Runs,
  id: string,
  write: (line: string) => void,
  signal?: AbortSignal,
): Promise<RunRecord> {
  const said = new Set<string>();
  // Notes, steps and names of workers come from elsewhere; a fact is one line, whatever is in it.
  const say = (line: string) => write(clean(line).replaceAll('\n', ' '));
  let lastProgress = 0;
  for (;;) {
    const run = await runs.find(id);
    if (!run) throw new Error(`run ${id} is gone`);
    for (const line of facts(run)) {
      if (!said.has(line)) say(line);
      said.add(line);
    }
    if (run.progress && !hasEnded(run.state) && Date.now() - lastProgress >= 1000) {
      lastProgress = Date.now();
      say(`    ${progressInWords(run.progress)}${rate(run.progress)}`);
    }
    if (hasEnded(run.state)) return run;
    await wait(everyMs, undefined, signal ? { signal } : {});
  }
}

function facts(run: RunRecord): readonly string[] {
  return [
    ...(run.note ? [`  ${run.note}`] : []),
    ...(run.worker ? [`  attempt ${run.attempt} on ${run.worker}`] : []),
    ...run.steps.flatMap((step, index) => {
      const name = `  ${index + 1}/${run.steps.length} ${step.name}`;
      if (step.state === 'in_progress') return [`${name} …`];
      if (step.state === 'complete')
        return [`${name}: done${took(step.startedAt, step.endedAt)}${step.detail ? ` — ${step.detail}` : ''}`];
      return step.state === 'error' ? [`${name}: failed${took(step.startedAt, step.endedAt)}`] : [];
    }),
  ];
}

function took(from: Date | undefined, to: Date | undefined): string {
  return from && to ? ` in ${durationInWords(to.getTime() - from.getTime())}` : '';
}

function rate(progress: NonNullable<RunRecord['progress']>): string {
  const seconds = (Date.now() - progress.since.getTime()) / 1000;
  if (progress.unit !== 'bytes' || seconds < 0.5) return '';
  return `, ${bytesInWords(progress.done / seconds)}/s`;
}
