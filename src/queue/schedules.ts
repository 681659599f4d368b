import { defaultRepeatStrategy, type JobsOptions, type Queue, type RepeatOptions } from 'bullmq';
import { z } from 'zod';
import { Says } from '../chatops/run.ts';
import type { Runs } from '../ports/runs.ts';
import type { Schedule, Schedules } from '../ports/schedules.ts';
import { openQueue } from './queues.ts';
import type { RedisConnection } from './redis.ts';
import { asking } from './script.ts';

/** Ticks have a queue of their own: bots take them, which hold no key of a target, and put runs before the workers. */
export const ticksQueue = 'schedules';

/** What a tick carries: whoever takes it may have read another salvor.yaml than whoever set it up. */
export const TickData = z.preprocess(
  named,
  z.object({ name: z.string(), job: z.string(), target: z.string(), says: Says }),
);
export type TickData = z.infer<typeof TickData>;

/** Schedulers that an earlier version has set up call their target a cluster: what is known of them is to stay. */
function named(data: unknown): unknown {
  const isEarlier = typeof data === 'object' && data !== null && 'cluster' in data;
  return isEarlier ? { ...data, target: data.cluster } : data;
}

export const tickData = ({ name, job, target, says }: Schedule): TickData => ({ name, job, target, says });

/** BullMQ knows offsets for intervals alone, and takes a pattern for what its strategy makes of it: this one has the delay behind it. */
export const patternOf = ({ cron, delayMs }: Pick<Schedule, 'cron' | 'delayMs'>): string => `${cron} +${delayMs}ms`;

export const settings = {
  /** The first time after `millis`, in milliseconds. */
  repeatStrategy(millis: number, options: RepeatOptions): number | undefined {
    const [, cron = '', delay] = /^(.*) \+(\d+)ms$/.exec(options.pattern ?? '') ?? [];
    const next = defaultRepeatStrategy(millis - Number(delay), {
      pattern: cron,
      ...(options.tz ? { tz: options.tz } : {}),
    });
    return next === undefined ? undefined : next + Number(delay);
  },
};

/** Taking a tick again is harmless, so it is tried for two minutes. */
export const tickOptions = {
  attempts: 8,
  backoff: { type: 'exponential', delay: 1000 },
  removeOnComplete: { age: 3600, count: 1000 },
  removeOnFail: { age: 7 * 24 * 3600, count: 1000 },
  stackTraceLimit: 1,
} satisfies JobsOptions;

/** BullMQ's name for the tick of a scheduler at a time. */
export const tickId = (scheduleId: string, at: Date): string => `repeat:${scheduleId}:${at.getTime()}`;

/** Ours for one that its scheduler has dropped. BullMQ keeps colons to itself. */
export const missedTickId = (scheduleId: string, at: Date): string => `missed/${scheduleId}/${at.getTime()}`;

/** The schedule and the time in either name; undefined of what is no tick. */
export function tickOf(jobId: string): { readonly id: string; readonly at: Date } | undefined {
  const [, id = '', ms] = /^(?:repeat:|missed\/)(.+)[:/](\d+)$/.exec(jobId) ?? [];
  return ms === undefined ? undefined : { id, at: new Date(Number(ms)) };
}

export const openTicks = (redis: RedisConnection): Queue => openQueue(redis, ticksQueue, { settings });

/** The schedules of salvor.yaml, with what Redis knows of them. */
export function createSchedules(
  redis: RedisConnection,
  { schedules, runs }: { readonly schedules: readonly Schedule[]; readonly runs: Runs },
): Schedules & { close(): Promise<void> } {
  const queue = openTicks(redis);
  const inOrder = schedules.toSorted((a, b) => a.target.localeCompare(b.target) || a.name.localeCompare(b.name));
  return {
    async list() {
      const [next, isPaused, records] = await Promise.all([
        asking('schedules', 'next', () => nextTimes(redis, queue)),
        asking('schedules', 'isPaused', () => queue.isPaused()),
        runs.scheduled(),
      ]);
      return inOrder.map((one) => ({ ...one, nextAt: next.get(one.id), isPaused, record: records.get(one.id) ?? {} }));
    },
    close: () => queue.close(),
  };
}

/** When each scheduler comes next. Read where BullMQ keeps it: its own list asks once for each of them. */
export async function nextTimes(redis: RedisConnection, queue: Queue): Promise<ReadonlyMap<string, Date>> {
  const pairs = await redis.zrange(queue.toKey('repeat'), 0, '-1', 'WITHSCORES');
  const times = new Map<string, Date>();
  for (let at = 0; at + 1 < pairs.length; at += 2) times.set(pairs[at] ?? '', new Date(Number(pairs[at + 1])));
  return times;
}
