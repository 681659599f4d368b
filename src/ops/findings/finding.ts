import type { Gap, Piece } from './piece.ts';

/** One thing that a check has to say. What could not be seen is `unknown`, whatever else a check may find. */
export interface Finding<Severity extends string> {
  /** The check's name: 'called-apis'. */
  readonly check: string;
  readonly severity: Severity | 'unknown';
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

/** What could not be seen. */
export const unseen = (check: string, { what, needs }: Gap): Finding<never> => ({
  ...{ check, severity: 'unknown', subject: what, evidence: `Nobody could see ${what}.`, next: needs },
});

/** What `look` says of a piece that is known, or that it is not. */
export function seen<T, F extends Finding<string>>(
  check: string,
  piece: Piece<T>,
  look: (value: T) => readonly F[],
): readonly (F | Finding<never>)[] {
  return 'gap' in piece ? [unseen(check, piece.gap)] : look(piece.known);
}
