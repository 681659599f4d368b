import { z } from 'zod';
import type { Outcome } from '../ports/runs.ts';
import { Report } from './report.ts';
import { RunState, type Says } from './run.ts';

const Heard = Report.pick({ tone: true, title: true });

/** What became of the runs of one schedule on one target. */
export const ScheduleState = z.object({
  last: z.object({ run: z.string(), state: RunState, title: z.string(), at: z.coerce.date() }).optional(),
  /** What the next outcome is compared with. A cancelled run says nothing of what it was to find out. */
  heard: Heard.optional(),
  /** When the first of the runs ended that were not well, one after the other until now. */
  failingSince: z.coerce.date().optional(),
  /** When one was well last. */
  succeededAt: z.coerce.date().optional(),
});
export type ScheduleState = z.infer<typeof ScheduleState>;

/** A time at which nothing was started, because another run had not ended. */
export const Skip = z.object({ at: z.coerce.date(), run: z.string() });
export type Skip = z.infer<typeof Skip>;

export interface Judgement {
  readonly after: ScheduleState;
  /** Whether the channel hears of it. */
  readonly speaks: boolean;
  /** Whether it is to be found among others: what finds the same as before, every quarter of an hour, would leave no room for anything else. */
  readonly isListed: boolean;
  /** As it is to be kept and said: of a recovery, with the time since which it had failed. */
  readonly report: Report;
}

/** What the end of a scheduled run means, after what became of those before. Work that was done and found something bad is not well. */
export function judge(
  before: ScheduleState,
  run: { readonly id: string; readonly says: Says },
  { state, report }: Outcome,
  now: Date,
): Judgement {
  const last = { run: run.id, state, title: report.title, at: now };
  if (state === 'cancelled')
    return { after: { ...before, last }, speaks: run.says === 'always', isListed: true, report };
  const { tone, title } = report;
  const isWell = state === 'done' && (tone === 'good' || tone === 'neutral');
  const { heard, failingSince, succeededAt } = before;
  const speaks = {
    always: true,
    failures: !isWell || failingSince !== undefined,
    // The first of all that is well changes nothing for anybody.
    changes: heard ? heard.tone !== tone || heard.title !== title : !isWell,
  };
  const after = isWell ? { succeededAt: now } : { succeededAt, failingSince: failingSince ?? now };
  return {
    after: { last, heard: { tone, title }, ...after },
    speaks: speaks[run.says],
    isListed: run.says !== 'changes' || speaks.changes,
    report: isWell && failingSince ? wellAgain(report, failingSince) : report,
  };
}

function wellAgain(report: Report, since: Date): Report {
  const fact = { label: 'Well again', value: ['It had failed since ', { time: since.toISOString() }], onCard: true };
  return { ...report, facts: [fact, ...(report.facts ?? [])] };
}
