import { createAlertmanager } from '../adapters/alertmanager.ts';
import { createCatalogue } from '../adapters/catalogue.ts';
import { type AlertDesk, createAlertDesk } from '../chatops/alerts/alert-desk.ts';
import type { AlertRule } from '../chatops/alerts/alert-rule.ts';
import { untraced } from '../chatops/untraced.ts';
import type { AlertRuleSettings } from '../config/alerts-schema.ts';
import type { AlertsAccess } from '../config.ts';
import { serveAlerts } from '../http/alerts.ts';
import { createAlertThreads } from '../queue/alert-threads.ts';
import type { Foundation } from './foundation.ts';
import { repeatedly } from './repeatedly.ts';
import { tracedThreads } from './traced.ts';

/** Facts are asked, and a rule's action offered, within this time after the message stands. */
const everyMs = 1000;

/** Alerts of a bot: where they come to, and who looks after them. */
export interface Alerts {
  readonly desk: AlertDesk;
  /** Listens under `alerts.listen`, and looks after what fires. */
  serve(): Promise<{ close(): Promise<void> }>;
}

/** Undefined without `alerts` in salvor.yaml; of several bots on one machine each listens on a `port` of its own. */
export function alertsOf(foundation: Foundation, port?: number): Alerts | undefined {
  const { config, registry, runs, producer, keepers, clock, logger, failFast, metrics } = foundation;
  const { tracer = untraced } = foundation;
  const { alerts } = config.settings;
  if (!alerts || !config.alerts) return undefined;
  const { listen, alertmanager, targetLabel, mostTargets } = alerts;
  const desk = createAlertDesk({
    ...{ registry, runs, clock, logger, targetLabel, mostTargets },
    ...{ holders: keepers, audit: keepers.audit, catalogue: createCatalogue(config.settings) },
    threads: tracedThreads(createAlertThreads(failFast, clock), tracer),
    tracer,
    rules: rulesOf(config.alerts),
    alertmanager: alertmanager && createAlertmanager({ url: alertmanager.url, ...config.alerts.alertmanager }),
    enqueue: (run) => producer.enqueue(run),
    onDecision: metrics.alertDecided,
  });
  const { token, tls } = config.alerts;
  const tell: AlertDesk['tell'] = (told) =>
    tracer.entering('alert delivery', { alerts: told.alerts.length }, () => desk.tell(told));
  return {
    desk,
    async serve() {
      const door = {
        listen: { ...listen, port: port ?? listen.port },
        token,
        tls,
        logger,
        tell,
        onDelivery: metrics.alertsDelivered,
      };
      const server = await serveAlerts(door);
      const failed = 'alerts could not be looked after';
      const tending = repeatedly(() => desk.tend(), { everyMs, failed, logger });
      logger.info({ port: server.port, rules: desk.rules.length }, 'alerts are taken');
      return {
        async close() {
          await server.close();
          await tending.close();
        },
      };
    },
  };
}

const minuteMs = 60_000;

const rulesOf = ({ rules }: AlertsAccess): readonly AlertRule[] =>
  Object.entries(rules).map(([name, rule]) => ({ name, ...ruleOf(rule) }));

function ruleOf({ cooldownMinutes, action, advice, ...rule }: AlertRuleSettings): Omit<AlertRule, 'name'> {
  return {
    ...{ ...rule, cooldownMs: cooldownMinutes * minuteMs },
    ...(action === undefined ? {} : { action }),
    ...(advice === undefined ? {} : { advice }),
  };
}
