import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type AlertRuleSettings, RuleFile } from './alerts-schema.ts';
import type { Finding } from './cross-checks.ts';
import { issueInWords } from './issue-words.ts';
import type { Outline } from './outline.ts';
import type { Jobs } from './schedule-checks.ts';
import type { Secrets } from './secrets.ts';

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
  jobs: Jobs | undefined,
): readonly Finding[] {
  if (!alerts || !jobs) return [];
  const own = Object.entries(alerts.rules ?? {}).map(([name, rule]) => ({ name, rule, at: ['alerts', 'rules', name] }));
  const others = Object.entries(included).map(([name, rule]) => ({ name, rule, at: ['alerts', 'include'] }));
  return [...own, ...others].flatMap(({ name, rule, at }) =>
    problemsOf(rule ?? {}, jobs).map(({ setting, expected }) => ({
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

function problemsOf({ facts = [], action, mode }: LooseRule, jobs: Jobs) {
  const readers = [...jobs].flatMap(([name, { queue }]) => (queue === 'read' && !name.includes('.') ? [name] : []));
  const queue = action === undefined ? undefined : jobs.get(action)?.queue;
  const wrongFact = facts.find((fact) => fact !== undefined && !readers.includes(fact));
  const wrongAction =
    action !== undefined && queue === undefined
      ? `must be something that can be run; there is no ${action}`
      : mode === 'auto-read' && queue !== 'read'
        ? `must be one that only reads (${readers.join(', ')}) where the mode is auto-read`
        : mode === 'auto-write' && action !== 'snapshot'
          ? 'must be snapshot where the mode is auto-write: nothing else is ever written by itself'
          : undefined;
  return [
    ...(wrongFact === undefined
      ? []
      : [
          {
            setting: 'facts',
            expected: `must be commands that only read (${readers.join(', ')}); ${wrongFact} is none`,
          },
        ]),
    ...(wrongAction === undefined ? [] : [{ setting: 'action', expected: wrongAction }]),
  ];
}
