import { expect, it } from 'vitest';
import type { UpgradeResult } from '../../../../src/ops/harbor/upgrade/run-upgrade.ts';
import { upgradeReport } from '../../../../src/ops/harbor/upgrade/upgrade-report.ts';
import { decidedOf, hopOf } from './decided.ts';

const resultOf = (changes: Partial<UpgradeResult>): UpgradeResult => ({
  ...{ decided: decidedOf(), kind: 'upgraded', downtimes: [], migrated: new Map(), undone: [] },
  ...changes,
});
const factsOf = (changes: Partial<UpgradeResult>) =>
  Object.fromEntries((upgradeReport(resultOf(changes)).facts ?? []).map(({ label, value }) => [label, value]));

it('says of a way back past the point of no return what is lost, and only of that', () => {
  const past = factsOf({ kind: 'rolled back', undone: ['Install 2.12.4', 'Stop 2.10.3'] });
  expect(past.Lost).toBe('what was pushed since 2.12.4 was installed');
  expect(past['Set aside, not deleted']).toContain('/opt/harbor.failed-m1 and /data/database.failed-m1');
  expect(factsOf({ kind: 'rolled back', undone: ['Stop 2.10.3'] })).not.toHaveProperty('Lost');
  expect(Object.keys(factsOf({ kind: 'rolled back' }))).toEqual([]);
});

it('says what is to be done after a way back', () => {
  expect(upgradeReport(resultOf({ kind: 'rolled back', undone: ['Stop 2.10.3'] })).next).toEqual([
    'Find out what went wrong before it is planned anew. How it is: ',
    { command: 'registry reg-eu' },
  ]);
});

it('counts the lines of a configuration that are new and those that are gone', () => {
  const diff = [
    '--- harbor.yml',
    '+++ harbor.yml',
    ' hostname: r',
    '-_version: 2.10.0',
    '+_version: 2.12.0',
    '+cache: on',
  ];
  const config = { from: '2.10.0', to: '2.12.0', diff, carried: [], left_behind: [] };
  const facts = factsOf({ reached: hopOf('2.10.3', '2.12.4'), migrated: new Map([['2.12.4', config]]) });
  expect(facts['Configuration of 2.12.4']).toBe('2 new lines, 1 gone: see configuration-2.12.4.diff');
});

it('offers to look at old images once an upgrade is at its end', () => {
  expect(upgradeReport(resultOf({ reached: hopOf('2.12.4', '2.14.1') })).actions).toEqual([
    { label: 'Remove old images', does: 'command', on: 'images reg-eu' },
  ]);
});

it.each<readonly [string, Partial<UpgradeResult>]>([
  ['waits between hops', { kind: 'paused', reached: decidedOf().hops[0] }],
  ['was taken back', { kind: 'rolled back', undone: ['Stop 2.10.3'] }],
  ['was taken back before anything was changed', { kind: 'rolled back' }],
])('offers nothing of the kind where it %s', (_, changes) => {
  expect(upgradeReport(resultOf(changes)).actions).toBeUndefined();
});
