import type { Finding as AnyFinding } from '../../findings/finding.ts';
import type { Hop } from './hops.ts';
import type { Observed } from './observed.ts';

/** In the order in which they are told. */
export const severities = ['blocker', 'unknown', 'warning', 'note'] as const;
export type Severity = (typeof severities)[number];

/** One thing that a check has to say about one hop. */
export type Finding = AnyFinding<Severity>;

/** Looks at what was observed with one hop in mind. Pure; says `unknown` where it could not see, never nothing. */
export interface Check {
  readonly name: string;
  /** Once: of the cluster as it is, so only at the first hop. Each hop: it depends on the versions between which it goes. */
  readonly when: 'once' | 'each hop';
  check(observed: Observed, hop: Hop): readonly Finding[];
}
