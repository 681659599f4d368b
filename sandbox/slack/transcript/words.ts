import { asRecord, asText } from '../json.ts';
import type { Json } from '../model.ts';
import { formatDate } from '../page/dates.js';
import { emojiCharacter } from '../page/emoji.js';
import { readMrkdwn, readPlain } from '../page/mrkdwn.js';
import type { Inline, Passage } from '../page/passages.d.ts';
import { indent, wrap } from './lines.ts';
import type { Setting } from './setting.ts';
import { tableLines } from './tables.ts';

/** The words of a text object on as many lines as they have, not wrapped. */
export function textOf(text: Json | undefined, setting: Setting): string {
  const { type, text: words } = asRecord(text);
  const passages = type === 'mrkdwn' ? readMrkdwn(asText(words)) : readPlain(asText(words));
  return passages.flatMap((passage) => unwrapped(passage, setting)).join('\n');
}

export function passageLines(passages: readonly Passage[], setting: Setting, width: number): readonly string[] {
  return passages.flatMap((passage) => linesOf(passage, setting, width));
}

function linesOf(passage: Passage, setting: Setting, width: number): readonly string[] {
  switch (passage.kind) {
    case 'quote':
      return indent(wrap(inline(passage.children, setting), width - 2), `${setting.paint('faint', '▏')} `);
    case 'pre':
      return indent(wrap(passage.text, width - 2), '  ');
    case 'list':
      return passage.items.flatMap((item, index) => {
        const mark = passage.isOrdered ? `${passage.start + index}. ` : '• ';
        const lead = '  '.repeat(passage.indent);
        const lines = wrap(inline(item, setting), width - lead.length - mark.length);
        return lines.map((line, at) => lead + (at === 0 ? mark : ' '.repeat(mark.length)) + line);
      });
    case 'table':
      return tableLines(
        passage.rows.map((row) => row.map((cell) => ({ text: inline(cell, setting) }))),
        setting,
        width,
      );
    case 'rule':
      return [setting.paint('faint', '─'.repeat(Math.min(width, 40)))];
    case 'heading':
      return wrap(setting.paint('bold', inline(passage.children, setting)), width);
    default:
      return wrap(inline(passage.children, setting), width);
  }
}

function unwrapped(passage: Passage, setting: Setting): readonly string[] {
  return linesOf(passage, setting, Number.POSITIVE_INFINITY);
}

export function inline(nodes: readonly Inline[], setting: Setting): string {
  return nodes.map((node) => wordsOf(node, setting)).join('');
}

function wordsOf(node: Inline, setting: Setting): string {
  const { names, paint } = setting;
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'break':
      return '\n';
    case 'bold':
      return paint('bold', inline(node.children, setting));
    case 'italic':
      return paint('italic', inline(node.children, setting));
    case 'strike':
      return paint('struck', inline(node.children, setting));
    case 'code':
      return paint('cyan', `\`${node.text}\``);
    case 'link':
      return linkWords(inline(node.children, setting), node.url, setting);
    case 'user':
      return paint('cyan', `@${nameOf(names.person(node.id), node)}`);
    case 'channel':
      return paint('cyan', `#${nameOf(names.channel(node.id), node)}`);
    case 'usergroup':
      return paint('cyan', `@${nameOf(names.usergroup(node.id), node).replace(/^@/, '')}`);
    case 'broadcast':
      return `@${node.range}`;
    case 'emoji':
      return emojiCharacter(node.name);
    case 'date':
      return formatDate(node.timestamp, node.format, setting.reader);
  }
}

function nameOf(known: string, { id, label }: { readonly id: string; readonly label: string }): string {
  return known === id && label !== '' ? label : known;
}

function linkWords(label: string, url: string, { paint }: Setting): string {
  return label === url ? label : `${label} ${paint('faint', `(${url})`)}`;
}
