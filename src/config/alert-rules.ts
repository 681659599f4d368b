import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { AnyCommand } from '../chatops/command.ts';
import { roleOf } from '../chatops/role-of.ts';
import { parseUsage } from '../chatops/usage.ts';
import { type AlertRuleSettings, RuleFile } from './alerts-schema.ts';
import type { Finding } from './cross-checks.ts';
import { issueInWords } from './issue-words.ts';
import type { Outline } from './outline.ts';
import type { Secrets } from './secrets.ts';

/** What people can type. */
export type Commands = readonly AnyCommand[];

export interface IncludedRules {
  readonly rules: Readonly<Record<string, AlertRuleSettings>>;
  readonly findings: readonly Finding[];
}

/** The rules of all files that `alerts.include` names; of two with one name the later file's counts. */
export function includedRules({ alerts }: Outline, secrets: Pick<Secrets, 'file'>): IncludedRules {
  const files = (alerts?.include ?? []).map((path, index) => {
    const text = path && secrets.file(path, `alerts.include[${index}]`);
    return text === undefined ? { rules: {}, findings: [] } : readRules(text, index);
  });
  return {
    rules: Object.assign({}, ...files.map(({ rules }) => rules)),
    findings: files.flatMap(({ findings }) => findings),
  };
}

function readRules(text: string, index: number): IncludedRules {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = (expected: string): IncludedRules => ({
    rules: {},
    findings: [{ path: ['alerts', 'include', index], expected }],
  });
  const [error] = document.errors;
  if (error) return broken(`must be YAML: line ${lines.linePos(error.pos[0]).line}: ${error.message.split('\n')[0]}`);
  const read = RuleFile.safeParse(plain(document), { error: issueInWords });
  return read.success ? { rules: read.data.rules, findings: [] } : broken(issuesIn(read.error));
}

/** Aliases without end are nothing that could be read. */
function plain(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS();
  } catch {
    return undefined;
  }
}

const issuesIn = ({ issues }: z.ZodError): string =>
  `must be a file of rules: ${issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.')} ${message}`.trim())
    .join('; ')}`;

/** What a rule may ask, offer and start. */
export function alertChecks(
  { alerts }: Outline,
  included: IncludedRules['rules'],
  commands: Commands | undefined,
): readonly Finding[] {
  if (!alerts || !commands) return [];
  const own = Object.entries(alerts.rules ?? {}).map(([name, rule]) => ({ name, rule, at: ['alerts', 'rules', name] }));
  const others = Object.entries(included).map(([name, rule]) => ({ name, rule, at: ['alerts', 'include'] }));
  return [...own, ...others].flatMap(({ name, rule, at }) =>
    problemsOf(rule ?? {}, commands).map(({ setting, expected }) => ({
      path: at[1] === 'rules' ? [...at, setting] : at,
      expected: at[1] === 'rules' ? expected : `must have rules that can be obeyed: ${setting} of ${name} ${expected}`,
    })),
  );
}

type LooseRule = Readonly<{
  facts?: readonly (string | undefined)[] | undefined;
  action?: string | undefined;
  mode?: string | undefined;
}>;

function problemsOf({ facts = [], action, mode }: LooseRule, commands: Commands) {
  const alone = commands.filter((command) => command.work && besides(command).length === 0);
  const readers = alone.filter(reads);
  const wrongFacts = facts.flatMap((fact) =>
    fact === undefined || isOneOf(readers, fact)
      ? []
      : [`must be commands that only read (${namesOf(readers)}); ${whyNone(fact, commands, 'is none')}`],
  );
  const wrongAction = action === undefined ? undefined : actionProblem(action, mode, { commands, alone, readers });
  return [
    ...wrongFacts.slice(0, 1).map((expected) => ({ setting: 'facts', expected })),
    ...(wrongAction === undefined ? [] : [{ setting: 'action', expected: wrongAction }]),
  ];
}

function actionProblem(
  action: string,
  mode: string | undefined,
  { commands, alone, readers }: Readonly<Record<'commands' | 'alone' | 'readers', Commands>>,
): string | undefined {
  if (!isOneOf(alone, action))
    return `must be a command that can be run (${namesOf(alone)}); ${whyNone(action, commands, 'is done to no target')}`;
  if (mode === 'auto-read' && !isOneOf(readers, action))
    return `must be one that only reads (${namesOf(readers)}) where the mode is auto-read`;
  if (mode === 'auto-write' && action !== 'snapshot')
    return 'must be snapshot where the mode is auto-write: nothing else is ever written by itself';
  return undefined;
}

const namesOf = (commands: Commands): string => commands.map(({ name }) => name).join(', ');
const isOneOf = (commands: Commands, wanted: string): boolean => commands.some(({ name }) => name === wanted);
/** A rule itself may do no more than look: verify, and what makes a plan, take an operator. */
const reads = (command: AnyCommand): boolean => command.work?.job.queue === 'read' && roleOf(command) === 'viewer';

/** What a command must be told besides its target: an alert names no more, and is the reason. */
function besides({ usage }: AnyCommand): readonly string[] {
  const { positions, flags } = parseUsage(usage);
  return [
    ...positions.slice(1).flatMap(({ name, required }) => (required ? [`<${name}>`] : [])),
    ...flags.flatMap(({ name, required }) => (required && name !== 'reason' ? [`--${name}`] : [])),
  ];
}

function whyNone(name: string, commands: Commands, otherwise: string): string {
  const command = commands.find((one) => one.name === name);
  if (!command) return `there is no ${name}`;
  const [missing] = command.work ? besides(command) : [];
  return missing === undefined ? `${name} ${otherwise}` : `${name} takes ${missing} too, which no alert names`;
}
