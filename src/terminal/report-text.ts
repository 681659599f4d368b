import { type AsTyped, typedOut } from '../chatops/as-typed.ts';
import type { Found, Report, Text, Value } from '../chatops/report.ts';
import { clean } from './clean.ts';
import { tableText } from './table-text.ts';

/** Words, not colours alone: a terminal may have none. */
const tones: Readonly<Record<Report['tone'], string>> = {
  good: '[ok] ',
  warning: '[look] ',
  bad: '[failed] ',
  neutral: '',
};

/**
 * A report as lines for a terminal; its table is fitted to `width` characters. Control characters in what others wrote are dropped.
 */
export function reportText(
  said: Report,
  asTyped: AsTyped = (words) => words,
  width: number = Number.POSITIVE_INFINITY,
): string {
  const report = typedOut(said, asTyped);
  const lines = [
    `${tones[report.tone]}${plain(report.title)}`,
    ...(report.text ? [plain(report.text)] : []),
    ...aligned((report.facts ?? []).map(({ label, value }) => [plain(label), plain(value)])),
    ...(report.table ? tableText(report.table, width) : []),
    ...(report.found ?? []).flatMap(foundText),
    ...aligned([
      ...(report.changed ? [['Changed', plain(report.changed)] as const] : []),
      ...(report.next ? [['Next', plain(report.next)] as const] : []),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

/** A line for each subject, one for what was seen of it, and one for what is to be done about all of them. */
function foundText({ means, about, next }: Found): readonly string[] {
  return [
    ...about.flatMap(({ subject, seen }) => [`${means}: ${subject}`, ...(seen === undefined ? [] : [`  ${seen}`])]),
    `  Next: ${next}`,
  ].map((line) => clean(line).replaceAll('\n', ' '));
}

function aligned(pairs: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(0, ...pairs.map(([label]) => label.length));
  return pairs.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`);
}

function plain(text: Text): string {
  const pieces = typeof text === 'string' ? [text] : text;
  return clean(pieces.map(valueText).join(''));
}

function valueText(value: Value): string {
  if (typeof value === 'string') return value;
  if ('time' in value) return value.time.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC');
  if ('code' in value) return value.code;
  if ('quote' in value) return value.quote;
  if ('command' in value) return value.command;
  if ('person' in value) return value.person;
  if ('channel' in value) return value.channel;
  return `${value.label} (${value.link})`;
}
