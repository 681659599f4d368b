import type { Clock } from '../ports/clock.ts';
import type { Takeover, Takeovers } from '../ports/takeovers.ts';

const hourMs = 3_600_000;

/** Kept in memory: leaders of a few components, and one hour of them. */
export function createTakeovers(clock: Clock): Takeovers {
  const watched = new Map<string, Date>();
  let seen: readonly Takeover[] = [];
  const hourAgo = () => clock.now().getTime() - hourMs;
  return {
    begins(cluster) {
      if (!watched.has(cluster)) watched.set(cluster, clock.now());
    },
    note(takeover) {
      const from = hourAgo();
      seen = [...seen.filter(({ at }) => at.getTime() > from), takeover];
    },
    lately(cluster) {
      const began = watched.get(cluster);
      if (!began) return undefined;
      const from = hourAgo();
      const byComponent = new Map<string, number>();
      for (const { component, times } of seen.filter((one) => one.cluster === cluster && one.at.getTime() > from)) {
        byComponent.set(component, (byComponent.get(component) ?? 0) + times);
      }
      return { byComponent, since: new Date(Math.max(from, began.getTime())) };
    },
  };
}
