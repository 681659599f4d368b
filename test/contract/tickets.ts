import { beforeEach, describe, expect, it } from 'vitest';
import { type Intent, newSecret } from '../../src/chatops/step-up.ts';
import type { Tickets } from '../../src/ports/tickets.ts';

/** What every keeper of tickets promises. `setUp` answers an empty one each time. */
export function ticketsContract(name: string, setUp: () => Promise<Tickets>): void {
  describe(`tickets: ${name}`, () => {
    let tickets: Tickets;
    beforeEach(async () => {
      tickets = await setUp();
    });

    const intent: Intent = {
      ...{ approval: 'a-1', digest: 'd'.repeat(64), typed: 'prod-1' },
      by: { id: 'U0BOB', team: 'T0LOCAL', name: 'Bob' },
      askedAt: new Date('2026-03-01T09:00:00Z'),
      expiresAt: new Date('2026-03-01T09:10:00Z'),
    };

    it('are found as they were kept, as often as one asks', async () => {
      const ticket = newSecret();
      await tickets.keep(ticket, intent, 60_000);
      expect(await tickets.find(ticket)).toEqual(intent);
      expect(await tickets.find(ticket)).toEqual(intent);
      expect(await tickets.find(newSecret())).toBeUndefined();
    });

    it('are taken by one of many who ask at the same instant, and are gone', async () => {
      const ticket = newSecret();
      await tickets.keep(ticket, intent, 60_000);
      const answers = await Promise.all(Array.from({ length: 20 }, () => tickets.take(ticket)));
      expect(answers.filter((one) => one !== undefined)).toEqual([intent]);
      expect(await tickets.find(ticket)).toBeUndefined();
    });
  });
}
