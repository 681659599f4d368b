import type { Assessment } from './assess.ts';
import { type Finding, severities } from './finding.ts';
import { hopInWords } from './hops.ts';

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
  return rows.toSorted((a, b) => severities.indexOf(a.finding.severity) - severities.indexOf(b.finding.severity));
}
