import type { KnownBlock } from '@slack/types';
import { typedOut } from '../../chatops/as-typed.ts';
import { counted } from '../../chatops/format.ts';
import { type File, filesOf, type Report, type Text } from '../../chatops/report.ts';
import { english, type Language } from '../../languages/all.ts';
import { limits, shares } from '../limits.ts';
import { renderButtons } from './buttons.ts';
import { renderFound } from './found.ts';
import {
  asFallback,
  asPlain,
  bold,
  emoji,
  inline,
  isLongerThan,
  type Line,
  paragraphs,
  plain,
  richText,
  section,
  stack,
} from './pieces.ts';
import { renderTable, tableFile } from './table.ts';

/** How a tone looks. Never alone: the title says the same in words. */
export const toneEmoji: Readonly<Record<Report['tone'], string>> = {
  good: 'white_check_mark',
  warning: 'warning',
  bad: 'x',
  neutral: 'information_source',
};

export interface ReportLayout {
  /** Distinguishes the buttons of this message from those of others. */
  readonly id: string;
  /** '/salvor' */
  readonly calledAs: string;
  /** Said before the title: 'Failed'. */
  readonly prefix?: string;
  /** In a thread what does not fit goes along as a file; an answer to one person cannot carry files. */
  readonly filesFollow: boolean;
  /** On a card: shorter. */
  readonly isCard?: boolean;
  /** Of who reads it; English unless given. */
  readonly language?: Language;
}

/** What the parts of a message need to know of its layout. */
type Layout = Omit<ReportLayout, 'calledAs'>;

const sayOf = ({ language = english }: Pick<ReportLayout, 'language'>) => language.say;

export interface RenderedReport {
  readonly text: string;
  readonly blocks: KnownBlock[];
  /** To be uploaded beside the message: the report's own file, and what was cut. */
  readonly files: readonly File[];
}

/** A report as a message within every limit, whatever it holds. What is cut says so. */
export function renderReport(said: Report, layout: ReportLayout): RenderedReport {
  const { language = english } = layout;
  const report = typedOut(language.report(said), (words) => `${layout.calledAs} ${words}`);
  const prefix = layout.prefix && language.say(layout.prefix);
  const body = renderBody(report, layout);
  const buttons = renderButtons(report.actions ?? [], `${layout.id}:actions`, language.say);
  return {
    text: fallbackOf(report, prefix, language.say),
    blocks: [richText(...stack([headline(report, prefix)])), ...body.blocks, ...(buttons ? [buttons] : [])],
    files: body.files,
  };
}

export function headline(report: Report, prefix: string | undefined): Line {
  const title = inline(report.title || 'Done', shares.title).map((piece) =>
    piece.type === 'text' ? { ...piece, style: { bold: true } } : piece,
  );
  const before = prefix === undefined ? [] : [bold(`${prefix}: `)];
  return [emoji(toneEmoji[report.tone]), plain(' '), ...before, ...title];
}

/** Everything of a report but its title and its buttons. The report is in the reader's language already. */
export function renderBody(report: Report, layout: Layout): { blocks: KnownBlock[]; files: readonly File[] } {
  const { text, allFacts } = layout.isCard ? shares.card : shares;
  const above = stack([...textOf(report, text), ...factsOf(report, allFacts, sayOf(layout))]);
  const below = stack(closing(report, sayOf(layout)));
  const room = limits.blockCharacters - shares.title - proseLength([...above, ...below]) - buttonsLength(report);
  const found = foundOf(report, layout, room);
  const table = report.table ? tableOf(report.table, layout, room - proseLength(found)) : { blocks: [], files: [] };
  const cutText = report.text !== undefined && isLongerThan(report.text, text);
  const textFile = cutText && layout.filesFollow && report.file === undefined ? [wholeText(report, layout.id)] : [];
  return {
    blocks: [
      ...(above.length > 0 ? [richText(...above)] : []),
      ...found,
      ...table.blocks,
      ...(below.length > 0 ? [richText(...below)] : []),
    ],
    files: [...filesOf(report), ...table.files, ...textFile],
  };
}

function textOf({ text }: Report, max: number): Line[] {
  return text === undefined ? [] : paragraphs(text, max);
}

function factsOf({ facts = [] }: Report, max: number, say: Language['say']): Line[] {
  const shown = facts.slice(0, shares.facts);
  const each = Math.min(shares.factValue, Math.floor(max / Math.max(1, shown.length)) - shares.factLabel);
  const lines = shown.map(({ label, value }) => labelled(label, value, Math.max(each, 20)));
  const hidden = facts.length - shown.length;
  return hidden > 0 ? [...lines, [plain(`… ${say(counted(hidden, 'more fact'))}`)]] : lines;
}

/** What was changed and what to do: the two questions after a failure, always last, always in this order. */
function closing({ changed, next }: Report, say: Language['say']): Line[] {
  const lines: Line[] = [];
  if (changed !== undefined) lines.push(labelled(say('What was changed'), changed, shares.sentence));
  if (next !== undefined) lines.push(labelled(say('Next'), next, shares.sentence));
  return lines;
}

function labelled(label: string, value: Text, max: number): Line {
  const name = inline(label, shares.factLabel).map((piece) =>
    piece.type === 'text' ? { ...piece, style: { bold: true } } : piece,
  );
  const pieces = inline(value, max);
  return [...name, bold(': '), ...(pieces.length > 0 ? pieces : [plain('–')])];
}

function foundOf({ found = [] }: Report, layout: Layout, room: number) {
  const { isCard, filesFollow } = layout;
  const say = sayOf(layout);
  const { block, hidden } = renderFound(found, isCard ? shares.card.found : found.length, room - 200, say);
  const where = isCard ? 'see the thread' : filesFollow ? 'see the file' : 'ask in a terminal to see them';
  return [
    ...(block ? [block] : []),
    ...(hidden > 0
      ? [richText(section(plain(say(`… ${counted(hidden, 'more', 'more')}; ${where}.`), { italic: true })))]
      : []),
  ];
}

function tableOf(table: NonNullable<Report['table']>, layout: Layout, room: number) {
  const say = sayOf(layout);
  const { block, hiddenRows, hiddenColumns } = renderTable(table, Math.max(0, room - 200));
  const cut = [
    ...(hiddenRows > 0 && table.rows.length > 0 ? [counted(hiddenRows, 'more row')] : []),
    ...(hiddenColumns > 0 ? [counted(hiddenColumns, 'more column')] : []),
  ].join(' and ');
  const where = layout.filesFollow ? 'see the file' : 'ask for fewer to see them';
  const empty = table.rows.length === 0 ? [inline(say(`${table.caption}: none.`), shares.tableCaption)] : [];
  const blocks: KnownBlock[] = [
    ...(block ? [block] : []),
    ...empty.map((pieces) => richText(section(...pieces))),
    ...(cut === '' ? [] : [richText(section(plain(say(`… ${cut}; ${where}.`), { italic: true })))]),
  ];
  return { blocks, files: cut !== '' && layout.filesFollow ? [tableFile(table, fileName(layout.id), say)] : [] };
}

function wholeText(report: Report, id: string): File {
  const base64 = Buffer.from(asPlain(report.text ?? '')).toString('base64');
  return { name: `${fileName(id)}.txt`, title: report.title.slice(0, 200), base64 };
}

const fileName = (id: string): string => id.replaceAll(/[^A-Za-z0-9._-]+/g, '-');

function proseLength(parts: readonly unknown[]): number {
  // Counts the syntax too, so it errs on the safe side.
  return parts.length === 0 ? 0 : JSON.stringify(parts).length;
}

function buttonsLength({ actions = [] }: Report): number {
  return Math.min(actions.length, shares.buttons) * (limits.buttonText + limits.confirmText + limits.confirmTitle + 60);
}

/** The report for notifications, screen readers and clients that show no blocks. */
export function fallbackOf(report: Report, prefix: string | undefined, say: Language['say']): string {
  const title = `${prefix === undefined ? '' : `${prefix}: `}${asFallback(report.title || 'Done', shares.title)}`;
  const lines = [
    ...(report.text === undefined ? [] : [asFallback(report.text, 600)]),
    ...(report.facts ?? [])
      .slice(0, 8)
      .map(({ label, value }) => `${asFallback(label, 40)}: ${asFallback(value, 160)}`),
    ...(report.found ?? [])
      .slice(0, shares.card.found)
      .flatMap(({ means, about: [first], next }) => [
        `${asFallback(means, 40)}: ${asFallback(first?.subject ?? '', 160)}`,
        asFallback(next, 300),
      ]),
    ...(report.changed === undefined ? [] : [`${say('What was changed')}: ${asFallback(report.changed, 300)}`]),
    ...(report.next === undefined ? [] : [`${say('Next')}: ${asFallback(report.next, 300)}`]),
  ];
  return linesWithin([title, ...lines], limits.text);
}

/** Whole lines, so that no entity and no markup is cut in two. */
export function linesWithin(lines: readonly string[], max: number): string {
  let text = '';
  for (const line of lines) {
    const longer = text === '' ? line : `${text}\n${line}`;
    if (longer.length > max - 2) return text === '' ? '…' : `${text}\n…`;
    text = longer;
  }
  return text;
}
