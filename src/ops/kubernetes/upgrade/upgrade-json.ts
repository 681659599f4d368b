import { minorInWords } from '../release.ts';
import { dataDate } from './data-date.ts';
import type { UpgradeAnswer } from './upgrade-report.ts';
import { verdictCode } from './verdict.ts';

/** The answer for programs: all findings of all hops, and the order of work. Its names stay. */
export function upgradeJson({ observed, source, target, assessment, work }: UpgradeAnswer): string {
  const { verdict, hops } = assessment;
  return `${JSON.stringify(
    {
      cluster: observed.cluster,
      at: observed.at.toISOString(),
      from: source,
      to: target,
      dataAsOf: dataDate(),
      verdict,
      exitCode: verdictCode(verdict),
      hops: hops.map(({ hop, verdict: ofHop, findings }, nth) => ({
        ...{ from: minorInWords(hop.from), to: minorInWords(hop.to), verdict: ofHop, findings, work: work[nth] ?? [] },
      })),
    },
    null,
    1,
  )}\n`;
}
