import { z } from 'zod';
import type { Clock } from '../ports/clock.ts';
import type { Shelf } from './shelf.ts';

/** Younger than this is used as it is, and asked for anew in the background. */
const renewAfterMs = 4 * 60_000;
/** Older than this is asked for before it is used. */
const freshForMs = 5 * 60_000;
/** While Slack cannot be asked, what it said last is believed this long and never longer. */
const believedForMs = 60 * 60_000;

const Entry = z.object({ atMs: z.number(), value: z.unknown() });

export interface Kept<T> {
  /** What Slack says of `key`, at most five minutes ago; at most an hour ago while it cannot be asked. Throws what `ask` threw. */
  of(key: string): Promise<T>;
  /** What Slack says of `key`, at most `ms` ago: nothing older stands in when it cannot be asked. Throws what `ask` threw. */
  within(key: string, ms: number): Promise<T>;
  /** Asks anew, whatever is kept. */
  renew(key: string): Promise<T>;
}

export interface KeptParts<T> {
  readonly name: string;
  readonly schema: z.ZodType<T>;
  readonly shelf: Shelf;
  readonly clock: Clock;
  /** Whether Slack could not be asked, so that what is kept may stand in. A clear no is not that. */
  isPassing(error: unknown): boolean;
  ask(key: string): Promise<T>;
  onTrouble(error: unknown, key: string): void;
}

/** Keeps what Slack answers, so that a storm of commands asks once, and a short outage stops nobody. */
export function keep<T>(parts: KeptParts<T>): Kept<T> {
  const { shelf, clock, schema } = parts;
  const asking = new Map<string, Promise<T>>();
  const shelfKey = (key: string) => `${parts.name}:${key}`;

  function renew(key: string): Promise<T> {
    const under = asking.get(key);
    if (under) return under;
    const asked = ask(key).finally(() => asking.delete(key));
    asking.set(key, asked);
    return asked;
  }

  async function ask(key: string): Promise<T> {
    const value = await parts.ask(key);
    const entry = JSON.stringify({ atMs: clock.now().getTime(), value });
    await shelf.set(shelfKey(key), entry, believedForMs).catch((error) => parts.onTrouble(error, key));
    return value;
  }

  async function read(key: string): Promise<{ ageMs: number; value: T } | undefined> {
    const text = await shelf.get(shelfKey(key)).catch(() => undefined);
    const entry = text === undefined ? undefined : readEntry(text);
    const value = schema.safeParse(entry?.value);
    if (!entry || !value.success) return undefined;
    const ageMs = clock.now().getTime() - entry.atMs;
    return ageMs <= believedForMs ? { ageMs, value: value.data } : undefined;
  }

  return {
    renew,
    async within(key, ms) {
      const kept = await read(key);
      return kept && kept.ageMs <= ms ? kept.value : renew(key);
    },
    async of(key) {
      const kept = await read(key);
      if (kept && kept.ageMs < freshForMs) {
        if (kept.ageMs >= renewAfterMs) renew(key).catch((error) => parts.onTrouble(error, key));
        return kept.value;
      }
      try {
        return await renew(key);
      } catch (error) {
        if (!kept || !parts.isPassing(error)) throw error;
        parts.onTrouble(error, key);
        return kept.value;
      }
    },
  };
}

/** What somebody else wrote there counts as nothing kept: it is asked for anew and written over. */
function readEntry(text: string): z.infer<typeof Entry> | undefined {
  try {
    return Entry.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
