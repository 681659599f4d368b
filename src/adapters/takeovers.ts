import { z } from 'zod';
import type { Clock } from '../ports/clock.ts';
import type { Shelf } from '../ports/shelf.ts';
import type { Takeover, Takeovers } from '../ports/takeovers.ts';

const hourMs = 3_600_000;
/** Longer than it takes to restart a worker: takeovers meanwhile are seen from the counts that Leases keep. */
const forgottenAfterMs = 300_000;

const Seen = z.object({ component: z.string(), times: z.number(), at: z.coerce.date() });
const Record = z.object({ since: z.coerce.date(), watchedAt: z.coerce.date(), seen: z.array(Seen).readonly() });
type Record = z.infer<typeof Record>;

/** Kept on the shelf, a few lines a cluster, so that what one worker saw another can tell. */
export function createTakeovers({ shelf, clock }: { readonly shelf: Shelf; readonly clock: Clock }): Takeovers {
  const noted = new Map<string, readonly Takeover[]>();
  const keyOf = (cluster: string) => `takeovers:${cluster}`;
  const isRecent = ({ at }: { readonly at: Date }) => at.getTime() > clock.now().getTime() - hourMs;

  /** With what was noted here: two workers that write at the same time write the same. */
  async function read(cluster: string): Promise<Record | undefined> {
    const record = parsed(await shelf.get(keyOf(cluster)));
    const now = clock.now().getTime();
    if (!record || now - record.watchedAt.getTime() > forgottenAfterMs) return undefined;
    const all = [...record.seen, ...(noted.get(cluster) ?? [])].filter(isRecent);
    const each = new Map(all.map((one) => [`${one.component} ${one.at.getTime()}`, one]));
    return { ...record, seen: [...each.values()].map(({ component, times, at }) => ({ component, times, at })) };
  }

  async function write(cluster: string): Promise<void> {
    const now = clock.now();
    const known = (await read(cluster)) ?? { since: now, seen: (noted.get(cluster) ?? []).filter(isRecent) };
    await shelf.set(keyOf(cluster), JSON.stringify({ ...known, watchedAt: now } satisfies Record), hourMs);
  }

  return {
    watched: write,
    async note(takeover) {
      const { cluster } = takeover;
      noted.set(cluster, [...(noted.get(cluster) ?? []).filter(isRecent), takeover]);
      await write(cluster);
    },
    async lately(cluster) {
      const record = await read(cluster);
      if (!record) return undefined;
      const byComponent = new Map<string, number>();
      for (const { component, times } of record.seen) {
        byComponent.set(component, (byComponent.get(component) ?? 0) + times);
      }
      return { byComponent, since: new Date(Math.max(record.since.getTime(), clock.now().getTime() - hourMs)) };
    },
  };
}

function parsed(text: string | undefined): Record | undefined {
  try {
    return text === undefined ? undefined : Record.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
