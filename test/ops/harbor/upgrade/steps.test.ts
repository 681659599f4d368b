import { expect, it } from 'vitest';
import { commandsByHand } from '../../../../src/ops/harbor/upgrade/by-hand.ts';
import type { Decided, DecidedHop } from '../../../../src/ops/harbor/upgrade/decided.ts';
import { harborSteps } from '../../../../src/ops/harbor/upgrade/harbor-steps.ts';
import { plainPath } from '../../../../src/ops/harbor/upgrade/in-words.ts';
import { ownCommands } from '../../../../src/ops/harbor/upgrade/own-commands.ts';
import { harborTags } from '../../../../src/ops/harbor/upgrade/playbook.ts';
import { decidedOf, hopOf } from './decided.ts';

/** By a tool that leaves PostgreSQL 9.6. */
const migrate_database = {
  commands: [
    {
      what: 'database',
      argv: ['docker', 'run', '-e', 'DB_PWD', 'goharbor/harbor-migrator:v1.6.3'],
      secrets: ['DB_PWD'],
    },
    { what: 'notary', argv: ['docker', 'run', 'goharbor/harbor-migrator:v1.6.3'], secrets: [] },
  ],
  leaves: { expects: '9.6', dir: '' },
};

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

const old: DecidedHop = {
  ...hopOf('1.5.4', '1.6.3'),
  variables: { ...hopOf('1.5.4', '1.6.3').variables, install_flags: ['--with-notary'], migrate_database },
};

it('has something to type for every tag', () => {
  for (const tag of harborTags)
    expect(commandsByHand(tag, decidedOf(), tag === 'migrate-database' ? old.variables : hop)).not.toEqual([]);
});

it('migrates a database by hand on a copy, which takes its place, with a password that stands nowhere', () => {
  expect(commandsByHand('migrate-database', decidedOf(), old.variables)).toEqual([
    'install -d -m 0700 /data/database.migrating-m1',
    'cp -aT /data/database /data/database.migrating-m1/database',
    'cp -aT /data/notary-db /data/database.migrating-m1/notary-db',
    'read -rs DB_PWD && export DB_PWD   # the db_password of harbor.cfg',
    'docker run -e DB_PWD goharbor/harbor-migrator:v1.6.3',
    'docker run goharbor/harbor-migrator:v1.6.3',
    'mv -T /data/database /data/database.before-m1-1.5.4',
    'mv -T /data/database.migrating-m1/database /data/database',
  ]);
  expect(commandsByHand('copy-data', decidedOf(), old.variables)).toEqual(
    expect.arrayContaining([
      'cp -aT /data/notary-db /var/lib/salvor/m1/before-1.5.4/notary-db',
      'cp -aT /data/secretkey /var/lib/salvor/m1/before-1.5.4/secretkey',
    ]),
  );
  expect(commandsByHand('down', decidedOf(), old.variables)).toEqual([
    'cd /opt/harbor && docker compose -f docker-compose.yml -f docker-compose.notary.yml down',
  ]);
});

it('passes the point of no return where a tool migrates the database, before it is installed', () => {
  const all = harborSteps(decidedOf({ hops: [old, hopOf('1.6.3', '1.8.6')] }));
  const names = all.map(({ name }) => name);
  expect(names.slice(names.indexOf('Prepare 1.6.3'), names.indexOf('Install 1.6.3') + 1)).toEqual([
    ...['Prepare 1.6.3', 'Migrate the database to 1.6.3', 'Install 1.6.3'],
  ]);
  expect(all.filter((step) => step.isPointOfNoReturn).map(({ name }) => name)).toEqual([
    'Migrate the database to 1.6.3',
  ]);
});

it.each([
  ['read-only', '1.10.3', '2.0.6', '/api/configurations'],
  ['wait-for-jobs', '1.10.3', '2.0.6', '/api/system/gc'],
  ['write-down', '1.10.3', '2.0.6', '/api/statistics'],
  ['compare', '1.10.3', '2.0.6', '/api/v2.0/statistics'],
  ['healthy', '1.10.3', '2.0.6', '/api/v2.0/health'],
  ['healthy', '1.6.3', '1.8.6', '/api/health'],
  // Before 1.8 nothing tells of components.
  ['healthy', '1.5.4', '1.6.3', '/api/systeminfo'],
  ['writable', '1.10.3', '2.0.6', '/api/v2.0/configurations'],
] as const)('asks the API of the version that runs then: %s from %s to %s', (work, from, to, path) => {
  const typed = ownCommands(work, { url: 'https://r.example.com' }, { ...hop, from, to }).join('\n');
  expect(typed).toMatch(new RegExp(`https://r\\.example\\.com${path.replaceAll('.', '\\.')}( |$)`, 'm'));
});

it('says a way in words', () => {
  expect(plainPath(decidedOf().hops.map(({ variables }) => variables))).toBe('2.10.3 → 2.12.4 → 2.14.1');
});
