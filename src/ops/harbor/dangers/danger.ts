import type { Finding as AnyFinding } from '../../findings/finding.ts';
import { type Loss, sourceOfDanger } from '../facts/releases.ts';
import type { Observed } from '../observe/observed.ts';
import type { Hop } from '../path/hop.ts';
import { isBefore } from '../path/versions.ts';

/** In the order in which they are told. Nothing begins while there is a stop. */
export const severities = ['stop', 'unknown', 'warning', 'note'] as const;
export type Severity = (typeof severities)[number];
export type Finding = AnyFinding<Severity>;

/** What people may acknowledge to lose: `--lose charts`. */
export type Losable = Exclude<Loss['what'], 'scan results'>;

/** An upgrade that is thought of: the registry as it was seen, and the way; never an empty one. */
export interface Upgrade {
  readonly observed: Observed;
  readonly hops: readonly Hop[];
  readonly lose: readonly Losable[];
}

/** Looks at an upgrade with one danger in mind. Pure; says `unknown` where it could not see, never nothing. */
export interface Danger {
  readonly name: string;
  look(upgrade: Upgrade): readonly Finding[];
}

/** Makes the findings of one danger. Where no source is given it is that of the table's danger of this name, if there is one. */
export const speaker =
  (check: string, source?: readonly string[]) =>
  (severity: Severity, subject: string, evidence: string, next: string): Finding => {
    const from = source ?? sourceOfDanger(check);
    return { ...{ check, severity, subject, evidence, next }, ...(from ? { source: from } : {}) };
  };

/** The hop that goes past a minor or ends at it, such as 2.2; undefined where none does. */
export const hopPast = (hops: readonly Hop[], minor: string): Hop | undefined =>
  hops.find(({ fromMinor, toMinor }) => isBefore(fromMinor, minor) && !isBefore(toMinor, minor));
