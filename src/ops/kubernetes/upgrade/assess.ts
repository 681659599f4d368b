import { checks } from './checks/all.ts';
import type { Check, Finding } from './finding.ts';
import { severities } from './finding.ts';
import type { Hop } from './hops.ts';
import type { Observed } from './observed.ts';
import { type Verdict, verdictOf } from './verdict.ts';

export interface AssessedHop {
  readonly hop: Hop;
  /** Worst first; otherwise in the order of checks. */
  readonly findings: readonly Finding[];
  readonly verdict: Verdict;
}
export interface Assessment {
  readonly hops: readonly AssessedHop[];
  /** Of all hops together. */
  readonly verdict: Verdict;
}

/** Every check at every hop that concerns it. What two checks say in the same words of a hop, such as a gap that both need, is said once. */
export function assess(observed: Observed, way: readonly Hop[], all: readonly Check[] = checks): Assessment {
  const hops = way.map((hop) => {
    const found = all
      .filter(({ when }) => when === 'each hop' || hop.isFirst)
      .flatMap((one) => one.check(observed, hop));
    const findings = inOrder(once(found));
    return { hop, findings, verdict: verdictOf(findings) };
  });
  return { hops, verdict: verdictOf(once(hops.flatMap(({ findings }) => findings))) };
}

function once(findings: readonly Finding[]): readonly Finding[] {
  const key = ({ check, severity, subject, evidence, next }: Finding) =>
    JSON.stringify(severity === 'unknown' ? [subject, evidence, next] : [check, severity, subject, evidence, next]);
  return [...new Map(findings.map((one) => [key(one), one] as const).toReversed()).values()].toReversed();
}

const inOrder = (findings: readonly Finding[]): readonly Finding[] =>
  findings.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
