import { stripVTControlCharacters } from 'node:util';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const wide =
  /\p{Emoji_Presentation}|\uFE0F|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\u3000-\u303F\uFF01-\uFF60]/u;

/** Columns a terminal gives `text`: Chinese characters and emoji take two, colours none. */
export function columns(text: string): number {
  const seen = stripVTControlCharacters(text);
  return [...graphemes.segment(seen)].reduce((sum, { segment }) => sum + (wide.test(segment) ? 2 : 1), 0);
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columns(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - columns(text))) + text;
}

/** As much of `text` as fits into `width`, with … where it was cut. */
export function clip(text: string, width: number): string {
  if (columns(text) <= width) return text;
  let kept = '';
  for (const { segment } of graphemes.segment(stripVTControlCharacters(text))) {
    if (columns(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** `text` in lines of at most `width`, broken between words, and inside a word only when it is longer than a line. */
export function wrap(text: string, width: number): readonly string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, width));
}

/** What a line is indented by is meant: YAML is nothing without it. */
function wrapLine(line: string, width: number): readonly string[] {
  const blanks = /^ */.exec(line)?.[0] ?? '';
  if (blanks.length === 0 || blanks.length > width / 2) return wrapWords(line, width);
  return indent(wrapWords(line.slice(blanks.length), width - blanks.length), blanks);
}

function wrapWords(line: string, width: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ').flatMap((each) => pieces(each, width))) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (columns(longer) <= width || current === '') {
      current = longer;
      continue;
    }
    lines.push(current);
    current = word;
  }
  return [...lines, current];
}

function pieces(word: string, width: number): readonly string[] {
  if (columns(word) <= width) return [word];
  const cut: string[] = [];
  let current = '';
  for (const { segment } of graphemes.segment(stripVTControlCharacters(word))) {
    if (columns(current + segment) > width) {
      cut.push(current);
      current = '';
    }
    current += segment;
  }
  return [...cut, current];
}

export function indent(lines: readonly string[], by: string): readonly string[] {
  return lines.map((line) => `${by}${line}`.trimEnd());
}

export type Paint = (style: keyof typeof codes, text: string) => string;

const codes = { bold: 1, faint: 2, italic: 3, struck: 9, red: 31, green: 32, yellow: 33, cyan: 36 };

/** No colours at all, for files and pipes. */
export const plain: Paint = (_, text) => text;

/** Colours each word by itself, so that a line may be broken anywhere between them. */
export const coloured: Paint = (style, text) =>
  text.replace(/[^\s]+/g, (word) => `\u001B[${codes[style]}m${word}\u001B[0m`);
