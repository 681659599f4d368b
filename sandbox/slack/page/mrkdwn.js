import { isEmoji } from './emoji.js';

const fence = /```\n?([\s\S]+?)\n?```/;
const quoteMark = /^(?:>|&gt;)\s?/;
const entity = /^<([^<>\n]+)>/;
const code = /^`([^`\n]+)`/;
const emoji = /^:([a-z0-9_+'-]+):(?::skin-tone-[2-6]:)?/;
const bareLink = /^https?:\/\/[^\s<>|]*[^\s<>|.,;:!?'")\]}]/;
const marks = new Map([
  ['*', 'bold'],
  ['_', 'italic'],
  ['~', 'strike'],
]);

export function readMrkdwn(text) {
  const found = fence.exec(text);
  if (!found) return readLines(text);
  const before = text.slice(0, found.index).replace(/\n$/, '');
  const after = text.slice(found.index + found[0].length).replace(/^\n/, '');
  return [
    ...(before ? readLines(before) : []),
    { kind: 'pre', text: unescaped(withoutEntities(found[1])) },
    ...(after ? readMrkdwn(after) : []),
  ];
}

export function readPlain(text) {
  return [{ kind: 'paragraph', children: words(text) }];
}

/** Lines that start with `>` become quotes; after `>>>` everything does. */
function readLines(text) {
  const passages = [];
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; ) {
    if (/^(?:>>>|&gt;&gt;&gt;)/.test(lines[at])) {
      const rest = lines.slice(at).join('\n');
      return [...passages, { kind: 'quote', children: readInline(rest.replace(/^(?:>>>|&gt;&gt;&gt;)\s?/, '')) }];
    }
    const isQuote = quoteMark.test(lines[at]);
    let end = at + 1;
    while (end < lines.length && quoteMark.test(lines[end]) === isQuote) end += 1;
    const block = lines.slice(at, end).map((line) => (isQuote ? line.replace(quoteMark, '') : line));
    passages.push({ kind: isQuote ? 'quote' : 'paragraph', children: readInline(block.join('\n')) });
    at = end;
  }
  return passages;
}

function readInline(text) {
  const hopeless = new Map();
  const nodes = [];
  let plain = '';
  const flush = () => {
    if (plain) nodes.push(...words(plain));
    plain = '';
  };
  for (let at = 0; at < text.length; ) {
    const taken = take(text, at, hopeless);
    if (!taken) {
      plain += text[at];
      at += 1;
      continue;
    }
    flush();
    nodes.push(taken.node);
    at += taken.length;
  }
  flush();
  return nodes;
}

/** The piece of markup that starts at `at`, if one does. */
function take(text, at, hopeless) {
  const rest = text.slice(at);
  const character = text[at];
  if (character === '<') {
    const found = entity.exec(rest);
    const node = found && readEntity(found[1]);
    return node ? { node, length: found[0].length } : undefined;
  }
  if (character === '`') {
    const found = code.exec(rest);
    return found
      ? { node: { kind: 'code', text: unescaped(withoutEntities(found[1])) }, length: found[0].length }
      : undefined;
  }
  if (marks.has(character)) return takeMarked(text, at, character, hopeless);
  if (character !== 'h' || isWord(text[at - 1])) return undefined;
  const found = bareLink.exec(rest);
  if (!found) return undefined;
  const url = unescaped(found[0]);
  return { node: { kind: 'link', url, children: [{ kind: 'text', text: url }] }, length: found[0].length };
}

/**
 * `*bold*` counts only where the marks touch the words inside and no letter outside, and on one line. `hopeless` keeps up
 * to where a mark is known to have no end, so that a thousand loose stars are not each searched to the end of the line.
 */
function takeMarked(text, at, mark, hopeless) {
  if (at < (hopeless.get(mark) ?? 0)) return undefined;
  if (isWord(text[at - 1]) || text[at - 1] === mark || !text[at + 1] || /\s/.test(text[at + 1])) return undefined;
  const lineEnd = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at);
  let isInsideCode = false;
  for (let end = text.indexOf(mark, at + 2); end > 0 && end < lineEnd; end = text.indexOf(mark, end + 1)) {
    if (/\s/.test(text[end - 1]) || isWord(text[end + 1]) || text[end + 1] === mark) continue;
    const inside = text.slice(at + 1, end);
    if (!isInCode(inside))
      return { node: { kind: marks.get(mark), children: readInline(inside) }, length: end + 1 - at };
    isInsideCode = true;
  }
  if (!isInsideCode) hopeless.set(mark, lineEnd);
  return undefined;
}

function isInCode(inside) {
  return inside.split('`').length % 2 === 0;
}

function isWord(character) {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

function readEntity(inside) {
  const [target, ...rest] = inside.split('|');
  const label = unescaped(rest.join('|'));
  if (target.startsWith('@')) return { kind: 'user', id: target.slice(1), label };
  if (target.startsWith('#')) return { kind: 'channel', id: target.slice(1), label };
  if (target.startsWith('!')) return readSpecial(target.slice(1), label);
  const url = unescaped(target);
  if (!isSafe(url)) return undefined;
  return { kind: 'link', url, children: label ? words(label) : [{ kind: 'text', text: url.replace(/^mailto:/, '') }] };
}

function readSpecial(target, label) {
  const [name, ...parts] = target.split('^');
  if (name === 'subteam') return { kind: 'usergroup', id: parts[0] ?? '', label };
  if (['here', 'channel', 'everyone'].includes(name)) return { kind: 'broadcast', range: name };
  if (name !== 'date') return undefined;
  const url = unescaped(parts[2] ?? '');
  const timestamp = Number(parts[0]);
  if (!Number.isFinite(timestamp)) return { kind: 'text', text: label };
  return { kind: 'date', timestamp, format: unescaped(parts[1] ?? ''), url: isSafe(url) ? url : '', fallback: label };
}

export function isSafe(url) {
  return URL.canParse(url) && ['http:', 'https:', 'mailto:', 'slack:'].includes(new URL(url).protocol);
}

export function words(text) {
  const nodes = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (index > 0) nodes.push({ kind: 'break' });
    nodes.push(...wordsOfLine(line));
  }
  return nodes;
}

function wordsOfLine(line) {
  const nodes = [];
  let plain = '';
  for (let at = 0; at < line.length; ) {
    const found = line[at] === ':' ? emoji.exec(line.slice(at)) : null;
    if (!found || !isEmoji(found[1])) {
      plain += line[at];
      at += 1;
      continue;
    }
    if (plain) nodes.push({ kind: 'text', text: unescaped(plain) });
    plain = '';
    nodes.push({ kind: 'emoji', name: found[1] });
    at += found[0].length;
  }
  return plain ? [...nodes, { kind: 'text', text: unescaped(plain) }] : nodes;
}

/** Inside code Slack shows a link's words only. */
function withoutEntities(text) {
  return text.replace(/<(https?:[^<>|\s]+)(?:\|([^<>]*))?>/g, (_, url, label) => label || url);
}

function unescaped(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
