import type { Clock } from '../../src/ports/clock.ts';
import type { Claim, Letter, Outbox } from '../../src/ports/outbox.ts';

interface Entry {
  letter: Letter;
  version: number;
  tries: number;
  dueMs: number;
  sinceMs: number;
  hold: { token: number; untilMs: number } | undefined;
}

export interface FakeOutbox extends Outbox {
  /** What waits, in the order it was put in. */
  letters(): readonly { readonly id: string; readonly letter: Letter }[];
  /** What was given up, newest first. */
  givenUp(): readonly { readonly id: string; readonly letter: Letter; readonly why: string }[];
}

const cardEveryMs = 3000;

/** The outbox in memory; keeps the same promises as the one in Redis, by the same contract suite. */
export function createFakeOutbox(clock: Clock): FakeOutbox {
  const entries = new Map<string, Entry>();
  const shown = new Map<string, number>();
  const taken = new Map<string, number[]>();
  const refused: { id: string; letter: Letter; why: string }[] = [];
  let counter = 0;
  const now = () => clock.now().getTime();

  function dueAgain(id: string, letter: Letter): number {
    if (letter.kind === 'say' || letter.kind === 'remark') return now();
    return Math.max(now(), (shown.get(id) ?? Number.NEGATIVE_INFINITY) + cardEveryMs);
  }

  function take(id: string, entry: Entry, forMs: number): Claim {
    counter += 1;
    entry.hold = { token: counter, untilMs: now() + forMs };
    entry.dueMs = now() + forMs;
    entry.tries += 1;
    return { id, letter: entry.letter, tries: entry.tries - 1, version: entry.version, token: counter };
  }

  function settle(claim: Claim): void {
    const entry = entries.get(claim.id);
    if (!entry) return;
    if (entry.version === claim.version) {
      entries.delete(claim.id);
      return;
    }
    if (entry.hold?.token !== claim.token) return;
    Object.assign(entry, { hold: undefined, tries: 0, sinceMs: now(), dueMs: dueAgain(claim.id, entry.letter) });
  }

  return {
    letters: () => [...entries].map(([id, { letter }]) => ({ id, letter })),
    givenUp: () => refused,

    async put(id, letter) {
      counter += 1;
      const entry = entries.get(id);
      if (entry) Object.assign(entry, { letter, version: counter });
      else {
        const dueMs = dueAgain(id, letter);
        entries.set(id, { letter, version: counter, tries: 0, dueMs, sinceMs: now(), hold: undefined });
      }
    },

    async claim(forMs) {
      const due = [...entries].filter(([, entry]) => entry.dueMs <= now()).sort(([, a], [, b]) => a.dueMs - b.dueMs);
      const first = due[0];
      return first && take(first[0], first[1], forMs);
    },

    async claimOne(id, forMs) {
      const entry = entries.get(id);
      if (!entry || (entry.hold && entry.hold.untilMs > now())) return undefined;
      return take(id, entry, forMs);
    },

    async sent(claim) {
      if (entries.has(claim.id) && !['say', 'remark'].includes(claim.letter.kind)) shown.set(claim.id, now());
      settle(claim);
    },

    async postpone(claim, at, _why, how) {
      const entry = entries.get(claim.id);
      if (entry?.hold?.token !== claim.token) return;
      Object.assign(entry, { hold: undefined, dueMs: at.getTime(), tries: entry.tries - (how?.isUntried ? 1 : 0) });
    },

    async giveUp(claim, why) {
      refused.unshift({ id: claim.id, letter: claim.letter, why });
      refused.splice(200);
      settle(claim);
    },

    async allowance(name, { calls, perMs }) {
      const recent = (taken.get(name) ?? []).filter((at) => at > now() - perMs);
      const [oldest] = recent;
      if (oldest === undefined || recent.length < calls) {
        taken.set(name, [...recent, now()]);
        return 0;
      }
      return Math.max(1, oldest + perMs - now());
    },

    async depth() {
      const since = [...entries.values()].map((entry) => entry.sinceMs);
      const oldestMs = since.length === 0 ? 0 : now() - Math.min(...since);
      return { waiting: entries.size, oldestMs, givenUp: refused.length };
    },
  };
}
