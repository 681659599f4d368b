import { beforeEach, describe, expect, it } from 'vitest';
import type { Letter, Outbox } from '../../src/ports/outbox.ts';
import type { FakeClock } from '../fakes/clock.ts';

export interface OutboxUnderTest {
  readonly outbox: Outbox;
  readonly clock: FakeClock;
}

const card = (runId: string): Letter => ({ kind: 'card', runId });
const say = (runId: string, title: string): Letter => ({
  kind: 'say',
  runId,
  report: { tone: 'good', title },
  broadcast: false,
});

/** What every outbox promises. `setUp` answers an empty one each time. */
export function outboxContract(name: string, setUp: () => Promise<OutboxUnderTest>): void {
  describe(`outbox: ${name}`, () => {
    let outbox: Outbox;
    let clock: FakeClock;

    beforeEach(async () => {
      ({ outbox, clock } = await setUp());
    });

    it('has nothing to say when nothing was put in', async () => {
      expect(await outbox.claim(1000)).toBeUndefined();
      expect(await outbox.claimOne('card:r-1', 1000)).toBeUndefined();
      expect(await outbox.depth()).toEqual({ waiting: 0, oldestMs: 0, givenUp: 0 });
    });

    it('gives the first letter at once, and to one sender', async () => {
      await outbox.put('card:r-1', card('r-1'));
      expect(await outbox.claim(1000)).toMatchObject({ id: 'card:r-1', letter: card('r-1'), tries: 0 });
      expect(await outbox.claim(1000)).toBeUndefined();
    });

    it('gives the most overdue letter first', async () => {
      await outbox.put('end:r-1', say('r-1', 'first'));
      clock.advance(1);
      await outbox.put('end:r-2', say('r-2', 'second'));
      expect((await outbox.claim(1000))?.id).toBe('end:r-1');
      expect((await outbox.claim(1000))?.id).toBe('end:r-2');
    });

    it('forgets what was sent', async () => {
      await outbox.put('end:r-1', say('r-1', 'done'));
      const claim = await outbox.claim(1000);
      if (claim) await outbox.sent(claim);
      clock.advance(60_000);
      expect(await outbox.claim(1000)).toBeUndefined();
      expect((await outbox.depth()).waiting).toBe(0);
    });

    it('gives a letter to another sender when the first fell silent, counting the tries', async () => {
      await outbox.put('end:r-1', say('r-1', 'done'));
      await outbox.claim(1000);
      clock.advance(999);
      expect(await outbox.claim(1000)).toBeUndefined();
      clock.advance(1);
      expect(await outbox.claim(1000)).toMatchObject({ id: 'end:r-1', tries: 1 });
    });

    it('takes many edits of a card as one', async () => {
      await outbox.put('card:r-1', card('r-1'));
      await outbox.put('card:r-1', card('r-1'));
      await outbox.put('card:r-1', card('r-1'));
      const claim = await outbox.claim(1000);
      if (claim) await outbox.sent(claim);
      clock.advance(60_000);
      expect(await outbox.claim(1000)).toBeUndefined();
    });

    it('shows a card again no sooner than three seconds after it was shown', async () => {
      await outbox.put('card:r-1', card('r-1'));
      const first = await outbox.claim(1000);
      if (first) await outbox.sent(first);
      clock.advance(100);
      await outbox.put('card:r-1', card('r-1'));
      clock.advance(2899);
      expect(await outbox.claim(1000)).toBeUndefined();
      clock.advance(1);
      expect((await outbox.claim(1000))?.id).toBe('card:r-1');
    });

    it('says two things after each other without waiting', async () => {
      for (const title of ['one', 'two']) {
        await outbox.put('end:r-1', say('r-1', title));
        const claim = await outbox.claim(1000);
        expect(claim?.letter).toEqual(say('r-1', title));
        if (claim) await outbox.sent(claim);
      }
    });

    it('keeps what was put in while the one before was being sent', async () => {
      await outbox.put('card:r-1', card('r-1'));
      const first = await outbox.claim(60_000);
      await outbox.put('card:r-1', card('r-1'));
      expect(await outbox.claim(1000)).toBeUndefined();
      if (first) await outbox.sent(first);
      expect(await outbox.claim(1000)).toBeUndefined();
      clock.advance(3000);
      const second = await outbox.claim(1000);
      expect(second).toMatchObject({ id: 'card:r-1', tries: 0 });
      expect(second?.version).toBeGreaterThan(first?.version ?? 0);
    });

    it('is not misled by a sender who comes back after its claim lapsed', async () => {
      await outbox.put('end:r-1', say('r-1', 'one'));
      const slow = await outbox.claim(1000);
      clock.advance(1000);
      const quick = await outbox.claim(60_000);
      if (quick) await outbox.sent(quick);
      await outbox.put('end:r-1', say('r-1', 'two'));
      if (slow) await outbox.postpone(slow, new Date(clock.now().getTime() + 60_000), 'slow');
      if (slow) await outbox.sent(slow);
      expect((await outbox.claim(1000))?.letter).toEqual(say('r-1', 'two'));
    });

    it('takes one very letter, due or not, that nobody holds', async () => {
      await outbox.put('card:r-1', card('r-1'));
      const first = await outbox.claimOne('card:r-1', 1000);
      expect(first?.id).toBe('card:r-1');
      expect(await outbox.claimOne('card:r-1', 1000)).toBeUndefined();
      if (first) await outbox.sent(first);
      await outbox.put('card:r-1', card('r-1'));
      expect((await outbox.claimOne('card:r-1', 1000))?.id).toBe('card:r-1');
      clock.advance(1000);
      expect(await outbox.claimOne('card:r-1', 1000)).toMatchObject({ tries: 1 });
    });

    it('counts no try of which it is told that there was none', async () => {
      await outbox.put('card:r-1', card('r-1'));
      for (const isUntried of [true, false]) {
        const claim = await outbox.claimOne('card:r-1', 1000);
        expect(claim?.tries).toBe(0);
        if (claim) await outbox.postpone(claim, clock.now(), 'at its limit', { isUntried });
      }
      expect((await outbox.claimOne('card:r-1', 1000))?.tries).toBe(1);
    });

    it('postpones to when it is told, and may still be taken by name', async () => {
      await outbox.put('end:r-1', say('r-1', 'done'));
      const claim = await outbox.claim(60_000);
      if (claim) await outbox.postpone(claim, new Date(clock.now().getTime() + 5000), 'ratelimited');
      clock.advance(4999);
      expect(await outbox.claim(1000)).toBeUndefined();
      clock.advance(1);
      expect(await outbox.claim(1000)).toMatchObject({ tries: 1 });
    });

    it('keeps apart what was given up', async () => {
      await outbox.put('end:r-1', say('r-1', 'done'));
      const claim = await outbox.claim(1000);
      if (claim) await outbox.giveUp(claim, 'channel_not_found');
      clock.advance(60_000);
      expect(await outbox.claim(1000)).toBeUndefined();
      expect(await outbox.depth()).toEqual({ waiting: 0, oldestMs: 0, givenUp: 1 });
    });

    it('tells how many wait and for how long the oldest has', async () => {
      await outbox.put('end:r-1', say('r-1', 'one'));
      clock.advance(4000);
      await outbox.put('end:r-2', say('r-2', 'two'));
      await outbox.claim(60_000);
      clock.advance(1000);
      expect(await outbox.depth()).toEqual({ waiting: 2, oldestMs: 5000, givenUp: 0 });
    });

    it('allows so many calls in any such time, and says how long to wait for the next', async () => {
      const limit = { calls: 2, perMs: 1000 };
      expect(await outbox.allowance('post:C1', limit)).toBe(0);
      clock.advance(400);
      expect(await outbox.allowance('post:C1', limit)).toBe(0);
      expect(await outbox.allowance('post:C1', limit)).toBe(600);
      expect(await outbox.allowance('post:C2', limit)).toBe(0);
      clock.advance(600);
      expect(await outbox.allowance('post:C1', limit)).toBe(0);
      expect(await outbox.allowance('post:C1', limit)).toBe(400);
    });

    it('never allows more than the limit to those who ask at the same time', async () => {
      const asked = Array.from({ length: 20 }, () => outbox.allowance('update', { calls: 5, perMs: 60_000 }));
      const allowed = (await Promise.all(asked)).filter((waitMs) => waitMs === 0);
      expect(allowed).toHaveLength(5);
    });
  });
}
