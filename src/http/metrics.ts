import { version as nodeVersion } from 'node:process';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { RunRecord } from '../chatops/run.ts';
import type { Logger } from '../ports/logger.ts';
import { gauges, refreshing } from './gauges.ts';
import type { PlainRoutes } from './server.ts';
import { type Shared, sharedGauges } from './shared-gauges.ts';

/** What is asked for and known once. */
export interface MetricsParts {
  readonly version: string;
  readonly shared: Shared;
  /** How long Redis takes to answer; rejects where it does not. */
  pingMs(): Promise<number>;
  readonly logger: Logger;
}

export interface Metrics {
  readonly routes: PlainRoutes;
  runEnded(run: RunRecord): void;
  slackCalled(method: string, outcome: string, ms: number): void;
  /** Of each delivery of Alertmanager, and how many of its alerts nobody is told of. */
  alertsDelivered(outcome: string, passedOver: number): void;
  /** Of each decision about an alert: what was done, or was not. */
  alertDecided(rule: string, kind: string): void;
  /** Of each look at the copies of the audit; `at` when all of it was found copied, or just was. */
  auditCopied(facts: { readonly bucket: string; readonly at?: Date; readonly agrees: boolean }): void;
}

/** Everything Prometheus may know of this process, at /metrics. Seconds and bytes, as Prometheus names them. */
export function createMetrics({ version, shared, pingMs, logger }: MetricsParts): Metrics {
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
  const decided = new Counter({
    name: 'salvor_alert_decisions_total',
    help: 'What was asked, offered, started or not done about alerts here',
    labelNames: ['rule', 'kind'],
    registers,
  });
  const process = gauges(
    {
      salvor_redis_up: '1 while Redis answers this process, else 0',
      salvor_redis_ping_seconds: 'How long Redis took to answer',
      salvor_metrics_incomplete: '1 while something that all processes share could not be asked, and is left away here',
    },
    [],
    registers,
  );
  const build = gauges({ salvor_build_info: '1; what runs here' }, ['version', 'node'], registers);
  build.salvor_build_info.set({ version, node: nodeVersion }, 1);
  const ping = refreshing(
    () => [process.salvor_redis_ping_seconds],
    pingMs,
    (ms) => process.salvor_redis_ping_seconds.set(ms / 1000),
  );
  const refresh = sharedGauges(shared, registers);

  /** What cannot be asked is left away: all else is known the less for it. */
  async function ask(): Promise<void> {
    const [pinged, ...asked] = await Promise.allSettled([ping(), ...refresh.map((one) => one())]);
    const isUp = pinged?.status === 'fulfilled';
    const failures = asked.filter((one) => one.status === 'rejected');
    process.salvor_redis_up.set(isUp ? 1 : 0);
    process.salvor_metrics_incomplete.set(failures.length === 0 ? 0 : 1);
    // While Redis is away that says it all.
    for (const { reason } of isUp ? failures : [])
      logger.warn({ err: reason }, 'something could not be asked for metrics');
  }

  return {
    routes: {
      '/metrics': async () => {
        await ask();
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
    alertDecided: (rule, kind) => decided.inc({ rule, kind }),
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
