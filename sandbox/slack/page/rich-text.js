import { isSafe, words } from './mrkdwn.js';

export function readRichText(block) {
  return (block.elements ?? []).map(readElement).map(withoutOuterBreaks);
}

/** Each part starts on a line of its own anyway: a line break at its very beginning or end adds none. */
function withoutOuterBreaks(passage, index) {
  if (passage.kind !== 'paragraph') return passage;
  const { children } = passage;
  const from = index > 0 && children[0]?.kind === 'break' ? 1 : 0;
  const to = children.length > 1 && children.at(-1)?.kind === 'break' ? -1 : undefined;
  return { kind: 'paragraph', children: children.slice(from, to) };
}

function readElement(element) {
  const elements = element.elements ?? [];
  switch (element.type) {
    case 'rich_text_list':
      return {
        kind: 'list',
        isOrdered: element.style === 'ordered',
        start: (element.offset ?? 0) + 1,
        indent: element.indent ?? 0,
        items: elements.map((item) => (item.elements ?? []).flatMap(readInline)),
      };
    case 'rich_text_quote':
      return { kind: 'quote', children: elements.flatMap(readInline) };
    case 'rich_text_preformatted':
      return { kind: 'pre', text: elements.map((part) => part.text ?? part.url ?? '').join('') };
    default:
      return { kind: 'paragraph', children: elements.flatMap(readInline) };
  }
}

function readInline(part) {
  return readPlainInline(part).map((node) => styled(node, part.style ?? {}));
}

function readPlainInline(part) {
  switch (part.type) {
    case 'text':
      return brokenIntoLines(part.text ?? '');
    case 'link':
      return [isSafe(part.url) ? link(part.url, part.text) : { kind: 'text', text: part.text ?? part.url }];
    case 'user':
      return [{ kind: 'user', id: part.user_id, label: '' }];
    case 'channel':
      return [{ kind: 'channel', id: part.channel_id, label: '' }];
    case 'usergroup':
      return [{ kind: 'usergroup', id: part.usergroup_id, label: '' }];
    case 'broadcast':
      return [{ kind: 'broadcast', range: part.range }];
    case 'emoji':
      return [{ kind: 'emoji', name: part.name }];
    case 'date':
      return [date(part)];
    case 'color':
      return [{ kind: 'code', text: part.value }];
    default:
      return part.text ? words(part.text) : [];
  }
}

/** Text here is taken as it is: Slack reads no `:emoji:` and no `&lt;` in rich text. */
function brokenIntoLines(text) {
  return text
    .split('\n')
    .flatMap((line, index) => [
      ...(index > 0 ? [{ kind: 'break' }] : []),
      ...(line ? [{ kind: 'text', text: line }] : []),
    ]);
}

function link(url, text) {
  return { kind: 'link', url, children: [{ kind: 'text', text: text || url }] };
}

function date({ timestamp, format, url = '', fallback = '' }) {
  return { kind: 'date', timestamp, format, url: isSafe(url) ? url : '', fallback };
}

function styled(node, { bold, italic, strike, code }) {
  const start = code && node.kind === 'text' ? { kind: 'code', text: node.text } : node;
  return [bold && 'bold', italic && 'italic', strike && 'strike']
    .filter(Boolean)
    .reduce((inner, kind) => ({ kind, children: [inner] }), start);
}
