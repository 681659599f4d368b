import type { File, Report, Table, Text, Value } from '../chatops/report.ts';
import type { Phrases } from './phrases.ts';
import { createTranslator, type Writing } from './translator.ts';

export const languageCodes = ['en', 'zh-CN'] as const;
export type LanguageCode = (typeof languageCodes)[number];

/**
 * What people read is in. English is the language of record: of runs, the audit, logs, files and bundles; another one is spoken where a person
 * reads, so that everybody reads their own of the same run, and of runs from before.
 */
export interface Language {
  readonly code: LanguageCode;
  /** A sentence of ours. What is no phrase of ours, such as a name or what a person wrote, stays as it is. */
  say(sentence: string): string;
  text<Given extends Text>(text: Given): Given extends string ? string : Text;
  /** Its buttons are in English still: who draws them says them. */
  report(report: Report): Report;
}

export function languageOf(code: LanguageCode, catalogue: Phrases, writing: Writing): Language {
  let translate: ((sentence: string) => string) | undefined;
  // Made when somebody first reads it: a bot whose people all read English needs none of it.
  const say = (sentence: string) => {
    translate ??= createTranslator(catalogue, writing);
    return translate(sentence);
  };
  const text = (given: Text): Text => (typeof given === 'string' ? say(given) : textIn(given, say));
  return { code, say, text: text as Language['text'], report: (report) => reportIn(report, say, text) };
}

export const english: Language = {
  code: 'en',
  say: (sentence) => sentence,
  text: ((given: Text) => given) as Language['text'],
  report: (report) => report,
};

/** Stands for a piece that is no string while a sentence is translated: of a block that nobody else writes in. */
const firstStandIn = 0xf0000;
const standIns = /([\u{F0000}-\u{FFFFD}])/u;

/** A piece that is a dot and nothing else stands between sentences: what is on one side of it stays there. */
const dot = ' · ';

function textIn(pieces: readonly Value[], say: (sentence: string) => string): Text {
  const at = pieces.indexOf(dot);
  if (at < 0) return sentenceIn(pieces, say);
  return [...sentenceIn(pieces.slice(0, at), say), dot, ...textIn(pieces.slice(at + 1), say)];
}

/** The pieces may stand in another order then. */
function sentenceIn(pieces: readonly Value[], say: (sentence: string) => string): readonly Value[] {
  const others: Value[] = [];
  const sentence = pieces
    .map((piece) => {
      if (typeof piece === 'string') return piece.replaceAll(new RegExp(standIns, 'gu'), '\uFFFD');
      others.push(piece);
      return String.fromCodePoint(firstStandIn + others.length - 1);
    })
    .join('');
  const said = say(sentence)
    .split(standIns)
    .map((part) => (standIns.test(part) ? others[(part.codePointAt(0) ?? 0) - firstStandIn] : part))
    .filter((part) => part !== undefined && part !== '');
  // A translation that lost a piece would hide what the reader has to know.
  return others.every((piece) => said.includes(piece)) ? (said as Value[]).map((piece) => labelIn(piece, say)) : pieces;
}

const labelIn = (piece: Value, say: (sentence: string) => string): Value =>
  typeof piece === 'object' && 'label' in piece ? { ...piece, label: say(piece.label) } : piece;

function reportIn(report: Report, say: (sentence: string) => string, text: (given: Text) => Text): Report {
  const { title, text: prose, facts, table, found, changed, next, file, moreFiles } = report;
  const fileIn = (one: File): File => ({
    ...one,
    title: say(one.title),
    ...(one.altText === undefined ? {} : { altText: say(one.altText) }),
  });
  return {
    ...report,
    title: say(title),
    ...(prose === undefined ? {} : { text: text(prose) }),
    ...(facts && { facts: facts.map((fact) => ({ ...fact, label: say(fact.label), value: text(fact.value) })) }),
    ...(table && { table: tableIn(table, say) }),
    ...(found && {
      found: found.map(({ means, about, next: todo }) => ({
        means: say(means),
        about: about.map(({ subject, seen }) => ({
          subject: say(subject),
          ...(seen === undefined ? {} : { seen: say(seen) }),
        })),
        next: say(todo),
      })),
    }),
    ...(changed === undefined ? {} : { changed: text(changed) }),
    ...(next === undefined ? {} : { next: text(next) }),
    ...(file && { file: fileIn(file) }),
    ...(moreFiles && { moreFiles: moreFiles.map(fileIn) }),
  };
}

export function tableIn(table: Table, say: (sentence: string) => string): Table {
  return {
    ...table,
    caption: say(table.caption),
    columns: table.columns.map(say),
    rows: table.rows.map((row) => row.map((cell) => (typeof cell === 'string' ? say(cell) : cell))),
    ...(table.spare && { spare: table.spare.map(say) }),
  };
}
