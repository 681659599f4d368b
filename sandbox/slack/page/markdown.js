import { isSafe, words } from './mrkdwn.js';

const item = /^(\s*)(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const ruler = /^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/;
const tableRuler = /^\s*\|?(?:\s*:?-+:?\s*\|)+\s*:?-*:?\s*\|?\s*$/;

export function readMarkdown(text) {
  const lines = text.split('\n');
  const passages = [];
  for (let at = 0; at < lines.length; ) {
    const { passage, next } = readPassage(lines, at);
    if (passage) passages.push(passage);
    at = next;
  }
  return passages;
}

function readPassage(lines, at) {
  const line = lines[at];
  if (!line.trim()) return { next: at + 1 };
  if (line.startsWith('```')) return readFence(lines, at);
  if (ruler.test(line)) return { passage: { kind: 'rule' }, next: at + 1 };
  const heading = /^(#{1,6})\s+(.*)$/.exec(line);
  if (heading) {
    return { passage: { kind: 'heading', level: heading[1].length, children: readInline(heading[2]) }, next: at + 1 };
  }
  if (line.includes('|') && tableRuler.test(lines[at + 1] ?? '')) return readTable(lines, at);
  if (line.startsWith('>')) return readQuote(lines, at);
  return item.test(line) ? readList(lines, at) : readParagraph(lines, at);
}

function runOf(lines, at, belongs) {
  let next = at;
  while (next < lines.length && belongs(lines[next])) next += 1;
  return { run: lines.slice(at, next), next };
}

function readFence(lines, at) {
  const { run, next } = runOf(lines, at + 1, (line) => !line.startsWith('```'));
  return { passage: { kind: 'pre', text: run.join('\n') }, next: next + 1 };
}

function readTable(lines, at) {
  const { run, next } = runOf(lines, at, (line) => line.includes('|'));
  const rows = run.filter((_, index) => index !== 1).map((row) => cells(row).map(readInline));
  return { passage: { kind: 'table', rows }, next };
}

function cells(row) {
  return row
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim());
}

function readQuote(lines, at) {
  const { run, next } = runOf(lines, at, (line) => line.startsWith('>'));
  return {
    passage: { kind: 'quote', children: readInline(run.map((line) => line.replace(/^>\s?/, '')).join('\n')) },
    next,
  };
}

function readList(lines, at) {
  const [, space, number] = item.exec(lines[at]);
  const isSame = (line) => {
    const found = item.exec(line);
    return found !== null && found[1].length === space.length && Boolean(found[2]) === Boolean(number);
  };
  const { run, next } = runOf(lines, at, isSame);
  const items = run.map((line) => readInline(item.exec(line)[3]));
  const passage = {
    kind: 'list',
    isOrdered: Boolean(number),
    start: Number(number ?? 1),
    indent: Math.floor(space.length / 2),
    items,
  };
  return { passage, next };
}

function readParagraph(lines, at) {
  const startsOther = (line) => !line.trim() || /^(?:```|#{1,6}\s|>)/.test(line) || item.test(line) || ruler.test(line);
  const { run, next } = runOf(lines, at + 1, (line) => !startsOther(line));
  return { passage: { kind: 'paragraph', children: readInline([lines[at], ...run].join('\n')) }, next };
}

const inline = [
  [/^`([^`\n]+)`/, ([, text]) => ({ kind: 'code', text })],
  [/^(\*\*|__)(?=\S)([\s\S]*?\S)\1/, ([, , text]) => ({ kind: 'bold', children: readInline(text) })],
  [/^~~(?=\S)([\s\S]*?\S)~~/, ([, text]) => ({ kind: 'strike', children: readInline(text) })],
  [/^([*_])(?=\S)([^*_]*?\S)\1(?![\p{L}\p{N}])/u, ([, , text]) => ({ kind: 'italic', children: readInline(text) })],
  [/^\[([^\]\n]+)\]\(([^)\s]+)\)/, ([all, text, url]) => (isSafe(url) ? link(url, text) : { kind: 'text', text: all })],
];

function link(url, text) {
  return { kind: 'link', url, children: readInline(text) };
}

function readInline(text) {
  const nodes = [];
  let plain = '';
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const isInWord = /[\p{L}\p{N}]/u.test(text[at - 1] ?? '');
    const found = inline.map(([pattern, make]) => [pattern.exec(rest), make]).find(([match]) => match);
    if (!found || (isInWord && text[at] === '_')) {
      plain += text[at];
      at += 1;
      continue;
    }
    if (plain) nodes.push(...words(plain));
    plain = '';
    const [match, make] = found;
    nodes.push(make(match));
    at += match[0].length;
  }
  return plain ? [...nodes, ...words(plain)] : nodes;
}
