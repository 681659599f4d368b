import { describe, expect, it } from 'vitest';
import { dirtySchema } from '../../../../src/ops/harbor/dangers/dirty-schema.ts';
import { emptyDatabase } from '../../../../src/ops/harbor/dangers/empty-database.ts';
import { externalDatabase } from '../../../../src/ops/harbor/dangers/external-database.ts';
import { mariadb } from '../../../../src/ops/harbor/dangers/mariadb.ts';
import { severalDatabases } from '../../../../src/ops/harbor/dangers/several-databases.ts';
import { harborReleases, releaseOf } from '../../../../src/ops/harbor/facts/releases.ts';
import { configuration, found, gap, known, says, well } from '../observed.ts';

const lies = (...all: readonly (readonly [directory: string, version: string])[]) => ({
  postgres: known(all.map(([directory, version]) => ({ directory, version }))),
});
const top = ['database', '9.6'] as const;
const pg = (version: number) => [`database/pg${version}`, `${version}`] as const;

describe('the empty database', () => {
  it.each([
    // What lies there is what runs.
    ['1.6.3', '1.8', [top], []],
    ['1.10.3', '2.4', [top], []],
    ['2.2.3', '2.4', [top], []],
    ['2.4.3', '2.6', [pg(13)], []],
    ['2.8.3', '2.10', [pg(13)], []],
    ['2.10.3', '2.12', [pg(14)], []],
    ['2.12.3', '2.15', [pg(15)], []],
    ['2.15.1', '2.15.2', [pg(15)], []],
    // The directory with which Harbor works is not there, or is of another version.
    ['1.10.3', '2.4', [], ['stop: database']],
    ['2.8.3', '2.10', [], ['stop: database/pg13']],
    ['2.10.3', '2.12', [pg(13)], ['stop: database/pg14']],
    ['2.10.3', '2.12', [top], ['stop: database/pg14']],
    ['2.12.3', '2.15', [pg(18)], ['stop: database/pg15', 'stop: database/pg18']],
    ['2.10.3', '2.12', [['database/pg14', '13']], ['stop: database/pg14']],
    // What a broken upgrade left lies where a hop is to write, now or later on the way.
    ['2.10.3', '2.12', [pg(14), pg(15)], ['stop: database/pg15']],
    ['2.8.3', '2.12', [pg(13), pg(15)], ['stop: database/pg15']],
    ['2.15.1', '2.15.2', [pg(15), pg(18)], ['stop: database/pg18']],
    ['2.8.3', '2.10', [pg(13), pg(15)], []],
    // A Harbor before 1.6 keeps MariaDB.
    ['1.4.3', '1.6', [], []],
    ['1.4.3', '1.6', [top], ['stop: database']],
  ] as const)('from %s to %s with %j says %j', (from, to, there, expected) => {
    expect(says(emptyDatabase, well(lies(...there), from), { to })).toEqual(expected);
  });

  const sources = harborReleases().rows.slice(4, -1);
  it.each(sources.map(({ minor }) => minor))('stops every way from %s where its directory is missing', (minor) => {
    const [finding, ...others] = found(emptyDatabase, well(lies(), `${minor}.1`), { to: '2.15' });
    expect([finding?.severity, finding?.subject, others]).toEqual([
      'stop',
      releaseOf(minor)?.database[0]?.directory,
      [],
    ]);
    expect(finding?.evidence).toContain('The container would make an empty PostgreSQL');
    expect(finding?.source).toContain('goharbor/harbor#15538');
  });

  it('names what lies there instead', () => {
    expect(found(emptyDatabase, well(lies(pg(13))))[0]?.evidence).toBe(
      'It is not there; there is PostgreSQL 13 in database/pg13. The container would make an empty PostgreSQL 15.',
    );
  });

  it('is no danger to a database outside, and is unknown where nobody could look', () => {
    expect(says(emptyDatabase, well({ ...lies(), database: 'external' }))).toEqual([]);
    expect(says(emptyDatabase, well({ postgres: gap('the directories') }))).toEqual(['unknown: the directories']);
    expect(says(emptyDatabase, well({ databaseBytes: known(0) }, '1.4.3'), { to: '1.6' })).toEqual(['stop: database']);
    expect(says(emptyDatabase, well({ databaseBytes: gap('its size') }, '1.4.3'), { to: '1.6' })).toEqual([
      'unknown: its size',
    ]);
  });
});

describe('several databases', () => {
  it.each([
    ['2.10.3', '2.12', [pg(14)], []],
    ['2.10.3', '2.12', [pg(13), pg(14)], ['warning: database/pg13']],
    ['2.10.3', '2.12', [top, pg(13), pg(14)], ['stop: database', 'warning: database/pg13']],
    ['2.4.3', '2.6', [top, pg(13)], ['warning: database']],
    ['2.6.3', '2.8', [top, pg(13)], ['stop: database']],
    ['1.4.3', '1.6', [top], []],
  ] as const)('from %s to %s with %j says %j', (from, to, there, expected) => {
    expect(says(severalDatabases, well(lies(...there), from), { to })).toEqual(expected);
  });
});

describe('a MariaDB', () => {
  it.each([
    ['works', []],
    ['missing', ['stop: MariaDB']],
    ['refused', ['stop: MariaDB']],
    ['differs', ['stop: MariaDB']],
    ['unusable', ['stop: MariaDB']],
    ['none', ['stop: MariaDB']],
    ['untried', ['unknown: MariaDB']],
  ] as const)('whose password is %s says %j', (access, expected) => {
    for (const to of ['1.5', '1.6', '1.8'])
      expect(says(mariadb, well({ mariadb: known(access) }, '1.4.3'), { to })).toEqual(expected);
  });

  it('is unknown where nobody could look, and none of those who have none', () => {
    expect(says(mariadb, well({ mariadb: gap('MariaDB') }, '1.4.3'), { to: '1.6' })).toEqual(['unknown: MariaDB']);
    expect(says(mariadb, well({ mariadb: known('none') }, '1.6.3'), { to: '1.8' })).toEqual([]);
    expect(says(mariadb, well({ mariadb: known('refused') }, '1.4.0'), { to: '1.4.3' })).toEqual([]);
    expect(says(mariadb, well({ mariadb: known('refused'), database: 'external' }, '1.4.3'), { to: '1.6' })).toEqual(
      [],
    );
  });
});

describe('the dirty schema', () => {
  const dirty = { schema: known({ version: '71', isDirty: true }) };
  it('stops, and is unknown where the database could not be asked', () => {
    expect(says(dirtySchema, well())).toEqual([]);
    expect(found(dirtySchema, well(dirty))).toMatchObject([
      { severity: 'stop', evidence: 'The schema is at 71 and dirty: a migration was cut short.' },
    ]);
    expect(says(dirtySchema, well({ schema: gap('the schema') }))).toEqual(['unknown: the schema']);
  });

  it('is of 1.6 and later', () => {
    expect(says(dirtySchema, well({ schema: gap('the schema') }, '1.4.3'), { to: '1.6' })).toEqual([]);
    expect(says(dirtySchema, well(dirty, '1.6.3'), { to: '1.8' })).toEqual(['stop: schema_migrations']);
  });
});

describe('a database outside', () => {
  const outside = (version: string) => ({
    ...({ database: 'external', externalPostgres: known(version) } as const),
    configuration: known({ ...configuration, hasExternalDatabase: true }),
  });

  const notCopied = 'warning: the external database';
  it.each([
    ['9.6.24', '2.2.3', '2.4', []],
    ['9.6.24', '2.4.3', '2.6', ['stop: PostgreSQL 9.6.24']],
    ['10.23', '2.4.3', '2.8', []],
    ['10.23', '2.8.3', '2.10', ['stop: PostgreSQL 10.23']],
    ['11.2', '2.10.3', '2.12', ['stop: PostgreSQL 11.2']],
    ['12.1', '2.4.3', '2.15', []],
    ['9.6.24', '2.2.3', '2.15', ['stop: PostgreSQL 9.6.24', 'stop: PostgreSQL 9.6.24']],
    ['of old', '2.10.3', '2.12', ['unknown: the external database']],
  ])('of %s from %s to %s says %j', (version, from, to, expected) => {
    expect(says(externalDatabase, well(outside(version), from), { to })).toEqual([notCopied, ...expected]);
  });

  it('is unknown where it could not be asked, if a hop asks for a version', () => {
    const silent = { ...outside('16'), externalPostgres: gap('its version') };
    expect(says(externalDatabase, well(silent))).toEqual([notCopied, 'unknown: its version']);
    expect(says(externalDatabase, well(silent, '2.2.3'), { to: '2.4' })).toEqual([notCopied]);
  });

  it('before 1.6 is for people', () => {
    expect(says(externalDatabase, well(outside('5.7'), '1.4.3'), { to: '1.6' })).toEqual([
      ...[notCopied, 'stop: database of 1.6.3'],
    ]);
    expect(says(externalDatabase, well(outside('5.7'), '1.2.2'), { to: '1.3' })).toEqual([
      ...[notCopied, 'stop: database of 1.3.3'],
    ]);
  });

  it('must be what salvor.yaml says', () => {
    const { configuration: elsewhere } = outside('16');
    expect(says(externalDatabase, well({ configuration: elsewhere }))).toEqual(['stop: database: bundled']);
    expect(says(externalDatabase, well({ database: 'external' }))).toEqual([
      ...['stop: database: external', notCopied],
    ]);
    expect(says(externalDatabase, well({ configuration: gap('harbor.yml') }))).toEqual(['unknown: harbor.yml']);
  });
});
