import { z } from 'zod';
import type { Report } from '../chatops/report.ts';
import { Run } from '../chatops/run.ts';
import { judge, ScheduleState, Skip } from '../chatops/schedule-state.ts';
import type { Measured, Outcome, ScheduleRecord } from '../ports/runs.ts';
import { keys } from './keys.ts';
import type { RedisConnection } from './redis.ts';

/** What an end means for the schedule of its run: what is to be kept and said, and what the script sets and compares. */
export interface Judged {
  readonly report: Report;
  /** Whether it appears in the channel only now: then nobody needs to be called to it once more. */
  readonly isFirstWord: boolean;
  /** Schedule, what is known of it, what is after this, speaks, is listed, its last run: the arguments of `remember`. */
  readonly values: readonly string[];
}

/** Judges the end of a run by what is known of its schedule now; of a run that a person asked for there is nothing to judge. */
export async function judgeEnd(redis: RedisConnection, id: string, outcome: Outcome, now: Date): Promise<Judged> {
  const asked = await redis.hget(keys.run(id), 'schedule');
  if (asked === null) return { report: outcome.report, isFirstWord: false, values: ['', '', '', '', '', ''] };
  const schedule = Run.shape.schedule.unwrap().parse(JSON.parse(asked));
  const known = await redis.hget(keys.schedules, schedule.id);
  const before = read(ScheduleState, known) ?? {};
  const { after, speaks, isListed, report } = judge(before, { id, says: schedule.says }, outcome, now);
  return {
    report,
    isFirstWord: schedule.says !== 'always',
    values: [
      schedule.id,
      known ?? '',
      JSON.stringify(after),
      speaks ? '1' : '',
      isListed ? '1' : '',
      before.last?.run ?? '',
    ],
  };
}

/** By the schedules' ids. What cannot be read counts as not known. */
export async function readSchedules(redis: RedisConnection): Promise<ReadonlyMap<string, ScheduleRecord>> {
  const [states, skips] = await Promise.all([redis.hgetall(keys.schedules), redis.hgetall(keys.skips)]);
  const ids = new Set([...Object.keys(states), ...Object.keys(skips)]);
  const records = [...ids].map((id): readonly [string, ScheduleRecord] => {
    const skipped = read(Skip, skips[id]);
    return [id, { ...read(ScheduleState, states[id]), ...(skipped ? { skipped } : {}) }];
  });
  return new Map(records);
}

const Measures = z.object({ at: z.coerce.date(), values: z.record(z.string(), z.number()) });

/** What a run measured, as it is kept; empty when it measured nothing. */
export function measuresOf({ state, report }: Outcome, at: Date): string {
  if (state !== 'done' || !report.measures) return '';
  return JSON.stringify({ at, values: report.measures } satisfies z.infer<typeof Measures>);
}

export async function readMeasured(redis: RedisConnection): Promise<readonly Measured[]> {
  const [measures, successes] = await Promise.all([redis.hgetall(keys.measures), redis.hgetall(keys.successes)]);
  return [...new Set([...Object.keys(measures), ...Object.keys(successes)])].map((kind) => {
    const [job = '', target = ''] = kind.split('/');
    const last = read(Measures, measures[kind]);
    const succeededAt = successes[kind];
    return {
      job,
      target,
      measures: last?.values ?? {},
      ...(last ? { measuredAt: last.at } : {}),
      ...(succeededAt === undefined ? {} : { succeededAt: new Date(succeededAt) }),
    };
  });
}

function read<T>(schema: z.ZodType<T>, json: string | null | undefined): T | undefined {
  if (json === null || json === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}
