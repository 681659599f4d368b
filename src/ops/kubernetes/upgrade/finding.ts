import type { Hop } from './hops.ts';
import type { Gap, Observed, Piece } from './observed.ts';

/** In the order in which they are told. */
export const severities = ['blocker', 'unknown', 'warning', 'note'] as const;
export type Severity = (typeof severities)[number];

/** One thing that a check has to say about one hop. */
export interface Finding {
  /** The check's name: 'called-apis'. */
  readonly check: string;
  readonly severity: Severity;
  /** What it is about: 'shop/web', 'kubelet on w-3'. */
  readonly subject: string;
  /** All that it is about, where the subject names but a few: for the files. */
  readonly all?: readonly string[];
  /** What was seen, a sentence. */
  readonly evidence: string;
  /** What to do, a sentence. */
  readonly next: string;
  /** Where the rule stands that it breaks. */
  readonly source?: readonly string[] | undefined;
}

/** Looks at what was observed with one hop in mind. Pure; says `unknown` where it could not see, never nothing. */
export interface Check {
  readonly name: string;
  /** Once: of the cluster as it is, so only at the first hop. Each hop: it depends on the versions between which it goes. */
  readonly when: 'once' | 'each hop';
  check(observed: Observed, hop: Hop): readonly Finding[];
}

/** What could not be seen. */
export const unseen = (check: string, { what, needs }: Gap): Finding => ({
  ...{ check, severity: 'unknown', subject: what, evidence: `Nobody could see ${what}.`, next: needs },
});

/** What `look` says of a piece that is known, or that it is not. */
export function seen<T>(check: string, piece: Piece<T>, look: (value: T) => readonly Finding[]): readonly Finding[] {
  return 'gap' in piece ? [unseen(check, piece.gap)] : look(piece.known);
}
