import type { Intent } from '../../src/chatops/step-up.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Tickets } from '../../src/ports/tickets.ts';

/** Tickets in memory, as Redis keeps them. */
export function createFakeTickets(clock: Clock): Tickets {
  const kept = new Map<string, { readonly intent: Intent; readonly until: number }>();
  const read = (ticket: string): Intent | undefined => {
    const one = kept.get(ticket);
    return one && clock.now().getTime() < one.until ? structuredClone(one.intent) : undefined;
  };
  return {
    async keep(ticket, intent, lifetimeMs) {
      kept.set(ticket, { intent: structuredClone(intent), until: clock.now().getTime() + lifetimeMs });
    },
    find: async (ticket) => read(ticket),
    async take(ticket) {
      const intent = read(ticket);
      kept.delete(ticket);
      return intent;
    },
  };
}
