import { counted, firstFew, listInWords } from '../../../chatops/format.ts';
import type { Fact, File, Report, Table } from '../../../chatops/report.ts';
import type { Assessment } from './assess.ts';
import { dataDate } from './data-date.ts';
import type { Finding, Severity } from './finding.ts';
import { hopInWords } from './hops.ts';
import type { Observed } from './observed.ts';
import type { WorkStep } from './order-of-work.ts';
import { upgradeJson } from './upgrade-json.ts';
import { upgradeMarkdown } from './upgrade-markdown.ts';
import { verdictCode, verdictInWords } from './verdict.ts';

/** What was asked, what was seen, and what came of it. */
export interface UpgradeAnswer {
  readonly observed: Observed;
  /** As typed: '1.34', '1.34.2'. */
  readonly target: string;
  /** What the oldest API server runs. */
  readonly source: string;
  readonly assessment: Assessment;
  /** The order of work of each hop, in the order of hops. */
  readonly work: readonly (readonly WorkStep[])[];
}

/** The verdict for people: one line, each hop, what was found; all of it in a file to read and one to compute with. */
export function upgradeReport(answer: UpgradeAnswer): Report {
  const { observed, target, source, assessment } = answer;
  const { verdict } = assessment;
  const first = rowsOf(assessment)[0];
  return {
    tone: verdict.kind === 'ready' ? 'good' : 'warning',
    title: `${observed.cluster} from ${source} to ${target}: ${verdictInWords(verdict)}`,
    facts: factsOf(answer),
    table: tableOf(answer),
    changed: 'nothing',
    ...(first && verdict.kind !== 'ready' ? { next: `${first.finding.subject}: ${first.finding.next}` } : {}),
    file: fileOf(answer, 'md', 'Every finding with its evidence, and the order of work', upgradeMarkdown(answer)),
    moreFiles: [fileOf(answer, 'json', 'The same for programs', upgradeJson(answer))],
    measures: measuresOf(assessment),
    exitCode: verdictCode(verdict),
  };
}

export interface FindingRow {
  readonly finding: Finding;
  /** All hops of which it is said. */
  readonly hops: readonly string[];
}

/** What is said of several hops in the same words, once; worst first. */
export function rowsOf({ hops }: Assessment): readonly FindingRow[] {
  const all = hops.flatMap(({ hop, findings }) => findings.map((finding) => ({ finding, hop: hopInWords(hop) })));
  const key = ({ check, severity, subject, evidence, next }: Finding) =>
    JSON.stringify([check, severity, subject, evidence, next]);
  const rows = [...Map.groupBy(all, ({ finding }) => key(finding)).values()].flatMap((same) =>
    same[0] ? [{ finding: same[0].finding, hops: same.map(({ hop }) => hop) }] : [],
  );
  const rank: Readonly<Record<Severity, number>> = { blocker: 0, unknown: 1, warning: 2, note: 3 };
  return rows.toSorted((a, b) => rank[a.finding.severity] - rank[b.finding.severity]);
}

function factsOf({ assessment, work }: UpgradeAnswer): readonly Fact[] {
  const { hops } = assessment;
  const subjects = (severity: Severity) =>
    new Set(rowsOf(assessment).flatMap(({ finding }) => (finding.severity === severity ? [finding.subject] : [])));
  const named = [
    ['Blocked by', subjects('blocker')],
    ['Not seen', subjects('unknown')],
  ] as const;
  return [
    // Of one hop the title says it.
    ...(hops.length > 1 ? hops : []).map(({ hop, verdict }) => ({
      ...{ label: hopInWords(hop), value: verdictInWords(verdict), onCard: true },
    })),
    ...named
      .filter(([, those]) => those.size > 0)
      .map(([label, those]) => ({ label, value: firstFew([...those]), onCard: true })),
    { label: 'Found', value: countsInWords(assessment), onCard: true },
    { label: 'Order of work', value: `${workInWords(work)}: in the file` },
    {
      label: 'Data',
      value: `as of ${dataDate()}: what Kubernetes and etcd have removed or announced until then`,
      onCard: true,
    },
  ];
}

const amounts: Readonly<Record<Severity, readonly [string, string]>> = {
  blocker: ['blocker', 'blockers'],
  unknown: ['thing not seen', 'things not seen'],
  warning: ['warning', 'warnings'],
  note: ['note', 'notes'],
};

function countsInWords(assessment: Assessment): string {
  const rows = rowsOf(assessment);
  const words = Object.entries(amounts).flatMap(([severity, [one, many]]) => {
    const amount = rows.filter(({ finding }) => finding.severity === severity).length;
    return amount === 0 ? [] : [counted(amount, one, many)];
  });
  return words.length === 0 ? 'nothing' : listInWords(words);
}

const workInWords = (work: UpgradeAnswer['work']): string =>
  work.map((steps) => counted(steps.length, 'step')).join(', then ');

function tableOf({ observed, assessment }: UpgradeAnswer): Table {
  return {
    caption: `What was found in ${observed.cluster}`,
    columns: ['What it means', 'Subject', 'Evidence', 'Next', 'Hop', 'Check'],
    rows: rowsOf(assessment).map(({ finding: { severity, subject, evidence, next, check }, hops }) => [
      ...[severity, subject, evidence, next, hops.join(', '), check],
    ]),
    spare: ['Check', 'Hop', 'Evidence'],
  };
}

function fileOf({ observed, target }: UpgradeAnswer, ending: string, title: string, text: string): File {
  return {
    name: `upgrade-${observed.cluster}-${target}.${ending}`,
    title,
    base64: Buffer.from(text).toString('base64'),
  };
}

function measuresOf(assessment: Assessment): Record<string, number> {
  const rows = rowsOf(assessment);
  const count = (severity: Severity) => rows.filter(({ finding }) => finding.severity === severity).length;
  return {
    hops: assessment.hops.length,
    ...{ blockers: count('blocker'), unknown: count('unknown'), warnings: count('warning'), notes: count('note') },
  };
}
