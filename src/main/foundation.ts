import { clock } from '../adapters/clock.ts';
import { createLogger } from '../adapters/logger.ts';
import type { RunningTracer } from '../adapters/tracer.ts';
import type { Keepers } from '../chatops/keepers.ts';
import type { Registry } from '../chatops/registry.ts';
import { programVersion } from '../config/program.ts';
import type { Config } from '../config.ts';
import { createMetrics, type Metrics } from '../http/metrics.ts';
import type { Shared } from '../http/shared-gauges.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { Runs } from '../ports/runs.ts';
import type { Schedules } from '../ports/schedules.ts';
import type { Tracer } from '../ports/tracer.ts';
import { createAlertThreads } from '../queue/alert-threads.ts';
import { followMaster } from '../queue/follow-master.ts';
import { createKeepers } from '../queue/keepers.ts';
import { createOutbox } from '../queue/outbox.ts';
import { createProducer, type Producer } from '../queue/queues.ts';
import { startReconciling } from '../queue/reconcile.ts';
import { checkRedis, connectFailFast, connectPatient, disconnect, type RedisConnection } from '../queue/redis.ts';
import { createRuns } from '../queue/runs.ts';
import { createSchedules } from '../queue/schedules.ts';
import { createTrails } from '../queue/trails.ts';
import { workerName } from '../queue/worker.ts';
import { schedulesOf } from './schedules-of.ts';
import { tracedKeepers, tracedRuns } from './traced.ts';

/** What every process of Salvor stands on. */
export interface Foundation {
  readonly config: Config;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly logger: Logger;
  /** For what a person waits for: fails at once when Redis is down. */
  readonly failFast: RedisConnection;
  /** For workers: waits for Redis to come back. */
  readonly patient: RedisConnection;
  /** On the fail-fast connection. */
  readonly runs: Runs;
  readonly outbox: Outbox;
  readonly producer: Producer;
  readonly schedules: Schedules;
  readonly keepers: Keepers;
  readonly metrics: Metrics;
  /** Undefined where nothing is traced. */
  readonly tracer: Tracer | undefined;
  readonly sites: readonly string[];
  /** Whether Redis answers: undefined, or what is wrong. */
  redisIsWell(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** What runs, and how it is stopped and asked whether it is well. */
export interface Service {
  readonly checks: Readonly<Record<string, () => Promise<string | undefined>>>;
  close(): Promise<void>;
}

/** Connects to Redis and refuses one that may lose what it is told. Throws Refusal, Fault. */
export async function layFoundation(
  config: Config,
  registry: Registry,
  level: 'debug' | 'info' | 'silent' = 'info',
): Promise<Foundation> {
  const logger = createLogger({ level, mask: config.mask });
  const failFast = connectFailFast(config.redis);
  try {
    for (const warning of await checkRedis(failFast)) logger.warn({}, warning);
  } catch (error) {
    disconnect(failFast);
    throw error;
  }
  const patient = connectPatient(config.redis);
  const stopFollowing = followMaster(config.redis, [failFast, patient]);
  const targets = { ...config.settings.clusters, ...config.settings.registries };
  const sites = [...new Set(Object.values(targets).map(({ site }) => site))];
  const tracer = await openTracer(config, logger, failFast);
  const plainRuns = createRuns(failFast, { clock });
  const runs = tracer ? tracedRuns(plainRuns, tracer) : plainRuns;
  const outbox = createOutbox(failFast, clock);
  const producer = createProducer(failFast, clock, { isTraced: tracer !== undefined });
  const schedules = createSchedules(failFast, { schedules: schedulesOf(config.settings, registry), runs });
  const plainKeepers = createKeepers(failFast, clock);
  const keepers = tracer ? tracedKeepers(plainKeepers, tracer) : plainKeepers;
  const shared: Shared = {
    queues: () => producer.depths(sites),
    workers: () => Promise.all(sites.map(async (site) => ({ site, alive: (await producer.workers(site)).length }))),
    outbox: () => outbox.depth(),
    schedules: schedules.list,
    // What there was before salvor.yaml was changed would stand there for ever.
    async measured() {
      return (await runs.measured()).filter(({ target }) => Object.hasOwn(targets, target));
    },
    approvals: keepers.approvals.unsettled,
    leases: keepers.leases.list,
    freezes: keepers.freezes.list,
    firing: createAlertThreads(failFast, clock).firing,
  };
  const metrics = createMetrics({ version: programVersion, shared, pingMs: () => pingMs(failFast), logger });
  const stopReconciling = startReconciling({ runs, producer, clock, logger, onEnded: metrics.runEnded });
  return {
    config,
    registry,
    clock,
    logger,
    failFast,
    patient,
    runs,
    outbox,
    producer,
    schedules,
    keepers,
    metrics,
    tracer,
    sites,
    async redisIsWell() {
      await failFast.ping();
      return undefined;
    },
    async close() {
      stopReconciling();
      await producer.close();
      await schedules.close();
      stopFollowing();
      disconnect(failFast);
      disconnect(patient);
      await tracer?.close();
    },
  };
}

async function pingMs(redis: RedisConnection): Promise<number> {
  const askedAtMs = performance.now();
  await redis.ping();
  return performance.now() - askedAtMs;
}

/** Imported only where it is needed. */
async function openTracer(
  { traces, mask }: Config,
  logger: Logger,
  redis: RedisConnection,
): Promise<RunningTracer | undefined> {
  if (!traces) return undefined;
  const { createTracer } = await import('../adapters/tracer.ts');
  const about = {
    'service.name': 'salvor',
    'service.version': programVersion,
    'service.instance.id': workerName(),
  };
  return createTracer({ ...traces, about, trails: createTrails(redis), mask, logger });
}
