import type { Text } from '../report.ts';
import type { RunRecord } from '../run.ts';
import { progressInWords } from '../run-report.ts';
import type { HomeSection, Seen } from './home.ts';
import { open } from './waiting.ts';

/** What is under way on what this person may look at. */
export async function runningSection({ running, parts }: Seen): Promise<HomeSection> {
  const lines = await Promise.all(running.map(async (run) => [...underWay(run), ...open(await parts.linkTo(run.id))]));
  return { title: running.length === 0 ? 'Nothing runs' : `Running now (${running.length})`, lines };
}

function underWay({ words, state, steps, progress, note }: RunRecord): Exclude<Text, string> {
  const at = steps.findIndex((step) => step.state === 'in_progress');
  const where = at < 0 ? '' : `, step ${at + 1} of ${steps.length}: ${steps[at]?.name}`;
  const so = progress ? `, ${progressInWords(progress)}` : '';
  const waits = state === 'queued' ? ', waits' : '';
  return [{ code: words }, `${waits}${where}${so}${note === undefined ? '' : `; ${note}`}`];
}

export async function recentSection({ recent, parts }: Seen): Promise<HomeSection> {
  const lines = await Promise.all(
    recent.map(
      async (run): Promise<Text> => [
        { time: run.createdAt.toISOString() },
        ' · ',
        { code: run.words },
        ' · ',
        run.report?.title ?? run.state,
        ...open(await parts.linkTo(run.id)),
      ],
    ),
  );
  return {
    title: 'Recent runs',
    lines: lines.length === 0 ? ['None yet on what you may see.'] : lines,
    actions: [{ label: 'Runs', does: 'command', on: 'runs' }],
  };
}
