import { describe, expect, it } from 'vitest';
import { harborReleases } from '../../../../src/ops/harbor/facts/releases.ts';
import { migrationCommands } from '../../../../src/ops/harbor/path/commands.ts';
import { findPath } from '../../../../src/ops/harbor/path/find-path.ts';
import type { OptionalPart } from '../../../../src/ops/harbor/path/flags.ts';
import { databaseMigration, mustHaveTool } from '../../../../src/ops/harbor/upgrade/database-migration.ts';

const places = { config: '/work/old', newConfig: '/opt/harbor/harbor.yml', data: '/data' };

function commands(from: string, to: string, parts: readonly OptionalPart[] = []) {
  const [hop] = findPath({ from, to, database: 'bundled' });
  if (!hop) throw new Error('There is no hop.');
  return migrationCommands(hop, places, parts);
}
const lines = (from: string, to: string, parts: readonly OptionalPart[] = []) =>
  commands(from, to, parts).commands.map(({ argv }) => argv.join(' '));

const mysql = '-e SKIP_CONFIRM=y -e DB_USR=root -e DB_PWD -v /data/database:/var/lib/mysql';
const inPlace = (file: string) => `-e SKIP_CONFIRM=y -v /work/old:/harbor-migration/harbor-cfg/${file}`;
const toYaml = `${inPlace('harbor.cfg')} -v /opt/harbor/harbor.yml:/harbor-migration/harbor-cfg-out/harbor.yml`;
const prepare = (version: string) => [`docker run --rm -v /:/hostfs goharbor/prepare:v${version} migrate -i /work/old`];

/** By target, of the patch .1. */
const expected: Readonly<Record<string, readonly string[]>> = {
  '1.3': [`docker run --rm ${mysql} vmware/harbor-db-migrator:1.3 up head`],
  '1.4': [`docker run --rm ${mysql} vmware/harbor-db-migrator:1.4 up head`],
  '1.5': [
    `docker run --rm ${mysql} vmware/harbor-migrator:v1.5.1 --db up`,
    `docker run --rm ${inPlace('harbor.cfg')} vmware/harbor-migrator:v1.5.1 --cfg up`,
  ],
  '1.6': [
    `docker run --rm ${mysql} goharbor/harbor-migrator:v1.6.1 --db up`,
    `docker run --rm ${inPlace('harbor.cfg')} goharbor/harbor-migrator:v1.6.1 --cfg up`,
  ],
  '1.7': [`docker run --rm ${inPlace('harbor.cfg')} goharbor/harbor-migrator:v1.7.1 --cfg up`],
  '1.8': [`docker run --rm ${toYaml} goharbor/harbor-migrator:v1.8.1 --cfg up`],
  '1.9': [`docker run --rm ${toYaml} goharbor/harbor-migrator:v1.9.1 --cfg up`],
  '1.10': [`docker run --rm ${inPlace('harbor.yml')} goharbor/harbor-migrator:v1.10.1 --cfg up`],
  ...Object.fromEntries(Array.from({ length: 16 }, (_, nth) => [`2.${nth}`, prepare(`2.${nth}.1`)])),
};

describe('the commands of a migration', () => {
  const pairs = harborReleases().rows.flatMap(({ minor, from }) => from.map((source) => [source, minor] as const));
  it.each(pairs)('from %s to %s', (from, to) => {
    expect(lines(`${from}.0`, `${to}.1`)).toEqual(expected[to]);
  });

  it.each([
    ['1.2.0', '1.3.1', undefined],
    ['1.2.0', '1.4.1', undefined],
    ['1.4.0', '1.5.1', '/work/old'],
    ['1.5.0', '1.6.1', '/work/old'],
    ['1.6.0', '1.7.1', '/work/old'],
    ['1.7.0', '1.8.1', '/opt/harbor/harbor.yml'],
    ['1.8.0', '1.9.1', '/opt/harbor/harbor.yml'],
    ['1.9.0', '1.10.1', '/work/old'],
    ['2.9.0', '2.11.1', '/work/old'],
  ])('from %s to %s leave the new configuration in %s', (from, to, config) => {
    expect(commands(from, to).config).toBe(config);
  });

  it.each(pairs)('from %s to %s make a database only up to 1.6, and PostgreSQL of it there alone', (from, to) => {
    const [hop] = findPath({ from: `${from}.0`, to: `${to}.1`, database: 'bundled' });
    const all = commands(`${from}.0`, `${to}.1`).commands;
    const made = hop && databaseMigration(hop, all);
    expect(made?.commands.map(({ what }) => what)).toEqual(
      ['1.3', '1.4', '1.5', '1.6'].includes(to) ? ['database'] : undefined,
    );
    expect(made?.leaves).toEqual(to === '1.6' ? { expects: '9.6', dir: '' } : undefined);
    const must = () => hop && mustHaveTool(hop, all, 'reg-eu');
    if (['1.3', '1.4'].includes(to)) expect(must).toThrow(`no tool makes the harbor.cfg of ${to}`);
    else expect(must).not.toThrow();
  });

  it('bring the databases of Notary and Clair into that of Harbor in 1.6, after it', () => {
    expect(commands('1.5.0', '1.6.3', ['clair', 'notary']).commands.map(({ what }) => what)).toEqual([
      ...['database', 'notary', 'clair', 'config'],
    ]);
    const into = '-v /data/database:/var/lib/postgresql/data goharbor/harbor-migrator:v1.6.3 --db up';
    expect(lines('1.5.0', '1.6.3', ['clair', 'notary']).slice(1, 3)).toEqual([
      `docker run --rm -e SKIP_CONFIRM=y -e DB_USR=root -v /data/notary-db/:/var/lib/mysql ${into}`,
      `docker run --rm -e SKIP_CONFIRM=y -v /data/clair-db/:/clair-db ${into}`,
    ]);
    expect(lines('1.6.0', '1.7.1', ['clair', 'notary'])).toHaveLength(1);
  });

  it('leave the database alone within a minor', () => {
    expect(commands('1.6.0', '1.6.3').commands.map(({ what }) => what)).toEqual(['config']);
    expect(lines('2.15.0', '2.15.2')).toEqual(prepare('2.15.2'));
    expect(lines('1.2.0', '1.2.2')).toEqual([]);
  });

  it('leave a database outside to people', () => {
    const [hop] = findPath({ from: '1.4.0', to: '1.5.1', database: 'external' });
    expect(hop && migrationCommands(hop, places, []).commands.map(({ what }) => what)).toEqual(['config']);
  });

  it('hold no secret: the password of MySQL comes from the environment', () => {
    expect(commands('1.4.0', '1.5.1').commands.map(({ secrets }) => secrets)).toEqual([['DB_PWD'], []]);
  });
});
