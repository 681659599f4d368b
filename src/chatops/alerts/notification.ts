import { z } from 'zod';

/** Names and values as Prometheus has them: all of it is somebody else's text. */
const Pairs = z.record(z.string(), z.string());

/** Of years that have four digits: others are written in a form that nothing else reads. */
const Instant = z.coerce.date().min(new Date('0000-01-01T00:00:00Z')).max(new Date('9999-12-31T23:59:59.999Z'));

/** One alert, as Alertmanager tells of it. */
export const Alert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: Pairs,
  annotations: Pairs,
  startsAt: Instant,
  /** Year 1 while it fires. */
  endsAt: Instant,
  generatorURL: z.string().default(''),
  /** 16 hexadecimal digits: of its labels. */
  fingerprint: z.string().regex(/^[0-9a-f]{1,32}$/, 'must be hexadecimal digits'),
});
export type Alert = z.infer<typeof Alert>;

/** Of more than these the rest counts as left away: refused, Alertmanager would tell of none of them again. */
const mostAlerts = 2000;

/** What Alertmanager posts: one group of alerts as it is now. Source: prometheus.io/docs/alerting/latest/configuration/#webhook_config, version 4. */
const Posted = z.object({
  version: z.literal('4'),
  /** Stays the same as long as the group's labels and its route do: also when it fires again a month later. */
  groupKey: z.string().min(1),
  /** Alerts that were left away, as more of them fired than `max_alerts` lets through. */
  truncatedAlerts: z.int().min(0).default(0),
  status: z.enum(['firing', 'resolved']),
  receiver: z.string(),
  groupLabels: Pairs,
  commonLabels: Pairs,
  commonAnnotations: Pairs,
  /** Of the Alertmanager that sent it. */
  externalURL: z.string().default(''),
  alerts: z.array(Alert).readonly(),
});

export const Notification = Posted.transform(({ alerts, truncatedAlerts, ...rest }) => ({
  ...rest,
  alerts: alerts.slice(0, mostAlerts),
  truncatedAlerts: truncatedAlerts + Math.max(0, alerts.length - mostAlerts),
}));
export type Notification = z.infer<typeof Notification>;
