import { malformedXml } from './s3-error.ts';

/** A node of an answer: a text, or children; an absent value leaves the element out, a list repeats it. */
export type Content = string | number | boolean | undefined | readonly Content[] | { readonly [name: string]: Content };

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

export function xmlDocument(root: string, content: Content, named = true): string {
  const attribute = named ? ` xmlns="${namespace}"` : '';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${inner(content)}</${root}>`;
}

function inner(content: Content): string {
  if (content === undefined) return '';
  if (typeof content !== 'object') return escaped(String(content));
  if (Array.isArray(content)) return content.map(inner).join('');
  return Object.entries(content)
    .map(([name, value]) => element(name, value))
    .join('');
}

function element(name: string, value: Content): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((one) => element(name, one)).join('');
  return `<${name}>${inner(value)}</${name}>`;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"\r]/g, (sign) => entities.get(sign) ?? sign);
}

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ['\r', '&#13;'],
]);

/** An element of a request. Text is empty where there are children. */
export interface Element {
  readonly name: string;
  readonly text: string;
  readonly children: readonly Element[];
}

/** Reads what S3 requests consist of: elements, text and entities. Anything else is MalformedXML. */
export function parseXml(source: string): Element {
  const open: { name: string; text: string; children: Element[] }[] = [{ name: '', text: '', children: [] }];
  const body = source.replace(/^\uFEFF?\s*<\?xml[^>]*\?>/, '');
  let read = 0;
  for (const match of body.matchAll(
    /<(\/?)([A-Za-z][\w.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/gy,
  )) {
    read += match[0].length;
    const [, closing, name, , selfClosing, text] = match;
    const current = open.at(-1);
    if (!current) throw malformedXml();
    if (text !== undefined) current.text += unescaped(text);
    else if (closing) close(open, name ?? '');
    else if (selfClosing) current.children.push({ name: name ?? '', text: '', children: [] });
    else open.push({ name: name ?? '', text: '', children: [] });
  }
  const [document] = open;
  const root = document?.children[0];
  if (read !== body.length || open.length !== 1 || document?.children.length !== 1 || !root) throw malformedXml();
  return root;
}

function close(open: { name: string; text: string; children: Element[] }[], name: string): void {
  const closed = open.pop();
  const parent = open.at(-1);
  if (!closed || !parent || closed.name !== name) throw malformedXml();
  parent.children.push(closed.children.length > 0 ? { ...closed, text: '' } : closed);
}

function unescaped(text: string): string {
  return text.replaceAll(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (_, hex, decimal, name) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal) return String.fromCodePoint(Number(decimal));
    const sign = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[String(name)];
    if (sign === undefined) throw malformedXml();
    return sign;
  });
}

export function childText(element: Element, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}
