import { counted, listInWords } from '../../../chatops/format.ts';
import type { Fact, File, Report } from '../../../chatops/report.ts';
import type { Assessment } from './assess.ts';
import { dataDate } from './data-date.ts';
import type { Severity } from './finding.ts';
import { rowsOf } from './finding-rows.ts';
import { hopInWords } from './hops.ts';
import { manifestsInWords } from './manifests-in-words.ts';
import type { Observed } from './observed.ts';
import type { WorkStep } from './order-of-work.ts';
import { upgradeFound } from './upgrade-found.ts';
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

/** The verdict for people: one line, each hop, what was found, each with its next step; all of it in a file to read and one to compute with. */
export function upgradeReport(answer: UpgradeAnswer): Report {
  const { observed, target, source, assessment } = answer;
  const { verdict } = assessment;
  return {
    tone: verdict.kind === 'ready' ? 'good' : 'warning',
    title: `${observed.cluster} from ${source} to ${target}: ${verdictInWords(verdict)}`,
    facts: factsOf(answer),
    found: upgradeFound(assessment),
    changed: 'nothing',
    file: fileOf(answer, 'md', 'Every finding with its evidence, and the order of work', upgradeMarkdown(answer)),
    moreFiles: [fileOf(answer, 'json', 'The same for programs', upgradeJson(answer))],
    measures: measuresOf(assessment),
    exitCode: verdictCode(verdict),
  };
}

function factsOf(answer: UpgradeAnswer): readonly Fact[] {
  const { observed, assessment, work } = answer;
  const { hops } = assessment;
  const manifests = manifestsInWords(observed.manifests);
  return [
    // Of one hop the title says it.
    ...(hops.length > 1 ? hops : []).map(({ hop, verdict }) => ({
      ...{ label: hopInWords(hop), value: verdictInWords(verdict), onCard: true },
    })),
    ...(manifests === undefined ? [] : [{ label: 'Manifests', value: manifests, onCard: true }]),
    { label: 'Found', value: countsInWords(assessment), onCard: true },
    { label: 'Order of work', value: `${workInWords(work)}, all in ${nameOf(answer, 'md')}` },
    {
      label: 'Data',
      value: `as of ${dataDate()}: what Kubernetes and etcd have removed or announced until then`,
      onCard: true,
    },
  ];
}

const amounts: Readonly<Record<Severity, (amount: number) => string>> = {
  blocker: (amount) => counted(amount, 'blocker'),
  unknown: (amount) => counted(amount, 'thing not seen', 'things not seen'),
  warning: (amount) => counted(amount, 'warning'),
  note: (amount) => counted(amount, 'note'),
};

function countsInWords(assessment: Assessment): string {
  const rows = rowsOf(assessment);
  const words = Object.entries(amounts).flatMap(([severity, inWords]) => {
    const amount = rows.filter(({ finding }) => finding.severity === severity).length;
    return amount === 0 ? [] : [inWords(amount)];
  });
  return words.length === 0 ? 'nothing' : listInWords(words);
}

const workInWords = (work: UpgradeAnswer['work']): string =>
  work.map((steps) => counted(steps.length, 'step')).join(', then ');

const nameOf = ({ observed, target }: UpgradeAnswer, ending: string): string =>
  `upgrade-${observed.cluster}-${target}.${ending}`;

function fileOf(answer: UpgradeAnswer, ending: string, title: string, text: string): File {
  return { name: nameOf(answer, ending), title, base64: Buffer.from(text).toString('base64') };
}

function measuresOf(assessment: Assessment): Record<string, number> {
  const rows = rowsOf(assessment);
  const count = (severity: Severity) => rows.filter(({ finding }) => finding.severity === severity).length;
  return {
    hops: assessment.hops.length,
    ...{ blockers: count('blocker'), unknown: count('unknown'), warnings: count('warning'), notes: count('note') },
  };
}
