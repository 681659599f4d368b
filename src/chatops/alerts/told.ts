import { createHash } from 'node:crypto';
import type { AlertRule } from './alert-rule.ts';
import type { ToldAlert } from './alert-thread.ts';
import type { Alert, Notification } from './notification.ts';

/** What of an alert is looked at; all else in it is text. */
export interface AlertFrame {
  /** The first that fits counts. */
  readonly rules: readonly AlertRule[];
  /** The one label that names a target. */
  readonly targetLabel: string;
  /** Whether salvor.yaml knows it. */
  isTarget(name: string): boolean;
}

/** What a notification says of one target. */
export interface Told {
  readonly groupKey: string;
  readonly target: string;
  readonly alerts: readonly ToldAlert[];
  /** Nothing of the group fires any more. */
  readonly isOver: boolean;
  readonly truncated: number;
  readonly source?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Labels of the group that are too long, or too many, to be kept. */
  readonly labelsLeft: number;
}

export interface Reading {
  readonly told: readonly Told[];
  /** Alerts that nobody is told of: of a target that salvor.yaml does not name, or in no group with one that a rule speaks of. */
  readonly passedOver: number;
}

const most = { name: 100, severity: 30, summary: 300, label: 1000, labels: 50, url: 500 } as const;

/** By target. A group none of whose alerts has a rule is passed over: what has no rule is not ours to speak of. */
export function readNotification(notification: Notification, frame: AlertFrame): Reading {
  const { targetLabel, isTarget } = frame;
  const targetOf = ({ labels }: Alert) => labels[targetLabel] ?? '';
  const groups = [...Map.groupBy(notification.alerts, targetOf)].filter(([target]) => isTarget(target));
  const told = groups
    .map(([target, alerts]) => ofTarget(target, alerts, notification, frame))
    .filter(({ alerts }) => alerts.some(({ rule }) => rule !== undefined));
  const count = told.reduce((sum, { alerts }) => sum + alerts.length, 0);
  return { told, passedOver: notification.alerts.length - count };
}

function ofTarget(target: string, alerts: readonly Alert[], notification: Notification, frame: AlertFrame): Told {
  const { groupKey, truncatedAlerts, status, externalURL, groupLabels } = notification;
  const given = Object.entries(groupLabels);
  const kept = given
    .filter(([name, value]) => name.length <= most.label && value.length <= most.label)
    .slice(0, most.labels);
  return {
    ...{ groupKey, target, truncated: truncatedAlerts, isOver: status === 'resolved' && truncatedAlerts === 0 },
    alerts: alerts.map((alert) => toldAlert(alert, frame.rules)),
    source: webAddress(externalURL),
    labels: { ...Object.fromEntries(kept), [frame.targetLabel]: target },
    labelsLeft: given.length - kept.length,
  };
}

function toldAlert({ labels, annotations, ...alert }: Alert, rules: readonly AlertRule[]): ToldAlert {
  const optional = {
    severity: cut(labels.severity, most.severity),
    summary: cut(annotations.summary ?? annotations.description, most.summary),
    runbook: webAddress(annotations.runbook_url),
    rule: ruleFor(labels, rules)?.name,
    endedAt: alert.status === 'resolved' ? alert.endsAt : undefined,
  };
  return {
    name: cut(labels.alertname, most.name) ?? 'an alert without a name',
    fingerprint: alert.fingerprint,
    startsAt: alert.startsAt,
    ...(Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)) as Partial<ToldAlert>),
  };
}

export const ruleFor = (labels: Alert['labels'], rules: readonly AlertRule[]): AlertRule | undefined =>
  rules.find(
    ({ alert, match }) =>
      labels.alertname === alert && Object.entries(match).every(([name, value]) => labels[name] === value),
  );

/** Undefined where there is nothing to show. Cut between characters. */
function cut(text: string | undefined, length: number): string | undefined {
  const plain = text?.trim() ?? '';
  if (plain === '') return undefined;
  // A character is two units at most, and of a long text all others need not be told apart.
  const characters = [...plain.slice(0, 2 * length + 2)];
  return characters.length <= length ? plain : `${characters.slice(0, length - 1).join('')}…`;
}

function webAddress(text: string | undefined): string | undefined {
  const url = URL.parse(text ?? '');
  const isSafe = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  return isSafe && url.href.length <= most.url ? url.href : undefined;
}

/** What all threads of a group and a target have in common: ten hexadecimal digits of both. */
export const groupId = (groupKey: string, target: string): string =>
  `g-${createHash('sha256')
    .update(JSON.stringify([groupKey, target]))
    .digest('hex')
    .slice(0, 10)}`;
