import { beforeEach, describe, expect, it } from 'vitest';
import type { Homes } from '../../src/ports/homes.ts';
import type { FakeClock } from '../fakes/clock.ts';

/** What every keeper of Homes promises. `setUp` answers an empty one each time. */
export function homesContract(name: string, setUp: () => Promise<{ homes: Homes; clock: FakeClock }>): void {
  describe(`homes: ${name}`, () => {
    let homes: Homes;
    let clock: FakeClock;

    beforeEach(async () => {
      ({ homes, clock } = await setUp());
    });

    it('knows who opened theirs, the latest first, until a working day is over', async () => {
      expect(await homes.watched()).toEqual([]);
      for (const user of ['U0ANN', 'U0BOB', 'U0ANN']) {
        await homes.opened(user);
        clock.advance(60_000);
      }
      expect(await homes.watched()).toEqual(['U0ANN', 'U0BOB']);
      clock.advance(8 * 60 * 60_000 - 120_000);
      expect(await homes.watched()).toEqual(['U0ANN']);
    });

    it('remembers what each showed last', async () => {
      expect(await homes.shown('U0ANN')).toBeUndefined();
      for (const digest of ['one', 'two']) await homes.show('U0ANN', digest);
      await homes.show('U0BOB', 'three');
      expect(await homes.shown('U0ANN')).toBe('two');
    });
  });
}
