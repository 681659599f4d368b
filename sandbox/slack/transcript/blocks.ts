import { asList, asRecord, asRecords, asText } from '../json.ts';
import type { Json, JsonObject } from '../model.ts';
import { readMarkdown } from '../page/markdown.js';
import { readMrkdwn } from '../page/mrkdwn.js';
import { readRichText } from '../page/rich-text.js';
import { columns, indent, type Paint, padEnd, padStart, wrap } from './lines.ts';
import type { Setting } from './setting.ts';
import { type Cell, tableLines } from './tables.ts';
import { passageLines, textOf } from './words.ts';

type Show = (block: JsonObject, setting: Setting, width: number) => readonly string[];

/** A block in words: what someone who cannot see the page should still learn from it. */
export const blockLines: Show = (block, setting, width) => {
  const show = shown[asText(block.type)];
  return show ? show(block, setting, width) : [`(a ${asText(block.type)} block)`];
};

const shown: Readonly<Record<string, Show>> = {
  section: sectionLines,
  header: ({ text }, setting, width) => wrap(setting.paint('bold', textOf(text, setting)), width),
  divider: (_, { paint }, width) => [paint('faint', '─'.repeat(Math.min(width, 40)))],
  context: contextLines,
  actions: ({ elements }, setting, width) => elementLines(asRecords(elements), setting, width),
  context_actions: ({ elements }, setting, width) => elementLines(asRecords(elements), setting, width),
  input: ({ label, element }, setting, width) =>
    wrap(`${textOf(label, setting)}: ${elementWords(asRecord(element), setting)}`, width),
  image: ({ title, alt_text: alt }, setting, width) =>
    wrap([title ? textOf(title, setting) : '', `(picture: ${asText(alt)})`].filter(Boolean).join(' '), width),
  rich_text: (block, setting, width) => passageLines(readRichText(block), setting, width),
  markdown: ({ text }, setting, width) => passageLines(readMarkdown(asText(text)), setting, width),
  file: ({ external_id: id }) => [`(remote file ${asText(id)})`],
  video: ({ title, alt_text: alt }, setting, width) => wrap(`${textOf(title, setting)} (video: ${asText(alt)})`, width),
  plan: planLines,
  task_card: stepLines,
  table: ({ rows }, setting, width) => tableLines(cellsOf(rows, setting), setting, width),
  data_table: ({ caption, rows }, setting, width) => [
    ...wrap(setting.paint('bold', asText(caption)), width),
    ...tableLines(cellsOf(rows, setting), setting, width),
  ],
  alert: ({ text, level }, setting, width) =>
    wrap(setting.paint(level === 'error' ? 'red' : 'yellow', `! ${textOf(text, setting)}`), width),
  card: cardLines,
  carousel: ({ elements }, setting, width) => asRecords(elements).flatMap((card) => blockLines(card, setting, width)),
  container: containerLines,
};

function sectionLines({ text, fields, accessory }: JsonObject, setting: Setting, width: number): readonly string[] {
  const beside = accessory ? elementWords(asRecord(accessory), setting) : '';
  const [first = '', ...rest] = text ? wrap(textOf(text, setting), width) : [];
  const withAccessory = withRight(first, beside, width);
  const words = text ? [...withAccessory, ...rest] : beside ? [beside] : [];
  return [...words, ...asList(fields).flatMap((field) => fieldLines(field, setting, width))];
}

/** `right` at the end of the line when there is room, else below. */
function withRight(left: string, right: string, width: number): readonly string[] {
  if (!right) return [left];
  const room = width - columns(left);
  return room > columns(right) + 2 ? [left + padStart(right, room)] : [left, right];
}

/** A field is mostly a name in bold over a value: on one line in a terminal. */
function fieldLines(field: Json, setting: Setting, width: number): readonly string[] {
  const [name = '', ...value] = textOf(field, setting).split('\n');
  return wrap(value.length > 0 ? `${name}: ${value.join(' ')}` : name, width);
}

function contextLines({ elements }: JsonObject, setting: Setting, width: number): readonly string[] {
  const words = asRecords(elements).map((one) =>
    one.type === 'image' ? `(${asText(one.alt_text)})` : textOf(one, setting),
  );
  return wrap(setting.paint('faint', words.join(' ')), width);
}

export function elementLines(elements: readonly JsonObject[], setting: Setting, width: number): readonly string[] {
  // No-break spaces keep a button's words together on a line.
  const words = elements.map((one) => elementWords(one, setting).replaceAll(' ', '\u00A0'));
  return wrap(words.join(' '), width).map((line) => line.replaceAll('\u00A0', ' '));
}

function elementWords(one: JsonObject, setting: Setting): string {
  switch (one.type) {
    case 'button':
    case 'workflow_button':
    case 'icon_button':
      return buttonWords(one, setting);
    case 'feedback_buttons':
      return [one.positive_button, one.negative_button].map((each) => buttonWords(asRecord(each), setting)).join(' ');
    case 'overflow':
      return `[ ⋯ ${asRecords(one.options)
        .map((option) => textOf(option.text, setting))
        .join(' · ')} ]`;
    case 'image':
      return `(picture: ${asText(one.alt_text)})`;
    case 'checkboxes':
      return asRecords(one.options)
        .map((option) => `☐ ${textOf(option.text, setting)}`)
        .join('  ');
    case 'radio_buttons':
      return asRecords(one.options)
        .map((option) => `( ) ${textOf(option.text, setting)}`)
        .join('  ');
    default:
      return `[ ${one.placeholder ? textOf(one.placeholder, setting) : asText(one.type).replaceAll('_', ' ')} ▾ ]`;
  }
}

function buttonWords({ text, style }: JsonObject, setting: Setting): string {
  const words = `[ ${textOf(text, setting)} ]`;
  if (style === 'danger') return setting.paint('red', words);
  return style === 'primary' ? setting.paint('green', words) : words;
}

interface Status {
  readonly symbol: string;
  readonly words: string;
  readonly style: Parameters<Paint>[0];
}

const unknownStatus: Status = { symbol: '○', words: 'pending', style: 'faint' };
const statuses: ReadonlyMap<string, Status> = new Map([
  ['pending', unknownStatus],
  ['in_progress', { symbol: '◐', words: 'in progress', style: 'cyan' }],
  ['complete', { symbol: '✓', words: 'complete', style: 'green' }],
  ['error', { symbol: '✗', words: 'error', style: 'red' }],
]);

export function statusOf(task: JsonObject): Status {
  return statuses.get(asText(task.status)) ?? unknownStatus;
}

function planLines({ title, tasks }: JsonObject, setting: Setting, width: number): readonly string[] {
  const steps = asRecords(tasks);
  const room = Math.max(0, ...steps.map((step) => columns(asText(step.title)))) + 2;
  return [
    ...wrap(setting.paint('bold', asText(title)), width),
    ...steps.flatMap((step) => stepLines(step, setting, width, room)),
  ];
}

function stepLines(task: JsonObject, setting: Setting, width: number, room = 0): readonly string[] {
  const { symbol, words, style } = statusOf(task);
  const title = room > 0 ? padEnd(asText(task.title), Math.min(room, width - 20)) : `${asText(task.title)}:`;
  const more = [task.details, task.output]
    .filter(Boolean)
    .flatMap((each) => passageLines(readRichText(asRecord(each)), setting, width - 6));
  const sources = asRecords(task.sources).map(({ text, url }) => `${asText(text)} (${asText(url)})`);
  const lines = wrap(`${title} ${setting.paint(style, words)}`.trimEnd(), width - 4);
  return [
    ...lines.map((line, index) => `  ${index === 0 ? setting.paint(style, symbol) : ' '} ${line}`),
    ...indent(
      [...more, ...sources].map((line) => setting.paint('faint', line)),
      '      ',
    ),
  ];
}

function cellsOf(rows: Json | undefined, setting: Setting): readonly (readonly Cell[])[] {
  return asList(rows).map((row) =>
    asRecords(row).map((cell) => {
      if (cell.type !== 'rich_text') return { text: asText(cell.text), isNumber: cell.type === 'raw_number' };
      return { text: passageLines(readRichText(cell), setting, Number.POSITIVE_INFINITY).join(' ') };
    }),
  );
}

function cardLines(card: JsonObject, setting: Setting, width: number): readonly string[] {
  const words = [card.title, card.subtitle, card.body]
    .filter(Boolean)
    .flatMap((text) => wrap(textOf(text, setting), width - 2));
  const buttons = asRecords(card.actions);
  const all = buttons.length > 0 ? [...words, ...elementLines(buttons, setting, width - 2)] : words;
  return indent(all, '▌ ');
}

function containerLines(block: JsonObject, setting: Setting, width: number): readonly string[] {
  const title = block.rich_text_title
    ? passageLines(readRichText(asRecord(block.rich_text_title)), setting, width)
    : wrap(setting.paint('bold', textOf(block.title, setting)), width);
  const inside = asRecords(block.child_blocks).flatMap((child) => blockLines(child, setting, width - 2));
  return [...title, ...indent(inside, '  ')];
}

/** A message without blocks is its text. */
export function textLines(text: string, setting: Setting, width: number): readonly string[] {
  return passageLines(readMrkdwn(text), setting, width);
}
