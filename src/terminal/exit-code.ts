import type { Report } from '../chatops/report.ts';
import type { RunRecord } from '../chatops/run.ts';

/** What came of a command: an answer, given or not because another run is under way, or a run that has ended. */
export type Outcome =
  | { readonly kind: 'answered'; readonly report: Report; readonly isBusy: boolean }
  | { readonly kind: 'ended'; readonly run: Pick<RunRecord, 'state' | 'report'> };

/**
 * Of what was refused before anything began: a word, an option, a right or a setting that is not there. No report takes this code, so that
 * no pipeline takes a slip of the finger for a verdict. Source: EX_USAGE of sysexits.h.
 */
export const refused = 64;

/**
 * What a script learns: 0 when all is done and the answer is no bad news, else 1. A drill that finds a backup broken is done, and bad
 * news all the same. A report may say otherwise, as a verdict with more than two answers does.
 */
export function exitCode(outcome: Outcome): number {
  const { report } = outcome.kind === 'answered' ? outcome : outcome.run;
  const isDone = outcome.kind === 'answered' ? !outcome.isBusy : outcome.run.state === 'done';
  if (!isDone) return 1;
  return report?.exitCode ?? (report?.tone === 'bad' ? 1 : 0);
}
