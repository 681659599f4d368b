import type { ScheduleNow } from '../ports/schedules.ts';
import type { AsTyped } from './as-typed.ts';
import { whenInWords } from './cron-in-words.ts';
import { durationInWords, minuteInWords } from './format.ts';
import type { Report } from './report.ts';

export interface ScheduleListFacts {
  /** The cluster or registry that was asked about; undefined for all that may be seen. */
  readonly target: string | undefined;
  readonly asTyped: AsTyped;
  readonly now: Date;
  readonly limit: number;
}

/** Schedules as a table; those that fail stand first, so that none of them is cut off. */
export function scheduleList(schedules: readonly ScheduleNow[], facts: ScheduleListFacts): Report {
  const { target, asTyped, now, limit } = facts;
  const of = target ? ` of ${target}` : '';
  if (schedules.length === 0) {
    const title = target ? `Nothing of ${target} comes by itself.` : 'Nothing that you may see comes by itself.';
    return { tone: 'neutral', title, next: 'Schedules stand in salvor.yaml, under schedules.' };
  }
  const failing = schedules.filter(({ record }) => record.failingSince !== undefined);
  const shown = [...failing, ...schedules.filter((one) => !failing.includes(one))].slice(0, limit);
  const caption = `Schedules${of}`;
  return {
    tone: failing.length > 0 ? 'warning' : 'neutral',
    title: failing.length > 0 ? `${caption}: ${failing.length} of ${schedules.length} not well` : caption,
    ...(shown.length < schedules.length ? { text: `The first ${shown.length} of ${schedules.length}.` } : {}),
    table: {
      caption,
      columns: ['Schedule', 'Target', 'Job', 'When', 'Next (UTC)', 'Last run', 'How it is'],
      rows: shown.map((one) => [
        one.name,
        one.target,
        one.job,
        whenInWords(one),
        nextInWords(one, now),
        lastInWords(one),
        conditionOf(one, now),
      ]),
    },
    next:
      shown.length < schedules.length
        ? [
            'Those of one alone: ',
            { code: asTyped('schedules --cluster <cluster>') },
            ' or ',
            { code: asTyped('schedules --registry <registry>') },
          ]
        : ['A run with its steps and log: ', { code: asTyped('runs <run>') }],
  };
}

function nextInWords({ nextAt, isPaused }: ScheduleNow, now: Date): string {
  if (isPaused) return 'paused';
  if (!nextAt) return 'at the next start of a bot';
  const lateMs = now.getTime() - nextAt.getTime();
  return lateMs > 60_000 ? `${minuteInWords(nextAt)}, late by ${durationInWords(lateMs)}` : minuteInWords(nextAt);
}

function lastInWords({ record: { last } }: ScheduleNow): string {
  return last ? `${last.run}: ${last.state}, ${minuteInWords(last.at)}` : 'none yet';
}

function conditionOf({ record }: ScheduleNow, now: Date): string {
  const { last, heard, skipped, failingSince, succeededAt } = record;
  const parts: string[] = [];
  if (failingSince)
    parts.push(`not well for ${durationInWords(now.getTime() - failingSince.getTime())}: ${heard?.title}`);
  else if (succeededAt) parts.push('well');
  if (skipped && (!last || skipped.at > last.at)) {
    parts.push(`skipped ${minuteInWords(skipped.at)}: run ${skipped.run} was under way`);
  }
  return parts.join('; ');
}
