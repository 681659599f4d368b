import type { JournalEntry } from '../../../ports/journal.ts';
import type { Decided } from './decided.ts';
import { harborSteps, isOwn, isTag } from './harbor-steps.ts';

/** How long nobody could use the registry while a version was installed. */
export interface Downtime {
  readonly to: string;
  readonly ms: number;
}

/**
 * From the first time a version began to be stopped until the next was last found healthy, over all runs: what lies between two attempts counts, as
 * nobody could use it then. Nothing of versions that never became healthy.
 */
export function downtimesIn(decided: Decided, journal: readonly JournalEntry[]): readonly Downtime[] {
  const steps = harborSteps(decided);
  return decided.hops.flatMap(({ variables: { to } }) => {
    const its = steps.filter((step) => step.hop?.variables.to === to);
    const [down, up] = [its.find(isTag('down'))?.name, its.find(isOwn('healthy'))?.name];
    const began = journal.find(({ step, event }) => step === down && event === 'started');
    const ended = journal.findLast(({ step, event }) => step === up && event === 'ended');
    return began && ended ? [{ to, ms: ended.at.getTime() - began.at.getTime() }] : [];
  });
}
