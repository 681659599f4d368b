import { type Document, LineCounter, parseDocument } from 'yaml';
import { Refusal } from '../chatops/errors.ts';
import { crossChecks, type Finding } from './cross-checks.ts';
import { issueInWords } from './issue-words.ts';
import { knownSettings } from './known-settings.ts';
import { Outline } from './outline.ts';
import { inOrder, locator, type Path, type Problem, problem, shapeProblems } from './problems.ts';
import type { Jobs } from './schedule-checks.ts';
import { Settings } from './schema.ts';
import type { ReadText } from './secrets.ts';

export interface ReadSettings {
  /** Undefined where something is wrong with its shape. */
  readonly settings: Settings | undefined;
  /** As much of it as can be read. */
  readonly outline: Outline;
  readonly problems: readonly Problem[];
  /** A finding with the line that it is on. */
  readonly say: (finding: Finding) => Problem;
}

/** Reads salvor.yaml with every problem that is in it. Throws Refusal when there is no file to read. */
export function readSettings(file: string, readText: ReadText, jobs?: Jobs): ReadSettings {
  const lines = new LineCounter();
  const document = parseDocument(textOf(file, readText), { lineCounter: lines });
  const broken = document.errors.map((error): Problem => {
    const [why = error.code] = error.message.split('\n');
    return { path: 'yaml', line: lines.linePos(error.pos[0]).line, expected: `must be YAML: ${why.replace(/:$/, '')}` };
  });
  if (broken.length > 0) return unread(broken);
  const plain = toPlain(document);
  if ('problem' in plain) return unread([plain.problem]);
  const locate = locator(document, lines);
  const outline = Outline.parse(plain.value);
  const { data: settings, error } = Settings.safeParse(plain.value, { error: issueInWords });
  const known = (section: Path) => knownSettings(Settings, section);
  const say = ({ path, expected }: Finding) => problem(path, expected, locate);
  const across = crossChecks(outline, jobs).map(say);
  return { settings, outline, problems: inOrder(error ? shapeProblems(error, locate, known) : [], across), say };
}

const unread = (problems: readonly Problem[]): ReadSettings => ({
  ...{ settings: undefined, outline: {}, problems },
  say: ({ path, expected }) => problem(path, expected, () => undefined),
});

function textOf(file: string, readText: ReadText): string {
  try {
    return readText(file);
  } catch {
    throw new Refusal(
      `There is no readable configuration at ${file}.`,
      'Copy salvor.example.yaml there, or set SALVOR_CONFIG to its path.',
    );
  }
}

/** An alias that points nowhere, or aliases of aliases without end, show only here. */
function toPlain(document: Document): { readonly value: unknown } | { readonly problem: Problem } {
  try {
    return { value: document.toJS() };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { problem: { path: 'yaml', expected: `must have no aliases that cannot be resolved: ${why}` } };
  }
}
