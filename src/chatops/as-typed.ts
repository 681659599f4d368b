import type { Report, Text } from './report.ts';

/** A command as it must be typed here, to be copied whole: `/salvor runs r-1`; in a terminal with program, quotes and --as around it. */
export type AsTyped = (words: string) => string;

/** The report with every command in it as it must be typed where it is read. */
export function typedOut(report: Report, asTyped: AsTyped): Report {
  const { text, facts, changed, next } = report;
  return {
    ...report,
    ...(text === undefined ? {} : { text: textAsTyped(text, asTyped) }),
    ...(facts === undefined
      ? {}
      : { facts: facts.map((fact) => ({ ...fact, value: textAsTyped(fact.value, asTyped) })) }),
    ...(changed === undefined ? {} : { changed: textAsTyped(changed, asTyped) }),
    ...(next === undefined ? {} : { next: textAsTyped(next, asTyped) }),
  };
}

export function textAsTyped(text: Text, asTyped: AsTyped): Text {
  if (typeof text === 'string') return text;
  return text.map((piece) =>
    typeof piece === 'object' && 'command' in piece ? { code: asTyped(piece.command) } : piece,
  );
}
