import { createHash } from 'node:crypto';
import { distance } from 'fastest-levenshtein';
import { Refusal } from './errors.ts';

/** As a plan tells it and people type it; see `codeOf`. */
const codeForm = /^[0-9a-f]{12}$/;

/** Two signs may have changed places. Codes of two plans are hardly ever so near. */
const mostSlips = 2;

/**
 * What was typed after --confirm, for a payload. Throws Refusal on what can be no plan's code; `command` shows the plan:
 * 'prune prod-1'.
 */
export function confirmed(typed: string | undefined, command: string): { readonly confirm?: string } {
  if (typed === undefined) return {};
  if (codeForm.test(typed)) return { confirm: typed };
  throw new Refusal('--confirm takes the code of a plan: 12 signs, digits and letters from a to f.', [
    'See the plan and its code: ',
    { command },
  ]);
}

/**
 * The SHA-256 of a value's canonical JSON, in hexadecimal: the same for equal values whatever the order of their keys. Revisions (bigint)
 * count as decimal strings, instants as ISO 8601; what is undefined is left away.
 */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

/** As much of a digest as a person can compare and a button can carry: 48 bits. */
export const codeOf = (plan: unknown): string => digestOf(plan).slice(0, 12);

/**
 * Throws Refusal unless `code` confirms this very plan. What was confirmed is made anew when it is carried out: where the world has changed
 * meanwhile, nothing is done. `command` shows the plan: 'prune prod-1'.
 */
export function mustConfirm(plan: unknown, code: string, command: string): void {
  const wanted = codeOf(plan);
  if (code === wanted) return;
  if (distance(code, wanted) <= mostSlips) {
    throw new Refusal(`${code} is not the code of this plan, only much like it: it was mistyped.`, [
      'What the plan says, with its code: ',
      { command: `${command} --confirm ${wanted}` },
    ]);
  }
  throw new Refusal(`${code} is not the code of what would be done now: it was mistyped, or something has changed.`, [
    'See what would be done now, and its code: ',
    { command },
  ]);
}

function canonical(value: unknown): string {
  if (typeof value === 'bigint') return JSON.stringify(value.toString());
  if (value instanceof Date) return JSON.stringify(value.toISOString());
  if (Array.isArray(value)) return `[${value.map((one) => canonical(one ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`;
}
