import { type Component, defaultLeaseMs, onlyLeasesSinceMinor, overdueTimes } from './election-facts.ts';
import { hostOf, type Lock, newerOf } from './lock.ts';

/** A lock, and when the API server told of it, by its own clock. */
export interface SeenLock {
  readonly lock: Lock;
  readonly at: Date;
}

/**
 * leading: renewed in time. late: not, so another one may take over. lost: nobody has, by then. released: the holder let go on purpose a moment
 * ago. vacant: and nobody came. absent: nothing says who leads.
 */
export type LeaderState = 'leading' | 'late' | 'lost' | 'released' | 'vacant' | 'absent';

/** Who leads a component. */
export interface Leadership {
  readonly component: string;
  readonly isExpected: boolean;
  readonly state: LeaderState;
  /** The one that counts. */
  readonly lock?: Lock;
  readonly node?: string;
  /** Since its last renewal, or its release, by the API server's clock. */
  readonly ageMs?: number;
  /** Where it is written down and kept up: one kind, or two by components that write both. */
  readonly kinds: readonly Lock['kind'][];
  /** Others that are kept up and name somebody else: two believe that they lead. */
  readonly rivals: readonly Lock[];
  /** What was left behind where the component no longer writes. */
  readonly history: readonly Lock[];
}

/** Judges what is written of one component; `minor` is Kubernetes' minor version, where it is known. */
export function judgeLeader(component: Component, seen: readonly SeenLock[], minor: number | undefined): Leadership {
  const own = seen.filter(({ lock }) => component.objectName.test(lock.name));
  const kept = own.filter(isKeptUp);
  const believed = kept.length > 0 ? kept : own.filter(({ lock }) => mayCount(lock, minor));
  const main = believed.reduce<SeenLock | undefined>((best, one) => (best ? better(best, one) : one), undefined);
  const history = own.filter((one) => !believed.includes(one)).map(({ lock }) => lock);
  const about = { component: component.name, isExpected: component.isExpected, history };
  if (!main) return { ...about, state: 'absent', kinds: [], rivals: [] };
  const node = hostOf(main.lock);
  const ageMs = ageOf(main);
  return {
    ...{ ...about, state: stateOf(main), lock: main.lock },
    ...(node ? { node } : {}),
    ...(ageMs === undefined ? {} : { ageMs }),
    kinds: [...new Set([main, ...kept.filter((one) => !isRival(one, main))].map(({ lock }) => lock.kind))],
    rivals: kept.filter((one) => isRival(one, main)).map(({ lock }) => lock),
  };
}

/** Holders write their own clock, which may be ahead: what is yet to come is of now. */
function ageOf({ lock, at }: SeenLock): number | undefined {
  return lock.renewedAt && Math.max(0, at.getTime() - lock.renewedAt.getTime());
}

/** How long its holder is believed without a sign of life. */
export const leaseMsOf = ({ durationMs }: Lock): number => durationMs ?? defaultLeaseMs;

function stateOf(seen: SeenLock): LeaderState {
  const { holder } = seen.lock;
  const ageMs = ageOf(seen) ?? Number.POSITIVE_INFINITY;
  if (holder === undefined) return ageMs <= overdueTimes * defaultLeaseMs ? 'released' : 'vacant';
  const leaseMs = leaseMsOf(seen.lock);
  if (ageMs <= leaseMs) return 'leading';
  return ageMs <= overdueTimes * leaseMs ? 'late' : 'lost';
}

/** Whether somebody renews it, or let go of it a moment ago. */
export const isKeptUp = (seen: SeenLock): boolean => isKept(stateOf(seen));

const isKept = (state: LeaderState): boolean => state === 'leading' || state === 'late' || state === 'released';

/** Of what nobody keeps up, an annotation tells of a lost leader only where the component would write one. */
const mayCount = ({ kind }: Lock, minor: number | undefined): boolean =>
  kind === 'Lease' || minor === undefined || minor < onlyLeasesSinceMinor;

const rank: Readonly<Record<LeaderState, number>> = { leading: 0, late: 1, released: 1, lost: 2, vacant: 2, absent: 3 };

/** Who is kept up counts; of two that are, the Lease; of two that are not, what was written last. */
function better(one: SeenLock, other: SeenLock): SeenLock {
  const [its, others] = [rank[stateOf(one)], rank[stateOf(other)]];
  if (its !== others) return its < others ? one : other;
  const isLease = one.lock.kind === 'Lease';
  if (isKept(stateOf(one)) && isLease !== (other.lock.kind === 'Lease')) return isLease ? one : other;
  return newerOf(one.lock, other.lock) === one.lock ? one : other;
}

/** A component that has just let go, or come, has not yet written so in both places. */
function isRival(one: SeenLock, main: SeenLock): boolean {
  if (one.lock.kind === main.lock.kind) return false;
  return stateOf(one) === 'leading' && stateOf(main) === 'leading' && one.lock.holder !== main.lock.holder;
}
