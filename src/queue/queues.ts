import { type JobsOptions, Queue, type QueueOptions } from 'bullmq';
import { BullMQOtel } from 'bullmq-otel';
import { Fault } from '../chatops/errors.ts';
import type { QueueName, Run } from '../chatops/run.ts';
import type { Clock } from '../ports/clock.ts';
import { keys } from './keys.ts';
import type { RedisConnection } from './redis.ts';
import { asking } from './script.ts';

interface QueueRules {
  /** Runs at once in one worker. */
  readonly concurrency: number;
  /** Tries in all, whatever ended the one before: a fault, or the death of its worker. */
  readonly attempts: number;
  /** How often BullMQ gives a run to another worker when its own fell silent. It would do so once by default, even with one attempt. */
  readonly maxStalledCount: number;
  /** The wait before try n+1 is `baseMs` doubled n-1 times, less up to `jitter` of it. */
  readonly backoff: { readonly baseMs: number; readonly jitter: number };
}

/** Reads may be repeated freely. Writes are idempotent. Dangerous work is begun once, by one worker, and never again by itself. */
export const queueRules: Readonly<Record<QueueName, QueueRules>> = {
  read: { concurrency: 10, attempts: 3, maxStalledCount: 2, backoff: { baseMs: 2000, jitter: 0.5 } },
  write: { concurrency: 4, attempts: 3, maxStalledCount: 2, backoff: { baseMs: 5000, jitter: 0.5 } },
  danger: { concurrency: 1, attempts: 1, maxStalledCount: 0, backoff: { baseMs: 0, jitter: 0 } },
};

export const queueNames: readonly QueueName[] = ['read', 'write', 'danger'];

/** BullMQ's name for a queue: each site has its own three, so that a worker takes only what its network can reach. */
export const queueAt = (site: string, queue: QueueName): string => `${site}-${queue}`;

/** How long to wait after try `tried`, in milliseconds. `random` is from 0 to 1. */
export function backoffMs(queue: QueueName, tried: number, random = Math.random()): number {
  const { baseMs, jitter } = queueRules[queue].backoff;
  const full = baseMs * 2 ** (tried - 1);
  return Math.round(full * (1 - jitter * random));
}

export type JobState = 'waiting' | 'delayed' | 'active' | 'completed' | 'failed' | 'absent';

export interface QueueDepth {
  readonly site: string;
  readonly queue: QueueName;
  readonly waiting: number;
  readonly delayed: number;
  readonly active: number;
  /** How long the run that waits longest has waited; 0 when none does. */
  readonly oldestMs: number;
}

/** Puts runs before the workers. Throws Fault (port 'queue') at once when Redis cannot be asked. */
export interface Producer {
  /** Idempotent: a run that BullMQ knows is left as it is, also one it has done with; `remove` it first to have it put in again. */
  enqueue(run: Pick<Run, 'id' | 'site' | 'queue'>): Promise<void>;
  /** Takes a run out; one that a worker holds stays. */
  remove(run: Pick<Run, 'id' | 'site' | 'queue'>): Promise<void>;
  state(run: Pick<Run, 'id' | 'site' | 'queue'>): Promise<JobState>;
  /** Whether a worker holds the run: it renews its hold while it works, and the hold of one that fell silent lapses. */
  isHeld(run: Pick<Run, 'id' | 'site' | 'queue'>): Promise<boolean>;
  /** Names of the workers of a site that gave a sign of life within the last half minute. */
  workers(site: string): Promise<readonly string[]>;
  /** When a worker last gave a sign of life. Undefined of one that stopped in order, or that the others of its site have forgotten. */
  lastSign(site: string, worker: string): Promise<Date | undefined>;
  depths(sites: readonly string[]): Promise<readonly QueueDepth[]>;
  close(): Promise<void>;
}

/** BullMQ holds the run's id and nothing else: its state lies in Runs, and what lies here is there for all to read. */
function jobOptions(run: Pick<Run, 'id' | 'queue'>): JobsOptions {
  return {
    jobId: run.id,
    attempts: queueRules[run.queue].attempts,
    backoff: { type: 'salvor' },
    removeOnComplete: { age: 3600, count: 1000 },
    removeOnFail: { age: 7 * 24 * 3600, count: 1000 },
    stackTraceLimit: 1,
  };
}

export const workerAliveMs = 30_000;

/** Of a process that is traced: what goes into a queue takes its trace along, and who takes it out goes on with that. */
export const telemetryOf = (isTraced: boolean): Pick<QueueOptions, 'telemetry'> =>
  isTraced ? { telemetry: new BullMQOtel() } : {};

export function createProducer(
  redis: RedisConnection,
  clock: Clock,
  { isTraced = false }: { readonly isTraced?: boolean } = {},
): Producer {
  const nowMs = () => clock.now().getTime();
  const queues = new Map<string, Queue>();

  function queueOf(site: string, queue: QueueName): Queue {
    const name = queueAt(site, queue);
    const known = queues.get(name) ?? openQueue(redis, name, telemetryOf(isTraced));
    queues.set(name, known);
    return known;
  }

  async function state(run: Pick<Run, 'id' | 'site' | 'queue'>): Promise<JobState> {
    const said = await asking('queue', 'state', () => queueOf(run.site, run.queue).getJobState(run.id));
    return stateNames[said] ?? 'waiting';
  }

  return {
    state,
    async enqueue(run) {
      try {
        await queueOf(run.site, run.queue).add('run', { runId: run.id }, jobOptions(run));
      } catch (cause) {
        throw wentAway(cause);
      }
    },
    async remove(run) {
      await asking('queue', 'remove', () => queueOf(run.site, run.queue).remove(run.id));
    },
    isHeld: (run) =>
      asking('queue', 'isHeld', async () => {
        // The name BullMQ gives to a worker's hold on a job, in its scripts moveToActive and extendLock.
        const hold = queueOf(run.site, run.queue).toKey(`${run.id}:lock`);
        return (await redis.exists(hold)) === 1;
      }),
    workers: (site) =>
      asking('queue', 'workers', () => redis.zrangebyscore(keys.workers(site), nowMs() - workerAliveMs, '+inf')),
    lastSign: (site, worker) =>
      asking('queue', 'lastSign', async () => {
        const at = await redis.zscore(keys.workers(site), worker);
        return at === null ? undefined : new Date(Number(at));
      }),
    async depths(sites) {
      const all = sites.flatMap((site) => queueNames.map((queue) => ({ site, queue })));
      return asking('queue', 'depths', () =>
        Promise.all(all.map(async (at) => ({ ...at, ...(await depthOf(queueOf(at.site, at.queue), nowMs())) }))),
      );
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}

/** The run was admitted just now; what is missing is made good when Redis is back. */
function wentAway(cause: unknown): Fault {
  return new Fault('Redis went away in the middle of this. The run is recorded, and starts when Redis is back.', {
    port: 'queue',
    operation: 'enqueue',
    retryable: true,
    code: 'REDIS_WENT_AWAY',
    next: 'There is no need to ask again.',
    cause,
  });
}

const stateNames: Readonly<Record<string, JobState>> = {
  waiting: 'waiting',
  prioritized: 'waiting',
  delayed: 'delayed',
  active: 'active',
  completed: 'completed',
  failed: 'failed',
  unknown: 'absent',
};

/** A queue of BullMQ's to put something into: who waits for it is told by a rejection. */
export function openQueue(
  redis: RedisConnection,
  name: string,
  options: Pick<QueueOptions, 'settings' | 'telemetry'> = {},
): Queue {
  // Without these two BullMQ would wait for Redis to come back, and the person with it.
  const queue = new Queue(name, {
    connection: redis,
    prefix: keys.queues,
    skipWaitingForReady: true,
    skipVersionCheck: true,
    ...options,
  });
  // Whoever asked is told by the rejection; without a listener the process would end.
  queue.on('error', () => undefined);
  return queue;
}

async function depthOf(queue: Queue, nowMs: number): Promise<Omit<QueueDepth, 'site' | 'queue'>> {
  const [counts, oldest] = await Promise.all([
    queue.getJobCounts('waiting', 'delayed', 'active'),
    queue.getWaiting(0, 0),
  ]);
  const since = oldest[0]?.timestamp;
  return {
    waiting: counts.waiting ?? 0,
    delayed: counts.delayed ?? 0,
    active: counts.active ?? 0,
    oldestMs: since === undefined ? 0 : Math.max(0, nowMs - since),
  };
}
