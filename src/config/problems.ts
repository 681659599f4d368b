import type { Document, LineCounter } from 'yaml';
import type { z } from 'zod';
import { nearest } from '../chatops/nearest.ts';

/** One thing wrong with the configuration: where, and what must be there. */
export interface Problem {
  /** 'clusters.prod-1.etcd.endpoints[0]', or the name of a variable. */
  readonly path: string;
  /** 1-based, where it is known. */
  readonly line?: number;
  /** What must be, to be read after the path: 'must be https'. */
  readonly expected: string;
}

export type Path = readonly PropertyKey[];
type Locate = (path: Path) => number | undefined;

/** What zod found, in the file's own terms; `known` are the names of what a section may hold. */
export function shapeProblems(
  error: z.ZodError,
  locate: Locate,
  known: (section: Path) => readonly string[],
): readonly Problem[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      const names = known(issue.path);
      return issue.keys.map((key) => problem([...issue.path, key], unknownSetting(key, names), locate));
    }
    const message = issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined;
    return [problem(issue.path, message ?? issue.message, locate)];
  });
}

function unknownSetting(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  const advice = meant === undefined ? 'check its spelling' : `did you mean ${meant}?`;
  return `must not be there: no setting is called so; ${advice}`;
}

/** Where in the file a path is; the nearest parent that is there. */
export function locator(document: Document, lines: LineCounter): Locate {
  return (path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      const range = (node as { range?: readonly [number, number, number] } | undefined)?.range;
      if (range) return lines.linePos(range[0]).line;
    }
    return undefined;
  };
}

/** Every problem once, from the top of the file to its end: what is wrong in itself hides what seems wrong beside others. */
export function inOrder(shape: readonly Problem[], across: readonly Problem[]): readonly Problem[] {
  const told = new Set(shape.map((one) => one.path));
  const lineOf = ({ line = 0 }: Problem) => line;
  return [...shape, ...across.filter((one) => !told.has(one.path))].toSorted((a, b) => lineOf(a) - lineOf(b));
}

export function sayProblem(problem: Problem, file: string): string {
  const where = problem.line === undefined ? file : `${file}:${problem.line}`;
  return `${where}  ${problem.path}  ${problem.expected}`;
}

export function problem(path: Path, expected: string, locate: Locate): Problem {
  const line = locate(path);
  return { path: pathInWords(path), expected, ...(line === undefined ? {} : { line }) };
}

function pathInWords(path: Path): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text.replace(/^\./, '') || 'the file';
}
