import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Report, Text } from './report.ts';

/** One step of a plan, as it will be run. */
export const PlanStep = z.object({
  /** What people read, and what the journal calls it: 'Stop etcd everywhere'. Unique in its plan. */
  name: z.string(),
  /** Exactly what is run, for people to read and to run by hand; `on` is the host, absent where Salvor does it itself. */
  commands: z.array(z.object({ on: z.string().optional(), command: z.string() })).readonly(),
  /** What is different once it has begun: 'etcd is down on cp-1, cp-2, cp-3'; 'nothing', also with more behind it: 'nothing: one more backup'. */
  changes: z.string(),
  /** Once this step has begun, there is no way back but the one that the plan names. At most one step has it. */
  isPointOfNoReturn: z.boolean().optional(),
});
export type PlanStep = z.infer<typeof PlanStep>;

/** 'restore of prod-1', 'upgrade of reg-eu'. */
export const deedInWords = ({ action, deed = action, target }: Pick<Plan, 'action' | 'deed' | 'target'>): string =>
  `${deed} of ${target}`;

/** Whether what a step says it changes is nothing that would have to be taken back. */
export const changesNothing = ({ changes }: Pick<PlanStep, 'changes'>): boolean => /^nothing\b/.test(changes);

/** What other people agree to: exactly these steps, on what was observed. */
export const Plan = z.object({
  /** The job that runs it: 'restore'. */
  action: z.string(),
  /** What it is called in sentences, where that is not the job's name: 'upgrade'. No part of what is agreed to. */
  deed: z.string().optional(),
  /** What it is done to, and what approvers must type: 'prod-1'. */
  target: z.string(),
  /** The job's payload, with all that was left open decided: a backup's id in place of `latest`. */
  payload: z.record(z.string(), z.unknown()),
  /**
   * What was observed and must still hold when it runs, each in words: `{ 'Backup': 'r-…', 'SHA-256': '…', 'Member cp-1': '3.5.21, voter' }`.
   * Nothing that changes by itself while nobody does anything (a live revision, a size, an age).
   */
  observed: z.record(z.string(), z.string()),
  steps: z.array(PlanStep).readonly(),
  /** What will be lost or interrupted, a sentence each, most important first: shown before a person may approve. */
  losses: z.array(Text).readonly(),
  /** How to get back, before and after the point of no return. */
  wayBack: Text,
  /** The plan for people: facts, warnings, the bundle as its file. No part of what is agreed to. */
  report: Report,
});
export type Plan = z.infer<typeof Plan>;

/** SHA-256, in hexadecimal, of what is agreed to: canonical JSON of action, target, payload, observations and steps. */
export function digestOf({ action, target, payload, observed, steps }: Plan): string {
  return createHash('sha256').update(canonicalJson({ action, target, payload, observed, steps })).digest('hex');
}

/** JSON whose objects have their keys in order, so that the same content is the same text. Undefined members are left away, as JSON does. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((one) => canonicalJson(one ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, one]) => `${JSON.stringify(key)}:${canonicalJson(one)}`);
  return `{${members.join(',')}}`;
}

/** What is different in `now` from what was agreed to in `before`, a sentence each; empty exactly when their digests are the same. */
export function planDifferences(before: Plan, now: Plan): readonly string[] {
  const observed = labelled(before.observed, now.observed, (value) => value);
  const payload = labelled(before.payload, now.payload, (value) => canonicalJson(value));
  const said = [...observed, ...payload, ...stepDifferences(before.steps, now.steps)];
  if (said.length > 0 || digestOf(before) === digestOf(now)) return said;
  return ['What is to be done, or to what, is another.'];
}

function labelled<T>(before: Readonly<Record<string, T>>, now: Readonly<Record<string, T>>, say: (value: T) => string) {
  const labels = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return labels.flatMap((label) => {
    const [was, is] = [before[label], now[label]].map((value) => (value === undefined ? undefined : say(value)));
    if (was === is) return [];
    if (is === undefined) return [`${label} is no longer there: it was ${was}.`];
    return was === undefined ? [`${label} is new: ${is}.`] : [`${label} was ${was} and is ${is}.`];
  });
}

function stepDifferences(before: readonly PlanStep[], now: readonly PlanStep[]): readonly string[] {
  const was = new Map(before.map((step) => [step.name, canonicalJson(step)]));
  const is = new Map(now.map((step) => [step.name, canonicalJson(step)]));
  const gone = [...was.keys()].filter((name) => !is.has(name)).map((name) => `Step “${name}” is gone.`);
  const other = [...is].flatMap(([name, text]) => {
    const former = was.get(name);
    if (former === undefined) return [`Step “${name}” is new.`];
    return former === text ? [] : [`Step “${name}” is done otherwise.`];
  });
  const order = [...was.keys()].join('\n') === [...is.keys()].join('\n');
  return [...gone, ...other, ...(order || gone.length + other.length > 0 ? [] : ['The steps come in another order.'])];
}
