import type { JobSchedulerJson, Queue } from 'bullmq';
import { digestOf } from '../chatops/confirmation.ts';
import type { Schedule } from '../ports/schedules.ts';
import { keys } from './keys.ts';
import type { RedisConnection } from './redis.ts';
import { missedTickId, openTicks, patternOf, TickData, tickData, tickId, tickOptions } from './schedules.ts';
import { asking } from './script.ts';

/** What was changed, by the schedules' ids. */
export interface Synced {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Makes BullMQ's schedulers those of salvor.yaml. One that is as it should be is left alone; a time that was missed until `now` by one that changed
 * still comes, once. Idempotent; several bots may do it at the same time. Throws Fault (port 'schedules').
 */
export async function syncSchedules(
  redis: RedisConnection,
  schedules: readonly Schedule[],
  now: Date,
): Promise<Synced> {
  const queue = openTicks(redis);
  try {
    return await asking('schedules', 'sync', () => sync(redis, queue, schedules, now));
  } finally {
    await queue.close();
  }
}

type Known = JobSchedulerJson<unknown>;

async function sync(redis: RedisConnection, queue: Queue, schedules: readonly Schedule[], now: Date): Promise<Synced> {
  const known = new Map((await queue.getJobSchedulers()).map((one) => [one.key, one] as const));
  const wanted = new Set(schedules.map(({ id }) => id));
  const removed = [...known.keys()].filter((id) => !wanted.has(id));
  const judged = await Promise.all(
    schedules.map(async (schedule) => ({ schedule, is: await compare(queue, schedule, known.get(schedule.id)) })),
  );
  const due = judged.filter(({ is }) => is !== 'same');
  await Promise.all(removed.map((id) => queue.removeJobScheduler(id)));
  await Promise.all(
    due.map(async ({ schedule, is }) => {
      const next = known.get(schedule.id)?.next;
      await setUp(queue, schedule);
      if (is === 'changed' && next !== undefined && next < now.getTime())
        await makeGood(queue, schedule, new Date(next));
    }),
  );
  const others = due.filter(({ is }) => is === 'other work').map(({ schedule }) => schedule.id);
  await forget(redis, wanted, others);
  const ids = (...kinds: readonly Comparison[]) =>
    due.filter(({ is }) => kinds.includes(is)).map(({ schedule }) => schedule.id);
  return { added: ids('absent'), changed: ids('changed', 'other work'), removed };
}

type Comparison = 'same' | 'changed' | 'other work' | 'absent';

async function compare(queue: Queue, schedule: Schedule, known: Known | undefined): Promise<Comparison> {
  if (!known) return 'absent';
  const { data } = TickData.safeParse(known.template?.data);
  if (data?.job !== schedule.job) return 'other work';
  const isSame = known.pattern === patternOf(schedule) && known.tz === schedule.timezone;
  if (!isSame || digestOf(data) !== digestOf(tickData(schedule))) return 'changed';
  return (await hasTick(queue, known)) ? 'same' : 'changed';
}

/** A scheduler goes on from tick to tick: one that has lost its tick would never come again. */
async function hasTick(queue: Queue, { key, next }: Known): Promise<boolean> {
  if (next === undefined) return false;
  const state = await queue.getJobState(tickId(key, new Date(next)));
  return state === 'delayed' || state === 'waiting' || state === 'prioritized' || state === 'active';
}

async function setUp(queue: Queue, schedule: Schedule): Promise<void> {
  const when = { pattern: patternOf(schedule), tz: schedule.timezone };
  await queue.upsertJobScheduler(schedule.id, when, { name: 'tick', data: tickData(schedule), opts: tickOptions });
}

/** BullMQ drops the tick that waits when a scheduler is set up again, also when it is overdue. */
async function makeGood(queue: Queue, schedule: Schedule, missed: Date): Promise<void> {
  await queue.add('tick', tickData(schedule), { ...tickOptions, jobId: missedTickId(schedule.id, missed) });
}

/** What is known of schedules that are no more, or that do other work by now. */
async function forget(redis: RedisConnection, wanted: ReadonlySet<string>, others: readonly string[]): Promise<void> {
  for (const key of [keys.schedules, keys.skips]) {
    const gone = (await redis.hkeys(key)).filter((id) => !wanted.has(id) || others.includes(id));
    if (gone.length > 0) await redis.hdel(key, ...gone);
  }
}
