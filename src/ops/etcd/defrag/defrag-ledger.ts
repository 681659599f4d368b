import { z } from 'zod';
import { bytesInWords, durationInWords } from '../../../chatops/format.ts';
import type { RunContext } from '../../../chatops/job.ts';
import { type DefragPlan, dueOf, isFull } from './plan-defrag.ts';

/** A member that was defragmented. */
export const Defragmented = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(['follower', 'leader']),
  beforeBytes: z.number(),
  afterBytes: z.number(),
  /** Unknown where the worker died while it waited. */
  tookMs: z.number().optional(),
});
export type Defragmented = z.infer<typeof Defragmented>;

/** What a person agreed to and how far it is: outlives the worker, so that the next attempt goes on and needs no agreement of its own. */
export const DefragLedger = z.object({
  /** It began with NOSPACE. */
  wasFull: z.boolean(),
  /** All members that were to be defragmented. */
  due: z.array(z.object({ id: z.string(), name: z.string() })).readonly(),
  done: z.array(Defragmented).readonly(),
  /** The member that is at it, or was when the worker died. */
  at: z.object({ id: z.string(), beforeBytes: z.number() }).optional(),
  /** The snapshot that was taken first, by its id, and a revision that it surely holds. */
  snapshot: z.object({ id: z.string(), revision: z.string() }).optional(),
  compactedTo: z.string().optional(),
  isDisarmed: z.boolean().optional(),
});
export type DefragLedger = z.infer<typeof DefragLedger>;

const name = 'defrag';

/** What former attempts of this run agreed on and did; undefined in the first. */
export function readLedger({ memory }: RunContext): DefragLedger | undefined {
  const kept = memory[name];
  return kept === undefined ? undefined : DefragLedger.parse(JSON.parse(kept));
}

export const newLedger = (plan: DefragPlan): DefragLedger => ({
  wasFull: isFull(plan),
  due: dueOf(plan).map((member) => ({ id: member.id, name: member.name })),
  done: [],
});

/** Keeps the ledger with the run, and what it says of the cluster for people. Throws like `stillOurs`. */
export async function keepLedger(ledger: DefragLedger, context: RunContext): Promise<void> {
  await context.remember('changed', changedInWords(ledger));
  await context.remember(name, JSON.stringify(ledger));
}

/** What of the cluster is not as it was, and what still is, as sentences. */
function changedInWords(ledger: DefragLedger): string {
  const { snapshot, compactedTo, isDisarmed, done, at } = ledger;
  const untouched = restOf(ledger).filter(({ id }) => id !== at?.id);
  const under = ledger.due.find(({ id }) => id === at?.id);
  const sentences = [
    ...(snapshot === undefined ? [] : [`Snapshot ${snapshot.id} was saved.`]),
    ...(compactedTo === undefined ? [] : [`The history up to revision ${compactedTo} was compacted.`]),
    ...done.map((member) => `${member.name} was defragmented: ${shrinkageInWords(member)}.`),
    ...(under ? [`${under.name} was being defragmented: whether it is done is not known.`] : []),
    ...(isDisarmed ? ['NOSPACE was cleared.'] : []),
  ];
  if (sentences.length === 0) return 'nothing';
  const rest = untouched.length > 0 ? [`Not touched: ${untouched.map((member) => member.name).join(', ')}.`] : [];
  return [...sentences, ...rest].join(' ');
}

/** Members whose turn has not come yet. */
export const restOf = ({ due, done }: DefragLedger): DefragLedger['due'] =>
  due.filter(({ id }) => !done.some((member) => member.id === id));

export function shrinkageInWords({ beforeBytes, afterBytes, tookMs }: Defragmented): string {
  const [before, after] = [bytesInWords(beforeBytes), bytesInWords(afterBytes)];
  return tookMs === undefined
    ? `from ${before} down to ${after}`
    : `from ${before} down to ${after}, which took ${durationInWords(tookMs)}`;
}
