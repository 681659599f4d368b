import type { ContextBlock, KnownBlock, PlanBlock, TaskCardBlock } from '@slack/types';
import { typedOut } from '../../chatops/as-typed.ts';
import { durationInWords } from '../../chatops/format.ts';
import type { Action, Report } from '../../chatops/report.ts';
import { hasEnded, type RunRecord, type Step, tries } from '../../chatops/run.ts';
import { english, type Language } from '../../languages/all.ts';
import { clip, limits, shares } from '../limits.ts';
import { escapeMarkup, isPersonId, literal } from '../literal.ts';
import { renderButtons } from './buttons.ts';
import { cardHalf } from './halves.ts';
import {
  asFallback,
  bold,
  dateMarkup,
  emoji,
  inline,
  type Line,
  paragraphs,
  plain,
  richText,
  section,
  stack,
} from './pieces.ts';
import { progressLine } from './progress.ts';
import { fallbackOf, headline, linesWithin, renderBody, toneEmoji } from './report.ts';

const stateInWords: Readonly<Record<RunRecord['state'], string>> = {
  queued: 'Waiting',
  running: 'Running',
  done: 'Done',
  refused: 'Refused',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

const stateOf = ({ state, report }: RunRecord): string => (report?.isPaused ? 'Done so far' : stateInWords[state]);

const stateEmoji: Readonly<Record<'queued' | 'running', string>> = {
  queued: 'hourglass',
  running: 'hourglass_flowing_sand',
};

export interface Message {
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** The root message of a run as the run is now: one message, edited in place, readable at every moment. */
export function renderCard(recorded: RunRecord, calledAs: string, now: Date, language = english): Message {
  const run = runIn(recorded, language);
  const said = hasEnded(run.state) && run.report ? cardHalf(run.report) : undefined;
  const report = said && typedOut(said, (words) => `${calledAs} ${words}`);
  const id = `run:${run.id}`;
  // How it went is of interest while it goes; afterwards the button `Steps` shows it to who asks.
  const plan = report ? undefined : planOf(run, now, language);
  const buttons = renderButtons(buttonsOf(run, report), `${id}:actions`, language.say);
  return {
    text: textOf(run, report, now, language),
    blocks: [
      ...(report
        ? ended(run, report, calledAs, id, language)
        : [richText(...stack(underWay(run, calledAs, now, language)))]),
      ...(plan ? [plan] : []),
      ...(buttons ? [buttons] : []),
      closingLine(run, now, language),
    ],
  };
}

/** What a run itself says, in the language of who reads it. */
function runIn(run: RunRecord, { say, report }: Language): RunRecord {
  return {
    ...run,
    steps: run.steps.map((step) => ({
      ...step,
      name: say(step.name),
      ...(step.detail === undefined ? {} : { detail: say(step.detail) }),
    })),
    ...(run.note === undefined ? {} : { note: say(run.note) }),
    ...(run.report && { report: report(run.report) }),
  };
}

function underWay(run: RunRecord, calledAs: string, now: Date, language: Language): Line[] {
  const { say } = language;
  const sign = run.state === 'queued' || run.state === 'running' ? stateEmoji[run.state] : toneEmoji.neutral;
  const lines: Line[] = [
    [emoji(sign), plain(' '), bold(clip(say(titleOf(run)), shares.title))],
    asked(run, calledAs, language),
  ];
  if (run.cancel) lines.push([plain(say(`Asked to stop by ${clip(run.cancel.by, 100)}.`))]);
  if (run.state === 'running' && run.progress) lines.push([bold(progressLine(run.progress, now, say))]);
  const note = run.note ?? (run.state === 'queued' ? say('Waits for a worker.') : undefined);
  if (note !== undefined) lines.push(...paragraphs(note, shares.sentence));
  return lines;
}

/** The result takes the place of progress. */
function ended(run: RunRecord, report: Report, calledAs: string, id: string, language: Language): KnownBlock[] {
  const body = renderBody(report, { id, filesFollow: false, isCard: true, language });
  return [
    richText(...stack([headline(report, language.say(stateOf(run))), asked(run, calledAs, language)])),
    ...body.blocks,
  ];
}

const titleOf = (run: RunRecord): string => `${stateOf(run)}: ${run.job} of ${run.target}`;

function asked(run: RunRecord, calledAs: string, { text }: Language): Line {
  const words = clip(`${calledAs} ${run.words}`.replaceAll('\n', ' '), shares.words);
  const who = run.actor.kind === 'person' ? { person: run.actor.id } : `${run.actor.name} (${run.actor.kind})`;
  return inline(text([who, ' asked: ', { code: words }]), shares.words + 150);
}

function planOf(run: RunRecord, now: Date, { say }: Language): PlanBlock | undefined {
  if (run.steps.length === 0) return undefined;
  const shown = run.steps.slice(0, limits.planTasks);
  const each = Math.floor(shares.allSteps / shown.length);
  const tasks = shown.map((step, index) => taskOf(step, index, now, each, say));
  return { type: 'plan', title: planTitle(run, now, say), tasks };
}

function planTitle(run: RunRecord, now: Date, say: Language['say']): string {
  const total = run.steps.length;
  const complete = run.steps.filter((step) => step.state === 'complete').length;
  const current = run.steps.findIndex((step) => step.state === 'in_progress' || step.state === 'error');
  const where =
    current < 0
      ? `${complete} of ${total} steps done`
      : `Step ${current + 1} of ${total}: ${nameOf(run.steps[current], shares.stepName)}`;
  const took = run.startedAt ? ` · ${say(durationInWords(now.getTime() - run.startedAt.getTime()))}` : '';
  const cut = total > limits.planTasks ? ` · … ${total - limits.planTasks} more steps` : '';
  return `${say(where)}${took}${say(cut)}`;
}

const nameOf = (step: Step | undefined, max: number): string => literal(clip(step?.name ?? '', max)) || 'unnamed';

function taskOf(step: Step, index: number, now: Date, room: number, say: Language['say']): TaskCardBlock {
  const took =
    step.startedAt && step.state !== 'pending'
      ? say(durationInWords((step.endedAt ?? now).getTime() - step.startedAt.getTime()))
      : undefined;
  const nameRoom = Math.min(shares.stepName, Math.floor(room / 2));
  const detailRoom = Math.min(shares.stepDetail, Math.floor(room / 2) - 20);
  const details = [clip(step.detail ?? '', detailRoom), took].filter((part) => part).join(' · ');
  return {
    type: 'task_card',
    task_id: `${index + 1}`,
    title: nameOf(step, nameRoom),
    status: step.state,
    ...(details === '' ? {} : { details: richText(section(plain(details))) }),
  };
}

/** Of approved work, which changes things bit by bit. */
const stopsBetweenSteps = `It stops before its next step, unless it is past its point of no return. What is changed by then stays so until somebody resumes it or rolls it back.`;

/** What the report offers, and what a card always offers: stop it while it runs, its log, its steps, once more after it failed. */
function buttonsOf(run: RunRecord, report: Report | undefined): readonly Action[] {
  const logs: Action = { label: 'Logs', does: 'logs', on: run.id };
  if (!hasEnded(run.state)) {
    const stop: Action = {
      ...{ label: 'Stop', does: 'cancel', on: run.id, style: 'danger' },
      ...(run.approval && run.approval.mode !== 'check' ? { confirm: stopsBetweenSteps } : {}),
    };
    return run.cancel ? [logs] : [stop, logs];
  }
  const offered = report?.actions ?? [];
  const has = (does: Action['does']) => offered.some((action) => action.does === does);
  const retry: Action = { label: 'Retry', does: 'retry', on: run.id };
  const isOver = run.state === 'failed' || run.state === 'cancelled';
  // What other people approved is gone on with or taken back, never simply done once more.
  const again = isOver && !run.approval && !has('retry');
  const steps: Action = { label: 'Steps', does: 'steps', on: run.id };
  return [
    ...offered,
    ...(again ? [retry] : []),
    ...(has('logs') || run.state === 'refused' ? [] : [logs]),
    ...(run.steps.length === 0 ? [] : [steps]),
  ];
}

/** target · run · who · worker · when: on every card, always last. */
function closingLine(run: RunRecord, now: Date, { say }: Language): ContextBlock {
  const said = (text: string) => ({ type: 'plain_text' as const, text: literal(clip(text, 200)), emoji: false });
  const written = (text: string) => ({ type: 'mrkdwn' as const, text });
  const isPerson = run.actor.kind === 'person' && isPersonId(run.actor.id);
  const worker = run.worker ? `worker ${run.worker} · try ${tries(run)}` : 'no worker yet';
  const at = run.endedAt ?? now;
  const when = run.endedAt ? [...tookOf(run), 'ended'] : ['as of'];
  return {
    type: 'context',
    elements: [
      said(say(`${run.target} · run ${run.id} · for ${isPerson ? '' : run.actor.name}`).trimEnd()),
      ...(isPerson ? [written(`<@${run.actor.id}>`)] : []),
      said(['', say(worker), ...when.map(say)].join(' · ').trimStart()),
      written(dateMarkup(at, '{date_short_pretty} {time_secs}')),
    ],
  };
}

const tookOf = ({ startedAt, endedAt }: RunRecord): readonly string[] =>
  startedAt && endedAt ? [`took ${durationInWords(endedAt.getTime() - startedAt.getTime())}`] : [];

function textOf(run: RunRecord, report: Report | undefined, now: Date, { say }: Language): string {
  if (report) return fallbackOf(report, say(stateOf(run)), say);
  const progress = run.progress && run.state === 'running' ? [escapeMarkup(progressLine(run.progress, now, say))] : [];
  return linesWithin([asFallback(say(titleOf(run)), shares.title), ...progress, say(`Run ${run.id}`)], limits.text);
}
