import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { RunRecord } from '../chatops/run.ts';
import type { Measured } from '../ports/runs.ts';
import type { Schedules } from '../ports/schedules.ts';
import type { PlainRoutes } from './server.ts';

/** What all processes share, as it is now; asked at every scrape, and the same from each of them. */
export interface Shared {
  queues(): Promise<
    readonly {
      readonly site: string;
      readonly queue: string;
      readonly waiting: number;
      readonly active: number;
      readonly oldestMs: number;
    }[]
  >;
  outbox(): Promise<{ readonly waiting: number; readonly oldestMs: number; readonly givenUp: number }>;
  /** What the last runs measured, whichever process they ran in. */
  measured(): Promise<readonly Measured[]>;
  schedules: Schedules['list'];
}

export interface Metrics {
  readonly routes: PlainRoutes;
  runEnded(run: RunRecord): void;
  slackCalled(method: string, outcome: string, ms: number): void;
  /** Of each delivery of Alertmanager, and how many of its alerts nobody is told of. */
  alertsDelivered(outcome: string, passedOver: number): void;
  /** Of each look at the copies of the audit; `at` when all of it was found copied, or just was. */
  auditCopied(facts: { readonly bucket: string; readonly at?: Date; readonly agrees: boolean }): void;
}

/** Everything Prometheus may know of this process, at /metrics. Seconds and bytes, as Prometheus names them. */
export function createMetrics(shared: Shared): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const ended = new Counter({
    name: 'salvor_runs_total',
    help: 'Runs that ended here',
    labelNames: ['job', 'target', 'outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'salvor_run_seconds',
    help: 'How long runs took from their first start to their end',
    labelNames: ['job', 'outcome'],
    buckets: [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600],
    registers,
  });
  const calls = new Counter({
    name: 'salvor_slack_calls_total',
    help: 'Calls of the Slack API',
    labelNames: ['method', 'outcome'],
    registers,
  });
  const callSeconds = new Histogram({
    name: 'salvor_slack_call_seconds',
    help: 'How long calls of the Slack API took',
    labelNames: ['method'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const delivered = new Counter({
    name: 'salvor_alert_deliveries_total',
    help: 'What Alertmanager delivered here',
    labelNames: ['outcome'],
    registers,
  });
  const passedOver = new Counter({
    name: 'salvor_alerts_passed_over_total',
    help: 'Delivered alerts of an unknown target, or in a group without any that a rule speaks of',
    registers,
  });
  const copied = new Gauge({
    name: 'salvor_audit_copied_timestamp_seconds',
    help: 'When all of the audit was copied last; before the first time, when its bot began',
    labelNames: ['bucket'],
    registers,
  });
  const disagrees = new Gauge({
    name: 'salvor_audit_disagrees',
    help: '1 while the audit in Redis is not what was copied, else 0',
    labelNames: ['bucket'],
    registers,
  });
  const refresh = [
    gaugeQueues(shared, registers),
    gaugeOutbox(shared, registers),
    gaugeMeasures(shared, registers),
    gaugeSchedules(shared, registers),
  ];
  return {
    routes: {
      '/metrics': async () => {
        await Promise.all(refresh.map((one) => one()));
        return { status: 200, contentType: registry.contentType, body: await registry.metrics() };
      },
    },
    runEnded(run) {
      ended.inc({ job: run.job, target: run.target, outcome: run.state });
      if (run.startedAt && run.endedAt) {
        seconds.observe({ job: run.job, outcome: run.state }, (run.endedAt.getTime() - run.startedAt.getTime()) / 1000);
      }
    },
    alertsDelivered(outcome, left) {
      delivered.inc({ outcome });
      passedOver.inc(left);
    },
    auditCopied({ bucket, at, agrees }) {
      disagrees.set({ bucket }, agrees ? 0 : 1);
      if (at) copied.set({ bucket }, at.getTime() / 1000);
    },
    slackCalled(method, outcome, ms) {
      calls.inc({ method, outcome });
      callSeconds.observe({ method }, ms / 1000);
    },
  };
}

function gaugeQueues(shared: Shared, registers: Registry[]): () => Promise<void> {
  const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames: ['site', 'queue'], registers });
  const waiting = gauge('salvor_queue_waiting', 'Runs that wait for a worker');
  const active = gauge('salvor_queue_active', 'Runs under way');
  const oldest = gauge('salvor_queue_oldest_seconds', 'Age of the run that waits longest');
  return async () => {
    for (const { site, queue, ...now } of await shared.queues()) {
      waiting.set({ site, queue }, now.waiting);
      active.set({ site, queue }, now.active);
      oldest.set({ site, queue }, now.oldestMs / 1000);
    }
  };
}

function gaugeOutbox(shared: Shared, registers: Registry[]): () => Promise<void> {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const waiting = gauge('salvor_outbox_waiting', 'Letters that wait to be said');
  const oldest = gauge('salvor_outbox_oldest_seconds', 'Age of the oldest unsaid letter');
  const givenUp = gauge('salvor_outbox_given_up', 'Letters that the chat refused for good');
  return async () => {
    const now = await shared.outbox();
    waiting.set(now.waiting);
    oldest.set(now.oldestMs / 1000);
    givenUp.set(now.givenUp);
  };
}

/** Numbers a job measured become gauges named after both: snapshot's databaseBytes is salvor_snapshot_database_bytes. */
function gaugeMeasures(shared: Shared, registers: Registry[]): () => Promise<void> {
  const gauges = new Map<string, Gauge>();
  const gauge = (name: string, help: string) => {
    const known = gauges.get(name) ?? new Gauge({ name, help, labelNames: ['target'], registers });
    gauges.set(name, known);
    return known;
  };
  return async () => {
    const measured = await shared.measured();
    for (const known of gauges.values()) known.reset();
    for (const { job, target, measures, measuredAt, succeededAt } of measured) {
      const prefix = `salvor_${job.replaceAll(/[.-]/g, '_')}`;
      const since = (name: string, help: string, at: Date | undefined) =>
        at && gauge(`${prefix}_${name}_timestamp_seconds`, help).set({ target }, at.getTime() / 1000);
      for (const [measure, value] of Object.entries(measures)) {
        const name = `${prefix}_${measure.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
        gauge(name, `${measure} of the last ${job}`).set({ target }, value);
      }
      since('last_success', `When the last ${job} succeeded`, succeededAt);
      since('measured', `When the last ${job} that measured anything ended`, measuredAt);
    }
  };
}

function gaugeSchedules(shared: Shared, registers: Registry[]): () => Promise<void> {
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['schedule', 'target'], registers });
  const succeeded = gauge('salvor_schedule_last_success_timestamp_seconds', 'When a run of the schedule was well last');
  const failing = gauge('salvor_schedule_failing', '1 while the last run of the schedule was not well, else 0');
  const next = gauge('salvor_schedule_next_timestamp_seconds', 'When the schedule comes next; in the past: no bot');
  return async () => {
    const schedules = await shared.schedules();
    for (const known of [succeeded, failing, next]) known.reset();
    for (const { name: schedule, target, nextAt, record } of schedules) {
      const labels = { schedule, target };
      failing.set(labels, record.failingSince ? 1 : 0);
      if (record.succeededAt) succeeded.set(labels, record.succeededAt.getTime() / 1000);
      if (nextAt) next.set(labels, nextAt.getTime() / 1000);
    }
  };
}
