import { z } from 'zod';
import type { AnsibleEvent } from '../../ports/ansible.ts';

const Facts = z.record(z.string(), z.unknown());

/** Of a host when all is over. Source: ansible/executor/stats.py. */
const Summary = z.object({ ok: z.int(), changed: z.int(), failures: z.int(), unreachable: z.int() });

/** A line of playbooks/plugins/callback/salvor_events.py. */
const Line = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), at: z.number(), task: z.string() }),
  z.object({ kind: z.literal('skipped'), at: z.number(), task: z.string(), host: z.string() }),
  z.object({
    kind: z.enum(['ok', 'changed', 'failed', 'unreachable']),
    at: z.number(),
    task: z.string(),
    host: z.string(),
    message: z.string().default(''),
    /** Of a program that failed: its exit code and the ends of what it printed. */
    code: z.int().nullish(),
    errors: z.string().default(''),
    output: z.string().default(''),
    facts: Facts.default({}),
  }),
  z.object({ kind: z.literal('ended'), at: z.number(), hosts: z.record(z.string(), Summary) }),
]);
export type Line = z.infer<typeof Line>;
export type Told = Extract<Line, { readonly message: string }>;
export type Summaries = Extract<Line, { readonly kind: 'ended' }>['hosts'];

/** Throws SyntaxError and ZodError on what is no line of ours. */
export const parseLine = (text: string): Line => Line.parse(JSON.parse(text));

/** As people are told it; the end of all is no event. */
export function eventOf(line: Line): AnsibleEvent | undefined {
  if (line.kind === 'ended') return undefined;
  const { kind, task } = line;
  const at = new Date(line.at * 1000);
  if (line.kind === 'started') return { at, kind, task };
  const message = 'message' in line ? messageOf(line) : '';
  return { at, kind, task, host: line.host, ...(message === '' ? {} : { message }) };
}

const keptLines = 8;

/** What a task says of itself. Ansible's own word for a program that failed says nothing: what the program printed does. */
export function messageOf({ message, code, errors, output }: Told): string {
  const printed = lastLines(errors) || lastLines(output);
  if (code === null || code === undefined || printed === '') return message.trim();
  const own = /^non-zero return code|^MODULE FAILURE|^Error executing command/.test(message)
    ? ''
    : `${message.trim()} `;
  return `${own}(exit code ${code}) ${printed}`;
}

const lastLines = (text: string): string => text.trim().split('\n').slice(-keptLines).join('\n').trim();
