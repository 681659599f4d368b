import type { AlertRule } from '../../../src/chatops/alerts/alert-rule.ts';
import { type Alert, Notification } from '../../../src/chatops/alerts/notification.ts';

export const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 23, 10, minute));

export const rule = (changes: Partial<AlertRule> = {}): AlertRule => ({
  ...{ name: 'no-leader', alert: 'etcdNoLeader', match: {}, facts: ['leaders'], mode: 'suggest' },
  ...{ cooldownMs: 3_600_000, perDay: 4 },
  ...changes,
});

export interface SomeAlert {
  readonly name?: string;
  readonly cluster?: string;
  readonly severity?: string;
  readonly fingerprint?: string;
  readonly from?: Date;
  readonly until?: Date;
  readonly annotations?: Alert['annotations'];
}

export function alert(some: SomeAlert = {}): object {
  const { name = 'etcdNoLeader', cluster = 'prod-1', severity = 'critical', fingerprint = 'a1', from = at(0) } = some;
  return {
    status: some.until ? 'resolved' : 'firing',
    labels: { alertname: name, cluster, severity },
    annotations: some.annotations ?? { summary: 'etcd has no leader' },
    ...{
      startsAt: from,
      endsAt: some.until ?? '0001-01-01T00:00:00Z',
      generatorURL: 'http://prometheus/graph',
      fingerprint,
    },
  };
}

/** As Alertmanager posts it. */
export function notification(alerts: readonly SomeAlert[], changes: object = {}): Notification {
  return Notification.parse({
    ...{ version: '4', groupKey: '{}:{alertname="etcdNoLeader"}', truncatedAlerts: 0, receiver: 'salvor' },
    status: alerts.some(({ until }) => !until) ? 'firing' : 'resolved',
    ...{ groupLabels: { alertname: 'etcdNoLeader' }, commonLabels: {}, commonAnnotations: {} },
    ...{ externalURL: 'http://alertmanager.example:9093', alerts: alerts.map(alert) },
    ...changes,
  });
}
