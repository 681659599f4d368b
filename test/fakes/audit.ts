import { chained } from '../../src/chatops/audit-chain.ts';
import type { Audit, AuditEntry } from '../../src/ports/audit.ts';
import type { Clock } from '../../src/ports/clock.ts';

export interface FakeAudit extends Audit {
  readonly entries: readonly AuditEntry[];
}

/** The record in memory. */
export function createFakeAudit(clock: Clock): FakeAudit {
  const entries: AuditEntry[] = [];
  return {
    entries,
    async add(event) {
      entries.push(chained(event, clock.now(), entries.at(-1)));
    },
    async list({ about, limit }) {
      const isAbout = ({ target, run, approval, by }: AuditEntry) =>
        about === undefined || [target, run, approval].includes(about) || by.includes(about);
      return entries.filter(isAbout).reverse().slice(0, limit);
    },
    async *all(after = 0) {
      for (let from = after; from < entries.length; from += 500) yield entries.slice(from, from + 500);
    },
  };
}
