import { type Job as BullJob, type Queue, Worker } from 'bullmq';
import type { Tick } from '../chatops/scheduling.ts';
import type { Logger } from '../ports/logger.ts';
import { keys } from './keys.ts';
import type { RedisConnection } from './redis.ts';
import { openTicks, settings, TickData, tickOf, ticksQueue } from './schedules.ts';
import { within } from './within.ts';

export interface TickParts {
  /** A patient connection; more like it are opened, and closed again. */
  readonly redis: RedisConnection;
  readonly logger: Logger;
  /** Starts what the tick is for. When it throws, this bot or another one tries again for two minutes. */
  readonly onTick: (tick: Tick) => Promise<void>;
  /** A bot silent for so long has lost its ticks, and how often the lost ones are looked for. */
  readonly timing?: { readonly lockMs?: number; readonly stalledEveryMs?: number };
}

const closeWithinMs = 5000;

/** Takes ticks of schedules as they come; each is taken by one of all the bots. Answers once the queue can be asked. */
export async function takeTicks(parts: TickParts): Promise<{ close(): Promise<void> }> {
  const { redis, logger } = parts;
  const queue = openTicks(redis);
  const worker = new Worker(ticksQueue, (job) => take(job, queue, parts), {
    connection: redis,
    prefix: keys.queues,
    settings,
    concurrency: 10,
    // Whoever takes it again does nothing twice, so no tick is ever given up because bots died of something else.
    maxStalledCount: 100,
    lockDuration: parts.timing?.lockMs ?? 20_000,
    stalledInterval: parts.timing?.stalledEveryMs ?? 5000,
    runRetryDelay: 1000,
    drainDelay: 2,
  });
  worker.on('failed', (job, error) => {
    const isLast = job === undefined || job.attemptsMade >= (job.opts.attempts ?? 1);
    if (isLast) logger.error({ tick: job?.id, err: error }, 'a scheduled run could not be started');
    else logger.warn({ tick: job.id, err: error }, 'a scheduled run could not be started yet');
  });
  worker.on('error', (error) => logger.warn({ queue: ticksQueue, err: error }, 'the queue reported an error'));
  await worker.waitUntilReady();
  return {
    async close() {
      await within(worker.close(), closeWithinMs);
      await queue.close();
    },
  };
}

async function take(job: BullJob, queue: Queue, { onTick, logger }: TickParts): Promise<void> {
  const tick = tickOf(job.id ?? '');
  // Removed from salvor.yaml when it was due already: BullMQ takes back only what still waits for its time.
  if (!tick || !(await queue.getJobScheduler(tick.id))) {
    logger.info({ tick: job.id }, 'a schedule that is no more was left alone');
    return;
  }
  await onTick({ ...TickData.parse(job.data), ...tick });
}
