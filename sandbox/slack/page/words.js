import { formatDate } from './dates.js';
import { element } from './dom.js';
import { drawnEmoji } from './drawn-emoji.js';
import { emojiCharacter } from './emoji.js';
import { readMrkdwn, readPlain } from './mrkdwn.js';

/** The words of a text object (`plain_text` or `mrkdwn`), ready to show. */
export function textOf(text, context) {
  if (!text) return [];
  return showPassages(text.type === 'mrkdwn' ? readMrkdwn(text.text) : readPlain(text.text), context);
}

/** The same on one line, without paragraphs: button labels, titles, options. */
export function lineOf(text, context) {
  if (!text) return [];
  const passages = text.type === 'mrkdwn' ? readMrkdwn(text.text) : readPlain(text.text);
  return passages.flatMap((passage) =>
    showInline(passage.children ?? [{ kind: 'text', text: passage.text ?? '' }], context),
  );
}

export function showPassages(passages, context) {
  return passages.map((passage) => showPassage(passage, context));
}

function showPassage(passage, context) {
  switch (passage.kind) {
    case 'quote':
      return element('blockquote', {}, showInline(passage.children, context));
    case 'pre':
      return element('pre', { tabindex: 0 }, element('code', {}, passage.text));
    case 'heading':
      return element('p', { class: `heading heading-${passage.level}` }, showInline(passage.children, context));
    case 'rule':
      return element('hr');
    case 'list':
      return showList(passage, context);
    case 'table':
      return showTable(passage.rows, context);
    default:
      return element('p', {}, showInline(passage.children, context));
  }
}

function showList({ isOrdered, start, indent, items }, context) {
  const attributes = {
    class: indent > 0 ? `indent-${Math.min(indent, 4)}` : undefined,
    start: isOrdered ? start : undefined,
  };
  const rows = items.map((item) => element('li', {}, showInline(item, context)));
  return element(isOrdered ? 'ol' : 'ul', attributes, rows);
}

function showTable([header = [], ...rows], context) {
  const head = header.map((cell) => element('th', { scope: 'col' }, showInline(cell, context)));
  const body = rows.map((row) =>
    element(
      'tr',
      {},
      row.map((cell) => element('td', {}, showInline(cell, context))),
    ),
  );
  const table = element('table', {}, element('thead', {}, element('tr', {}, head)), element('tbody', {}, body));
  return element('div', { class: 'table-frame', tabindex: 0 }, table);
}

function showInline(nodes, context) {
  return nodes.map((node) => showNode(node, context));
}

const tags = { bold: 'strong', italic: 'em', strike: 's' };

function showNode(node, context) {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'break':
      return element('br');
    case 'bold':
    case 'italic':
    case 'strike':
      return element(tags[node.kind], {}, showInline(node.children, context));
    case 'code':
      return element('code', {}, node.text);
    case 'link':
      return linkTo(node.url, showInline(node.children, context));
    case 'emoji':
      return emoji(node.name);
    case 'date':
      return date(node, context);
    default:
      return mention(node, context);
  }
}

export function linkTo(url, children) {
  return element('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, children);
}

export function emoji(name) {
  const attributes = { class: 'emoji', role: 'img', 'aria-label': name.replaceAll('_', ' '), title: `:${name}:` };
  return element('span', attributes, drawnEmoji(name) ?? emojiCharacter(name));
}

function date({ timestamp, format, url, fallback }, context) {
  const exact = new Date(timestamp * 1000);
  if (Number.isNaN(exact.getTime())) return fallback;
  const attributes = {
    datetime: exact.toISOString(),
    title: fallback,
    'data-timestamp': timestamp,
    'data-format': format,
  };
  const shown = element('time', attributes, formatDate(timestamp, format, context.reader()));
  return url ? linkTo(url, [shown]) : shown;
}

/** Words such as `4 minutes ago` grow old; the page calls this from time to time. */
export function refreshDates(context) {
  for (const time of document.querySelectorAll('time[data-format]')) {
    const words = formatDate(Number(time.dataset.timestamp), time.dataset.format, context.reader());
    if (time.textContent !== words) time.textContent = words;
  }
}

function mention(node, context) {
  const isMe = node.kind === 'user' && node.id === context.state.me.id;
  const name = {
    user: () => `@${context.personName(node.id, node.label)}`,
    channel: () => `#${context.channelName(node.id, node.label)}`,
    usergroup: () => `@${context.usergroupName(node.id, node.label)}`,
    broadcast: () => `@${node.range}`,
  }[node.kind]();
  return element('span', { class: isMe ? 'mention mention-me' : 'mention' }, name);
}
