import { expect, it } from 'vitest';
import { commandsByHand, ownCommands } from '../../../../src/ops/harbor/upgrade/by-hand.ts';
import type { Decided } from '../../../../src/ops/harbor/upgrade/decided.ts';
import { harborSteps } from '../../../../src/ops/harbor/upgrade/harbor-steps.ts';
import { plainPath } from '../../../../src/ops/harbor/upgrade/in-words.ts';
import { harborTags } from '../../../../src/ops/harbor/upgrade/playbook.ts';
import { decidedOf, hopOf } from './decided.ts';

const names = (decided: Decided) => harborSteps(decided).map(({ name }) => name);
const hop = hopOf('2.10.3', '2.12.4').variables;

it('has steps of names that are their own, in the same order each time', () => {
  const all = names(decidedOf());
  expect(new Set(all).size).toBe(all.length);
  expect(names(decidedOf())).toEqual(all);
});

it('brings every package before the first version is stopped, and passes one point of no return', () => {
  const all = harborSteps(decidedOf());
  const at = (name: string) => all.findIndex((step) => step.name === name);
  expect(at('Load the images of 2.14.1')).toBeLessThan(at('Stop 2.10.3'));
  expect(at('Copy the database of 2.12.4')).toBeGreaterThan(at('Compare what 2.12.4 holds'));
  expect(all.filter((step) => step.isPointOfNoReturn).map(({ name }) => name)).toEqual(['Install 2.12.4']);
});

it.each([
  ['two hops, with an administrator', {}, ['Make 2.12.4 writable']],
  ['two hops, without one', { hasAdmin: false }, ['Pull from 2.12.4']],
  ['two hops that do not pause', { pauses: false }, []],
  ['one hop', { hops: [hopOf('2.10.3', '2.12.4')] }, []],
])('pauses after each hop but the last: %s', (_, changes, pauses) => {
  const paused = harborSteps(decidedOf(changes)).filter((step) => step.isPausedAfter);
  expect(paused.map(({ name }) => name)).toEqual(pauses);
});

it.each([true, false])('says which step pushes a probe image, with an administrator: %s', (hasAdmin) => {
  const steps = harborSteps(decidedOf({ hasAdmin, probeProject: 'salvor-probe' }));
  const pushing = steps.filter(({ changes }) => changes.includes('a probe image is pushed to salvor-probe'));
  expect(pushing.map(({ name }) => name)).toEqual(
    hasAdmin ? ['Make 2.12.4 writable', 'Make 2.14.1 writable'] : ['Pull from 2.12.4', 'Pull from 2.14.1'],
  );
});

it.each([
  ['down', 'cd /opt/harbor && docker compose down'],
  ['copy-data', 'cp -aT /data/database /var/lib/salvor/m1/before-2.10.3/database'],
  ['move-aside', 'mv -T /opt/harbor /opt/harbor.before-m1-2.10.3'],
  ['migrate-config', 'docker run --rm goharbor/prepare:v2.12.4 migrate'],
  ['install', 'cd /opt/harbor && ./install.sh --with-trivy'],
  ['clear-away', 'rm -rf /var/lib/salvor/m1/config-* /var/lib/salvor/m1/[0-9]*'],
  ['put-back', 'mv -T /opt/harbor.before-m1-2.10.3 /opt/harbor'],
] as const)('can be typed by hand: %s', (tag, command) => {
  expect(commandsByHand(tag, decidedOf(), hop)).toContain(command);
});

it('leaves a database outside alone', () => {
  const { shared } = decidedOf();
  const outside = { shared: { ...shared, harbor_database: 'external' as const } };
  const typed = (['copy-data', 'put-back'] as const).flatMap((tag) => commandsByHand(tag, outside, hop));
  expect(typed.filter((command) => command.includes('/database'))).toEqual([]);
});

it('has something to type for every tag', () => {
  for (const tag of harborTags) expect(commandsByHand(tag, decidedOf(), hop)).not.toEqual([]);
});

it.each([
  ['read-only', '1.10.3', 'https://r.example.com/api/configurations'],
  ['writable', '2.0.6', 'https://r.example.com/api/v2.0/configurations'],
] as const)('asks the API of the version that runs: %s on %s', (work, version, address) => {
  const across = { ...hop, from: '1.10.3', to: '2.0.6' };
  const [command] = ownCommands(work, { url: 'https://r.example.com' }, across);
  expect([version, command]).toEqual([version, expect.stringContaining(address)]);
});

it('says a way in words', () => {
  expect(plainPath(decidedOf().hops.map(({ variables }) => variables))).toBe('2.10.3 → 2.12.4 → 2.14.1');
});
