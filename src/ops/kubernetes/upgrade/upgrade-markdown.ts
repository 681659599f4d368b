import { timeInWords } from '../../../chatops/format.ts';
import type { AssessedHop } from './assess.ts';
import { dataDate } from './data-date.ts';
import type { Finding } from './finding.ts';
import { hopInWords } from './hops.ts';
import { manifestsInWords } from './manifests-in-words.ts';
import type { WorkStep } from './order-of-work.ts';
import type { UpgradeAnswer } from './upgrade-report.ts';
import { verdictInWords } from './verdict.ts';

/** The whole answer to read, hop by hop: verdict, findings with their evidence, order of work. */
export function upgradeMarkdown({ observed, source, target, assessment, work }: UpgradeAnswer): string {
  const manifests = manifestsInWords(observed.manifests);
  return [
    `# ${plain(observed.cluster)} from ${plain(source)} to ${plain(target)}: ${plain(verdictInWords(assessment.verdict))}`,
    `Seen ${timeInWords(observed.at)}. The data is of ${dataDate()}: what was removed or announced after that day is not in it.`,
    ...(manifests === undefined ? [] : [`Manifests: ${plain(manifests)}.`]),
    ...assessment.hops.flatMap((one, nth) => hopText(one, work[nth] ?? [])),
    '',
  ].join('\n\n');
}

function hopText({ hop, verdict, findings }: AssessedHop, work: readonly WorkStep[]): readonly string[] {
  return [
    `## ${hopInWords(hop)}: ${plain(verdictInWords(verdict))}`,
    ...(findings.length === 0 ? ['Nothing was found.'] : findings.map(findingText)),
    '### Order of work',
    work.map(stepText).join('\n'),
  ];
}

function findingText({ severity, subject, check, evidence, next, all = [], source = [] }: Finding): string {
  return [
    `### ${severity}: ${plain(subject)}`,
    [
      `- ${plain(evidence)}`,
      `- Next: ${plain(next)}`,
      ...(all.length > 3 ? [`- All of them: ${plain(all.join(', '))}`] : []),
      `- Check \`${check}\`${source.length > 0 ? `; ${plain(source.join('; '))}` : ''}`,
    ].join('\n'),
  ].join('\n\n');
}

function stepText({ name, on, detail, drains = [] }: WorkStep, nth: number): string {
  const where = on.length > 0 ? ` (${plain(on.join(', '))})` : '';
  return [
    `${nth + 1}. **${plain(name)}**${where}: ${plain(detail)}.`,
    ...drains.map((one) => `   - ${plain(one)}`),
  ].join('\n');
}

/** Names and messages come from the cluster: nothing in them may become markup, or another line. */
const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]<>#|]/g, '\\$&');
