import type { Clock } from '../../src/ports/clock.ts';
import type { Homes } from '../../src/ports/homes.ts';

const watchedForMs = 8 * 60 * 60_000;

/** Homes in memory, as Redis keeps them. */
export function createFakeHomes(clock: Clock): Homes {
  const openedAt = new Map<string, number>();
  const shown = new Map<string, string>();
  return {
    async opened(user) {
      openedAt.set(user, clock.now().getTime());
    },
    async watched() {
      const since = clock.now().getTime() - watchedForMs;
      const all = [...openedAt].filter(([, at]) => at > since);
      return all.toSorted(([, a], [, b]) => b - a).map(([user]) => user);
    },
    shown: async (user) => shown.get(user),
    async show(user, digest) {
      shown.set(user, digest);
    },
  };
}
