import { z } from 'zod';
import { Name } from '../chatops/interpret.ts';
import { BaseUrl, FilePath, Port, Variable } from './pieces.ts';

const LabelName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of a label');

/** One alert, and what it means here. */
const AlertRule = z.strictObject({
  /** Its `alertname`, exactly. */
  alert: z.string().regex(/^[A-Za-z_:][A-Za-z0-9_:]{0,99}$/, 'must be the name of an alert, such as etcdNoLeader'),
  /** Labels that it must have besides. */
  match: z.record(LabelName, z.string().min(1)).default({}),
  /** Reading commands that are asked at once, each of the target alone. */
  facts: z.array(Name).max(5).default([]),
  /** The command that is offered, of the target alone. */
  action: Name.optional(),
  /**
   * `suggest` offers it; `auto-read` asks it too, where it only reads; `auto-write` starts it once every guard lets it pass, where it is a snapshot. What is
   * dangerous can only be offered.
   */
  mode: z.enum(['suggest', 'auto-read', 'auto-write']).default('suggest'),
  /** Between two automatic writes of this rule on one target. */
  cooldownMinutes: z.number().min(1).max(10_080).default(60),
  /** Automatic writes of this rule on one target within 24 hours. */
  perDay: z.int().min(1).max(100).default(4),
  /** What people should know: a sentence on the card. */
  advice: z.string().min(1).max(300).optional(),
});

/** A file of rules: `rules` and nothing else. */
export const RuleFile = z.strictObject({ rules: z.record(Name, AlertRule) });

/** What Alertmanager tells, and what comes of it. */
export const Alerts = z
  .strictObject({
    /** Where Alertmanager posts to: /alerts there. */
    listen: z.strictObject({ host: z.string().default('127.0.0.1'), port: Port.default(9466) }).prefault({}),
    /** The variable that holds the bearer token; with tls.clientCa it may be left away. */
    token: Variable.optional(),
    /** Without it plain http: for this machine, or behind a proxy with a certificate. */
    tls: z.strictObject({ certificate: FilePath, key: FilePath, clientCa: FilePath.optional() }).optional(),
    /** To ask whether something still fires, and to silence it: without it neither is done. */
    alertmanager: z.strictObject({ url: BaseUrl, ca: FilePath.optional(), token: Variable.optional() }).optional(),
    /** The one label that names a cluster or registry of this file. */
    targetLabel: LabelName.default('cluster'),
    /** While more targets fire at once nothing is written by itself: the trouble is elsewhere then. */
    mostTargets: z.int().min(1).max(1000).default(3),
    /** Files of further rules. A rule here takes the place of one of the same name there. */
    include: z.array(FilePath).default([]),
    rules: z.record(Name, AlertRule).default({}),
  })
  .refine(({ token, tls }) => token !== undefined || tls?.clientCa !== undefined, {
    path: ['token'],
    message: 'must be given, or tls with clientCa: anybody could report alerts',
  });
export type AlertRuleSettings = z.infer<typeof AlertRule>;
