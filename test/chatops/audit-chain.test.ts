import { describe, expect, it } from 'vitest';
import { chained, noEntry, verifyChain } from '../../src/chatops/audit-chain.ts';
import type { AuditEntry } from '../../src/ports/audit.ts';

const at = new Date('2026-03-01T09:00:00Z');

const vote = (what: string) => ({ kind: 'vote', target: 'prod-1', by: 'person U0BOB (Bob)', what }) as const;

function chain(length: number): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (let index = 0; index < length; index++) {
    entries.push(chained(vote(`vote ${index}`), at, entries.at(-1)));
  }
  return entries;
}

async function* inPages(entries: readonly AuditEntry[]) {
  for (let from = 0; from < entries.length; from += 3) yield entries.slice(from, from + 3);
}

const verdict = (entries: readonly AuditEntry[]) => verifyChain(inPages(entries));

describe('the audit chain', () => {
  it('is whole as it was written, and begins with nothing before it', async () => {
    const entries = chain(7);
    expect(entries[0]).toMatchObject({ seq: 1, previous: noEntry });
    expect(await verdict(entries)).toEqual({ entries: 7, head: entries[6]?.hash });
    expect(await verdict([])).toEqual({ entries: 0, head: noEntry });
  });

  it.each<[string, (entries: AuditEntry[]) => readonly AuditEntry[], number, RegExp]>([
    [
      'a word of one was changed',
      (all) => all.map((one) => (one.seq === 4 ? { ...one, what: 'no' } : one)),
      4,
      /changed/,
    ],
    ['one was taken out', (all) => all.filter(({ seq }) => seq !== 4), 4, /numbered 5/],
    ['two were swapped', (all) => [...all.slice(0, 3), ...all.slice(3, 5).reverse(), ...all.slice(5)], 4, /numbered 5/],
    ['the first was cut off', (all) => all.slice(1), 1, /numbered 2/],
    [
      'one was put in with a hash of its own',
      (all) => [...all.slice(0, 3), chained(vote('mine'), at, all[2]), ...all.slice(3)],
      5,
      /numbered 4/,
    ],
    [
      'the end was written anew from one on, and an old end put behind it',
      (all) => [...all.slice(0, 3), chained(vote('mine'), at, all[2]), ...all.slice(4)],
      5,
      /does not follow/,
    ],
  ])('tells where %s', async (_, change, seq, why) => {
    const { broken } = await verdict(change(chain(7)));
    expect(broken?.seq).toBe(seq);
    expect(broken?.why).toMatch(why);
  });
});
