import { expect, it } from 'vitest';
import type { UpgradeResult } from '../../../../src/ops/harbor/upgrade/run-upgrade.ts';
import { upgradeReport } from '../../../../src/ops/harbor/upgrade/upgrade-report.ts';
import { decidedOf } from './decided.ts';

const decided = decidedOf();
const [first, second] = decided.hops;
const result = (changes: Partial<UpgradeResult>): UpgradeResult => ({
  ...{ decided, kind: 'upgraded', reached: second, downtimes: [], migrated: new Map(), undone: [] },
  ...changes,
});

it('offers to look at old images once an upgrade is at its end', () => {
  expect(upgradeReport(result({})).actions).toEqual([
    { label: 'Remove old images', does: 'command', on: 'images reg-eu' },
  ]);
});

it.each<readonly [string, Partial<UpgradeResult>]>([
  ['waits between hops', { kind: 'paused', reached: first }],
  ['was taken back', { kind: 'rolled back', undone: ['Stop 2.10.3'] }],
  ['was taken back before anything was changed', { kind: 'rolled back' }],
])('offers nothing of the kind where it %s', (_, changes) => {
  expect(upgradeReport(result(changes)).actions).toBeUndefined();
});

it('says of a pause what was changed by hop, and where the old version lies', () => {
  expect(upgradeReport(result({ kind: 'paused', reached: first })).changed).toBe(
    '2.10.3 → 2.12.4 is done and verified; 2.10.3 lies in /opt/harbor.before-m1-2.10.3, its database in ' +
      '/var/lib/salvor/m1/before-2.10.3. Of the next hop only the images are loaded',
  );
});
