import { invalidArgument } from './s3-error.ts';
import { encoded } from './signature.ts';

/** One page of a listing: entries and common prefixes in key order, each counting as one. */
export interface Page<T> {
  readonly entries: readonly T[];
  readonly commonPrefixes: readonly string[];
  readonly isTruncated: boolean;
  /** The last key or common prefix of this page. */
  readonly last: string | undefined;
}

export interface PageRequest {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  readonly max: number;
}

/** Cuts a page from `entries`, which are in order and begin after the last page. */
export function cutPage<T>(
  entries: Iterable<T>,
  keyOf: (entry: T) => string,
  { prefix, delimiter, max }: PageRequest,
  after: string,
): Page<T> {
  const found: T[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  for (const entry of entries) {
    const key = keyOf(entry);
    if (!key.startsWith(prefix)) continue;
    const common = commonPrefix(key, prefix, delimiter);
    if (common !== undefined && (common === prefixes.at(-1) || common === after)) continue;
    if (found.length + prefixes.length === max) {
      return { entries: found, commonPrefixes: prefixes, isTruncated: max > 0, last };
    }
    if (common === undefined) found.push(entry);
    else prefixes.push(common);
    last = common ?? key;
  }
  return { entries: found, commonPrefixes: prefixes, isTruncated: false, last };
}

function commonPrefix(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (!delimiter) return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}

/** S3's order is that of the UTF-8 bytes; JavaScript's differs where surrogates meet the last code units below them. */
export function inKeyOrder(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

function rank(codeUnit: number): number {
  if (codeUnit < 0xd800) return codeUnit;
  return codeUnit < 0xe000 ? codeUnit + 0x2000 : codeUnit - 0x800;
}

/** `max-keys`, `max-uploads`, `max-parts`: a whole number, of which 1,000 count at most. */
export function limitOf(query: URLSearchParams, name: string): number {
  const text = query.get(name);
  if (text === null) return 1_000;
  if (!/^\d{1,9}$/.test(text))
    throw invalidArgument(name, text, `Provided ${name} not an integer or within integer range`);
  return Math.min(1_000, Number(text));
}

/** How keys are written in this listing: as they are, or percent-encoded when `encoding-type=url`. */
export function keyWriter(query: URLSearchParams): (key: string) => string {
  const type = query.get('encoding-type');
  if (type === null) return (key) => key;
  if (type !== 'url') throw invalidArgument('encoding-type', type, 'Invalid Encoding Method specified in Request');
  return (key) => encoded(key).replaceAll('%2F', '/').replaceAll('%20', '+');
}
