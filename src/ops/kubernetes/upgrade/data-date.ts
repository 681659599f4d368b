import { apiRemovals } from './facts/api-removals.ts';
import { etcdFacts } from './facts/etcd.ts';
import { removedSettings } from './facts/removed-settings.ts';
import { versionSkew } from './facts/version-skew.ts';

/** The day, `2026-08-23`, until which all tables that a verdict rests on are complete. */
export function dataDate(): string {
  const days = [apiRemovals(), etcdFacts(), removedSettings(), versionSkew()].map(({ asOf }) => asOf);
  return days.toSorted()[0] ?? '';
}
