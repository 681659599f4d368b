import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { Refusal } from './errors.ts';
import type { Text } from './report.ts';

/** As a plan tells it and people type it; see `codeOf`. */
export const Code = z
  .string()
  .regex(
    /^[0-9a-f]{12}$/,
    'must be the code under the plan, 12 digits and letters a to f; leave it away to see the plan',
  );

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
 * meanwhile, nothing is done.
 */
export function mustConfirm(plan: unknown, code: string, next: Text): void {
  const wanted = Buffer.from(codeOf(plan));
  const given = Buffer.from(code);
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  throw new Refusal('What was confirmed is not what would be done now: something has changed since.', next);
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
