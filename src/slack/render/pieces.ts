import type {
  RichTextBlock,
  RichTextBlockElement,
  RichTextElement,
  RichTextPreformatted,
  RichTextSection,
  RichTextText,
} from '@slack/types';
import { timeInWords } from '../../chatops/format.ts';
import type { Text, Value } from '../../chatops/report.ts';
import { clip, clipStart, limits } from '../limits.ts';
import { escapeMarkup, isChannelId, isPersonId, literal } from '../literal.ts';

// Rich text shows strings as they are: what stands in a report can be no markup, mention or link. That is why everything
// of a report goes into rich_text, raw_text or plain_text, and mrkdwn carries only what is written here.

export function richText(...elements: RichTextBlockElement[]): RichTextBlock {
  return { type: 'rich_text', elements };
}

export function section(...elements: RichTextElement[]): RichTextSection {
  return { type: 'rich_text_section', elements };
}

export function plain(text: string, style?: RichTextText['style']): RichTextText {
  return { type: 'text', text: literal(text) || ' ', ...(style ? { style } : {}) };
}

export const bold = (text: string): RichTextText => plain(text, { bold: true });
export const emoji = (name: string): RichTextElement => ({ type: 'emoji', name });

const piecesOf = (text: Text): readonly Value[] => (typeof text === 'string' ? [text] : text);

/** `text` in one line of pieces, cut visibly at `max` characters. */
export function inline(text: Text, max: number): RichTextElement[] {
  return within(piecesOf(text), max).pieces.map(element);
}

/** A line of pieces, or a block of code. */
export type Line = RichTextElement[] | RichTextPreformatted;

/** `text` as lines; code of several lines becomes a block of its own. Cut visibly at `max` characters. */
export function paragraphs(text: Text, max: number): Line[] {
  const { pieces } = within(piecesOf(text), max);
  const found: Line[] = [];
  let line: RichTextElement[] = [];
  for (const piece of pieces) {
    if (!isCodeBlock(piece)) {
      line.push(element(piece));
      continue;
    }
    if (line.length > 0) found.push(line);
    line = [];
    found.push({ type: 'rich_text_preformatted', elements: [plain(piece.code)] });
  }
  return line.length > 0 ? [...found, line] : found;
}

/**
 * Lines below each other. Those that follow each other share one section, as Slack's own composer makes it: between two sections
 * Slack breaks the line anyway, and a break of ours on top would leave a gap.
 */
export function stack(lines: readonly Line[]): RichTextBlockElement[] {
  const stacked: RichTextBlockElement[] = [];
  for (const line of lines) {
    if (!Array.isArray(line)) {
      stacked.push(line);
      continue;
    }
    const last = stacked.at(-1);
    if (last?.type === 'rich_text_section') last.elements.push(plain('\n'), ...line);
    else stacked.push(section(...line));
  }
  return stacked;
}

/** Whether `paragraphs` and `inline` would cut `text` at `max`. */
export const isLongerThan = (text: Text, max: number): boolean => within(piecesOf(text), max).cut;

/** The whole of `text` as a plain string, for a file. */
export function asPlain(text: Text): string {
  return piecesOf(text).map(visible).join('');
}

/** `text` for the `text` field of a message: markup escaped, people and times as Slack shows them. */
export function asFallback(text: Text, max: number): string {
  const { pieces } = within(piecesOf(text), max);
  return pieces.map(fallback).join('');
}

function isCodeBlock(value: Value): value is { code: string } {
  return typeof value === 'object' && 'code' in value && value.code.includes('\n');
}

function within(values: readonly Value[], max: number): { pieces: readonly Value[]; cut: boolean } {
  const pieces: Value[] = [];
  let left = max;
  for (const value of values) {
    const length = visible(value).length;
    if (length > left) {
      const part = shortened(value, left);
      return { pieces: part === undefined ? [...pieces, '…'] : [...pieces, part], cut: true };
    }
    if (length > 0) pieces.push(value);
    left -= length;
  }
  return { pieces, cut: false };
}

/** As much of a piece as fits; undefined where half of it would say something else. */
function shortened(value: Value, max: number): Value | undefined {
  if (max < 2) return undefined;
  if (typeof value === 'string') return clip(value, max);
  if ('quote' in value) return { quote: clip(value.quote, max) };
  if (!('code' in value)) return undefined;
  return { code: value.code.includes('\n') ? clipStart(value.code, max) : clip(value.code, max) };
}

/** What a reader sees of a piece, about. */
function visible(value: Value): string {
  if (typeof value === 'string') return value;
  if ('quote' in value) return value.quote;
  if ('code' in value) return value.code;
  if ('command' in value) return value.command;
  if ('time' in value) return utc(value.time);
  if ('person' in value) return value.person;
  if ('channel' in value) return value.channel;
  return isWebLink(value.link) ? value.label || value.link : `${value.label} (${value.link})`;
}

function element(value: Value): RichTextElement {
  if (typeof value === 'string') return plain(value);
  if ('code' in value) return plain(value.code, { code: true });
  if ('command' in value) return plain(value.command, { code: true });
  if ('time' in value) return moment(value.time);
  if ('person' in value && isPersonId(value.person)) return { type: 'user', user_id: value.person };
  if ('channel' in value && isChannelId(value.channel)) return { type: 'channel', channel_id: value.channel };
  if ('link' in value && isWebLink(value.link)) {
    return { type: 'link', url: value.link, text: literal(value.label) || literal(value.link) };
  }
  return plain(visible(value));
}

function fallback(value: Value): string {
  if (typeof value === 'string') return escapeMarkup(literal(value));
  if ('time' in value) return dateMarkup(new Date(value.time), '{date_short_pretty} {time}');
  if ('person' in value && isPersonId(value.person)) return `<@${value.person}>`;
  if ('channel' in value && isChannelId(value.channel)) return `<#${value.channel}>`;
  return escapeMarkup(literal(visible(value)));
}

function moment(time: string): RichTextElement {
  const seconds = Math.floor(Date.parse(time) / 1000);
  if (!Number.isFinite(seconds)) return plain(time);
  return { type: 'date', timestamp: seconds, format: '{date_short_pretty} {time}', fallback: utc(time) };
}

/** A time in mrkdwn that each reader sees in their own zone. Source: docs.slack.dev/messaging/formatting-message-text#date-formatting. */
export function dateMarkup(at: Date, format: string): string {
  return `<!date^${Math.floor(at.getTime() / 1000)}^${format}|${utc(at.toISOString())}>`;
}

function utc(time: string): string {
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? time : timeInWords(at);
}

function isWebLink(link: string): boolean {
  if (link.length > limits.url || !URL.canParse(link)) return false;
  const { protocol } = new URL(link);
  return protocol === 'https:' || protocol === 'http:';
}
