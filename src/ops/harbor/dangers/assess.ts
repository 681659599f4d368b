import { dangers } from './all.ts';
import { type Danger, type Finding, severities, type Upgrade } from './danger.ts';

/** All that is to say of an upgrade, worst first. What two dangers say in the same words, such as a gap that both meet, is said once. */
export function assess(upgrade: Upgrade, all: readonly Danger[] = dangers): readonly Finding[] {
  const found = once(all.flatMap((danger) => danger.look(upgrade)));
  return found.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
}

/** Nothing may begin before these are resolved. */
export const stopsOf = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ severity }) => severity === 'stop');

function once(findings: readonly Finding[]): readonly Finding[] {
  const key = ({ check, severity, subject, evidence, next }: Finding) =>
    JSON.stringify([severity === 'unknown' ? '' : check, severity, subject, evidence, next]);
  return [...new Map(findings.map((one) => [key(one), one] as const).toReversed()).values()].toReversed();
}
