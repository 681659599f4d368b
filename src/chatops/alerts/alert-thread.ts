import { z } from 'zod';
import { Thread } from '../run.ts';

/** An alert of a group, as it was told of last. */
export const ToldAlert = z.object({
  /** Its `alertname`. */
  name: z.string(),
  /** Of all its labels. */
  fingerprint: z.string(),
  /** Of this firing: with the fingerprint, its episode. */
  startsAt: z.coerce.date(),
  /** The latest start that was told of, where it is after `startsAt`: what was over before it is not the end of this. */
  latestStart: z.coerce.date().optional(),
  endedAt: z.coerce.date().optional(),
  severity: z.string().optional(),
  /** What its annotations say of it: `summary`, else `description`. Shown, never obeyed. */
  summary: z.string().optional(),
  /** https URLs only. */
  runbook: z.string().optional(),
  /** The rule that it falls under; absent where none does. */
  rule: z.string().optional(),
});
export type ToldAlert = z.infer<typeof ToldAlert>;

/** One condition of an automatic write. */
export const Guard = z.object({ name: z.string(), holds: z.boolean(), why: z.string() });
export type Guard = z.infer<typeof Guard>;

/** Something that Salvor did about an episode, or did not, and why: said in the thread, each once. */
export const Decision = z.object({
  /** What was decided about, once and for all: an episode under its rule, or a fact that was to be asked. */
  key: z.string(),
  at: z.coerce.date(),
  kind: z.enum(['asked', 'offered', 'started', 'not done']),
  /** The command, as it is typed: 'snapshot prod-1'. */
  words: z.string(),
  /** A sentence: why it was done, or was not. */
  why: z.string(),
  guards: z.array(Guard).readonly().optional(),
  run: z.string().optional(),
});
export type Decision = z.infer<typeof Decision>;

/** Somebody who took something upon them. */
const Doer = z.object({ id: z.string(), name: z.string(), at: z.coerce.date() });

/**
 * A group of alerts about one target, from its first firing until all of it is resolved: one message in the target's channel, edited in place, with what is
 * found out in its thread. Every change is a compare-and-set by `version`.
 */
export const AlertThread = z.object({
  /** 'g-', ten characters of the group's key and the target, and which of its threads this is: 'g-7k2m9xq4wd-1'. */
  id: z.string(),
  version: z.number(),
  /** Its beginning. */
  groupKey: z.string(),
  /** What it is about, by its name in salvor.yaml. */
  target: z.string(),
  state: z.enum(['firing', 'resolved']),
  /** Firing ones first, the newest first; at most 50. */
  alerts: z.array(ToldAlert).readonly(),
  /** Of `alerts` as told of last: those that Alertmanager left away. */
  truncated: z.number(),
  /** Those beyond the 50. */
  untold: z.number(),
  /** How often Alertmanager told of it. */
  notifications: z.number(),
  /** Of the Alertmanager, where it is https or http. */
  source: z.string().optional(),
  /** Labels that all of it has, for a silence: the group's and the target's. */
  labels: z.record(z.string(), z.string()),
  /** Those besides that were not kept: without them a silence would be wider than the group. */
  labelsLeft: z.number().optional(),
  startedAt: z.coerce.date(),
  toldAt: z.coerce.date(),
  resolvedAt: z.coerce.date().optional(),
  /** Oldest first; at most 100. */
  decisions: z.array(Decision).readonly(),
  acknowledged: Doer.optional(),
  silenced: Doer.extend({ silence: z.string(), until: z.coerce.date() }).optional(),
  /** Where it is said. */
  thread: Thread,
});
export type AlertThread = z.infer<typeof AlertThread>;
