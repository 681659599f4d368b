import { compareVersions, minorOf, type Version, versionIn } from '../../../chatops/versions.ts';
import { type EtcdGate, etcdFacts, lastShippedWith } from './facts/etcd.ts';
import type { Hop } from './hops.ts';

/** From which etcd to which a hop of Kubernetes leads. */
export interface EtcdChange {
  readonly from: Version;
  readonly to: Version;
  /** Nobody has brought it there yet: an earlier hop would. */
  readonly isPresumed: boolean;
}

/** What kubeadm would do to etcd; undefined where it leaves it. */
export function etcdChange(versions: readonly Version[], hop: Hop): EtcdChange | undefined {
  const before = etcdBefore(versions, hop);
  const to = versionIn(lastShippedWith(hop.to)?.etcd ?? '');
  return before && to && compareVersions(before.from, to) < 0 ? { ...before, to } : undefined;
}

/** The oldest member when a hop begins. In a later hop that is what the one before brings, or newer where it is so already. */
export function etcdBefore(versions: readonly Version[], hop: Hop): Omit<EtcdChange, 'to'> | undefined {
  const oldest = versions.toSorted(compareVersions)[0];
  const brought = hop.isFirst ? undefined : versionIn(lastShippedWith(hop.from)?.etcd ?? '');
  if (!oldest) return undefined;
  return brought && compareVersions(brought, oldest) > 0
    ? { from: brought, isPresumed: true }
    : { from: oldest, isPresumed: false };
}

type Way = Pick<EtcdChange, 'from' | 'to'>;

/** What etcd asks on the way, minor by minor: it skips none. Source: etcd.io docs upgrades/upgrading-etcd. */
export const gatesBetween = ({ from, to }: Way): readonly EtcdGate[] =>
  etcdFacts().gates.filter((gate) => minorAt(gate.from) >= minorOf(from) && minorAt(gate.to) <= minorOf(to));

const minorAt = (text: string): number => {
  const version = versionIn(`${text}.0`);
  return version ? minorOf(version) : 0;
};

/** Where every member must have been before the next minor. */
export interface EtcdStop {
  /** '3.5.32 or a later patch of 3.5'. */
  readonly version: string;
  readonly gate: EtcdGate;
}

/** None where the members may go to the target at once. */
export function etcdStops(way: Way): readonly EtcdStop[] {
  return gatesBetween(way).flatMap((gate): readonly EtcdStop[] => {
    const least = gate.recommended ?? gate.minimum;
    const isThere = minorAt(gate.from) === minorOf(way.from);
    if (isThere && !isBelow(way.from, least)) return [];
    return [{ version: least ? `${least} or a later patch of ${gate.from}` : `the last patch of ${gate.from}`, gate }];
  });
}

export function isBelow(version: Version, least: string | undefined): boolean {
  const limit = versionIn(least ?? '');
  return limit !== undefined && compareVersions(version, limit) < 0;
}

/** 'etcd 3.4.23 (needs 3.6.11)': what a blocker of the way is about, and the order of work does step by step. */
export function etcdNeeds(way: Way): string {
  const { recommended, minimum, from } = gatesBetween(way).at(-1) ?? {};
  return `etcd ${way.from.text} (needs ${recommended ?? minimum ?? from ?? way.to.text})`;
}
