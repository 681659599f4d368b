import { bytesInWords, counted, durationInWords, minuteInWords } from './format.ts';
import type { Report, Value } from './report.ts';
import { hasEnded, type RunRecord, type Step } from './run.ts';
import { kindInWords, kindOf } from './target.ts';

interface LogLine {
  readonly at: Date;
  readonly line: string;
}

const stateInWords: Readonly<Record<RunRecord['state'], string>> = {
  queued: 'queued',
  running: 'running',
  done: 'done',
  refused: 'refused',
  failed: 'failed',
  cancelled: 'cancelled',
};

const stateOf = ({ state, report }: RunRecord): string => (report?.isPaused ? 'done so far' : stateInWords[state]);

const stepInWords: Readonly<Record<Step['state'], string>> = {
  pending: 'to come',
  in_progress: 'now',
  complete: 'done',
  error: 'failed',
};

/** A run with its steps and how long each took. */
export function runDetails(run: RunRecord, logs: readonly LogLine[], now: Date): Report {
  return {
    tone: toneOf(run),
    title: `Run ${run.id}: ${run.words} — ${stateOf(run)}`,
    facts: [
      { label: kindInWords[kindOf(run)], value: run.target },
      { label: 'Asked for by', value: [...who(run), ', ', { time: run.createdAt.toISOString() }] },
      ...(run.cancel ? [{ label: 'Stopped by', value: whoStopped(run.cancel) }] : []),
      { label: 'Took', value: took(run, now) },
      { label: 'Worker', value: run.worker ? `${run.worker}, attempt ${run.attempt}` : 'none has taken it yet' },
      ...(run.progress && !hasEnded(run.state) ? [{ label: 'So far', value: progressInWords(run.progress) }] : []),
      ...(run.report ? [{ label: 'Result', value: run.report.title }] : []),
      ...(run.report?.changed ? [{ label: 'Changed', value: run.report.changed }] : []),
      ...(run.report?.next ? [{ label: 'Next', value: run.report.next }] : []),
    ],
    table: {
      caption: `Steps of run ${run.id}`,
      columns: ['Step', 'State', 'Took', 'Detail'],
      rows: run.steps.map((step) => [step.name, stepInWords[step.state], stepTook(step, now), step.detail ?? '']),
    },
    ...(logs.length > 0 ? { text: [{ code: logText(logs.slice(-15)) }] } : {}),
  };
}

/** The end of a run's log; all that is kept of it as a file, where files can be shown. Of one that logged nothing, what else is known. */
export function runLogs(run: RunRecord, logs: readonly LogLine[], now: Date): Report {
  if (logs.length === 0) return nothingLogged(run, now);
  const shown = logs.slice(-40);
  const which =
    shown.length < logs.length ? `the last ${shown.length} of ${logs.length} lines` : counted(logs.length, 'line');
  return {
    tone: 'neutral',
    title: `Log of run ${run.id} on ${run.target}: ${which}`,
    text: [{ code: logText(shown) }],
    file: { name: `${run.id}.log`, title: `Log of ${run.id}`, base64: Buffer.from(logText(logs)).toString('base64') },
  };
}

function nothingLogged(run: RunRecord, now: Date): Report {
  const nothing = hasEnded(run.state) ? 'logged nothing' : 'has logged nothing yet';
  const title = `Run ${run.id} on ${run.target} ${nothing}. It is ${stateOf(run)}; these are its steps and what else is known:`;
  return { ...runDetails(run, [], now), tone: 'neutral', title };
}

/** Runs as a table, newest first. */
export function runList(runs: readonly RunRecord[], target: string | undefined, now: Date): Report {
  const of = target ? ` of ${target}` : '';
  if (runs.length === 0) return { tone: 'neutral', title: `There are no runs${of} yet that you may see.` };
  return {
    tone: 'neutral',
    title: `Runs${of}, newest first`,
    table: {
      caption: `Runs${of}, newest first`,
      columns: ['Run', 'Command', 'On', 'State', 'Asked (UTC)', 'Took', 'By'],
      spare: ['Asked (UTC)', 'On', 'By', 'Took'],
      rows: runs.map((run) => [
        run.id,
        run.words,
        run.target,
        stateOf(run),
        minuteInWords(run.createdAt),
        took(run, now),
        run.actor.name,
      ]),
    },
    next: ['One of them with its steps and log: ', { command: 'runs <run>' }],
  };
}

/** '103 MiB of about 507 MiB' */
export function progressInWords(progress: NonNullable<RunRecord['progress']>): string {
  const say = (amount: number) => (progress.unit === 'bytes' ? bytesInWords(amount) : `${amount} ${progress.unit}`);
  return progress.total > 0 ? `${say(progress.done)} of about ${say(progress.total)}` : say(progress.done);
}

function toneOf(run: RunRecord): Report['tone'] {
  if (run.state === 'done') return run.report?.isPaused ? 'warning' : 'good';
  if (run.state === 'failed') return 'bad';
  return run.state === 'refused' ? 'warning' : 'neutral';
}

function who(run: RunRecord): Value[] {
  return run.actor.kind === 'person' ? [{ person: run.actor.id }] : [`${run.actor.name} (${run.actor.kind})`];
}

function whoStopped({ by, id }: NonNullable<RunRecord['cancel']>): string {
  return id === undefined ? by : `${by} (${id})`;
}

function took(run: RunRecord, now: Date): string {
  if (!run.startedAt) return hasEnded(run.state) ? 'never started' : 'waiting';
  return durationInWords((run.endedAt ?? now).getTime() - run.startedAt.getTime());
}

function stepTook(step: Step, now: Date): string {
  if (!step.startedAt) return '';
  return durationInWords((step.endedAt ?? now).getTime() - step.startedAt.getTime());
}

function logText(logs: readonly LogLine[]): string {
  return logs.map(({ at, line }) => `${at.toISOString()} ${line}`).join('\n');
}
