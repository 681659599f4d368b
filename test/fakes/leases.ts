import { hasEnded } from '../../src/chatops/run.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Lease, Leases } from '../../src/ports/leases.ts';
import type { Runs } from '../../src/ports/runs.ts';

/** Leases in memory, as Redis keeps them. */
export function createFakeLeases(clock: Clock, runs: Pick<Runs, 'find'>): Leases {
  const held = new Map<string, Lease>();
  const fences = new Map<string, number>();
  const oursOf = ({ target, run, fence }: Lease) => {
    const lease = held.get(target);
    return lease?.run === run && lease.fence === fence ? lease : undefined;
  };
  return {
    async take(wanted) {
      const before = held.get(wanted.target);
      if (before?.run === wanted.run && before.worker === wanted.worker) return { kind: 'taken', lease: before };
      const run = before && (await runs.find(before.run));
      const isUnderWay = run !== undefined && !hasEnded(run.state);
      if (before && (before.approval !== wanted.approval || isUnderWay)) return { kind: 'held', lease: before };
      const fence = (fences.get(wanted.target) ?? 0) + 1;
      fences.set(wanted.target, fence);
      const lease = { ...wanted, fence, takenAt: clock.now(), renewedAt: clock.now() };
      held.set(wanted.target, lease);
      return { kind: 'taken', lease };
    },
    async renew(lease) {
      const ours = oursOf(lease);
      if (ours) held.set(lease.target, { ...ours, renewedAt: clock.now() });
      return ours !== undefined;
    },
    giveBack: async (lease) => oursOf(lease) !== undefined && held.delete(lease.target),
    release: async (target, fence) => held.get(target)?.fence === fence && held.delete(target),
    find: async (target) => held.get(target),
    list: async () => [...held.values()].sort((a, b) => (a.target < b.target ? -1 : 1)),
  };
}
