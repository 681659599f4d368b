import type { Fault } from '../../../chatops/errors.ts';
import type { WatchNews } from '../../../ports/kubernetes.ts';
import type { Takeover } from '../../../ports/takeovers.ts';
import { isKeptUp } from './judge-leader.ts';
import type { Lock } from './lock.ts';
import { takeoversBetween } from './takeovers-between.ts';

/** Whom to tell what is seen. */
export interface Follower {
  tookOver(takeover: Takeover): void;
  /** Leaders are seen again, after the beginning or after `deaf`. */
  hears(): void;
  /** Nothing is heard for now. */
  deaf(fault: Fault): void;
}

/** What several watches of one cluster tell, put together for its follower. */
export interface Followed {
  /** What was told last of a kind of lock, or of one object: all that count must be heard. */
  hears(source: string, news: WatchNews): void;
  /** It does not count any more. */
  leaves(source: string): void;
  /** A lock as it is now. */
  sees(lock: Lock, at: Date): void;
  hasLease(name: string): boolean;
}

export function createFollowed(cluster: string, follower: Follower): Followed {
  const known = new Map<string, Lock>();
  const deaf = new Set(['Lease']);
  let hasSaid = false;
  const leaseOf = (name: string) => known.get(`Lease ${name}`);
  const isLeased = (name: string, at: Date) => {
    const lock = leaseOf(name);
    return lock !== undefined && isKeptUp({ lock, at });
  };
  function heard(source: string): void {
    deaf.delete(source);
    if (deaf.size > 0 || hasSaid) return;
    hasSaid = true;
    follower.hears();
  }
  return {
    hears(source, news) {
      if (news.kind !== 'deaf') return heard(source);
      deaf.add(source);
      hasSaid = false;
      follower.deaf(news.fault);
    },
    leaves: heard,
    sees(lock, at) {
      const key = `${lock.kind} ${lock.name}`;
      const before = known.get(key);
      const { transitions, renewedAt } = lock;
      // Who let go is remembered with the count: whoever follows raises it, or is somebody else.
      known.set(key, lock.holder === undefined && before ? { ...before, transitions, renewedAt } : lock);
      // Who writes both writes the same in both: told once.
      if (lock.kind !== 'Lease' && isLeased(lock.name, at)) return;
      const times = takeoversBetween(before, lock, at);
      if (times > 0) follower.tookOver({ cluster, component: lock.name, times, at: takenAt(lock, at) });
    },
    hasLease: (name) => leaseOf(name) !== undefined,
  };
}

/** As they are now. */
export const objectsIn = (news: WatchNews): readonly unknown[] =>
  news.kind === 'listed' ? news.items : news.kind === 'changed' ? [news.object] : [];

/** No clock that is looked after is so far ahead. */
const aheadMs = 60_000;

/** As the holder wrote it, the same for whoever sees it: when that was differs by up to a second, to which an API server tells its time. */
function takenAt({ acquiredAt }: Lock, at: Date): Date {
  return acquiredAt && acquiredAt.getTime() - at.getTime() < aheadMs ? acquiredAt : at;
}
