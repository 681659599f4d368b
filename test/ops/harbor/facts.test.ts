import { describe, expect, it } from 'vitest';
import { harborReleases, releaseOf, sourceOfDanger } from '../../../src/ops/harbor/facts/releases.ts';
import { bundledDatabaseOf, unsafeJump } from '../../../src/ops/harbor/path/bundled-database.ts';
import { versionOf } from '../../../src/ops/harbor/path/versions.ts';

const versionIn = (text: string) => {
  const version = versionOf(text);
  if (!version) throw new Error(`${text} is no version.`);
  return version;
};

describe("the table of Harbor's releases", () => {
  const { rows, jumps, shortestPaths, dangers, asOf, newest } = harborReleases();

  it('is whole, each row with its source', () => {
    expect(rows).toHaveLength(25);
    expect(shortestPaths).toHaveLength(11);
    expect(dangers.map(({ id }) => id)).toEqual(['empty-db', 'dirty-schema', 'probe-kill', 'invalid-flag']);
    expect([asOf, newest.version]).toEqual(['2026-08-23', '2.15.2']);
    expect(sourceOfDanger('empty-db')).toContain('goharbor/harbor#15538');
    expect(sourceOfDanger('flood')).toBeUndefined();
  });

  it('lists minors in their order, each with sources that come before it', () => {
    for (const [nth, { from }] of rows.entries()) {
      const before = rows.slice(0, nth).map(({ minor }) => minor);
      expect(before.slice(before.length - from.length)).toEqual(from);
    }
    expect(releaseOf('1.11')).toBeUndefined();
  });

  it.each([
    ['1.2.0', 'MariaDB', undefined, 'database'],
    ['1.5.4', 'MariaDB', undefined, 'database'],
    ['1.6.0', 'PostgreSQL', '9.6', 'database'],
    ['2.2.4', 'PostgreSQL', '9.6', 'database'],
    ['2.3.0', 'PostgreSQL', '13', 'database/pg13'],
    ['2.8.6', 'PostgreSQL', '13', 'database/pg13'],
    ['2.9.0', 'PostgreSQL', '14', 'database/pg14'],
    ['2.11.0', 'PostgreSQL', '15', 'database/pg15'],
    ['2.15.0', 'PostgreSQL', '15', 'database/pg15'],
    ['2.15.1', 'PostgreSQL', '15', 'database/pg15'],
    ['2.15.2', 'PostgreSQL', '18', 'database/pg18'],
    ['2.15.7', 'PostgreSQL', '18', 'database/pg18'],
  ])('%s comes with %s %s in %s', (text, engine, version, directory) => {
    const found = bundledDatabaseOf(versionIn(text));
    expect([found?.engine, found?.version, found?.directory]).toEqual([engine, version, directory]);
  });

  it.each(jumps.refusedByContainer.pairs)('%s to %s: the container refuses the files of PostgreSQL 9.6', (from, to) => {
    expect(unsafeJump(versionIn(from), versionIn(to))).toBe(jumps.refusedByContainer.why);
  });

  it.each(jumps.silentEmptyDatabase.pairs)('%s to %s: the container makes an empty database', (from, to) => {
    expect(unsafeJump(versionIn(from), versionIn(to))).toBe(jumps.silentEmptyDatabase.why);
  });

  it('knows as unsafe these jumps from 1.6 on and no others', () => {
    const named = new Set([...jumps.refusedByContainer.pairs, ...jumps.silentEmptyDatabase.pairs].map(String));
    const minors = rows.map(({ minor }) => minor);
    const sources = minors.slice(minors.indexOf('1.6'));
    const unsafe = sources.flatMap((from, nth) =>
      [...sources.slice(nth + 1), '2.15.2']
        .filter((to) => unsafeJump(versionIn(from), versionIn(to)) !== undefined)
        .map((to) => `${from},${to}`),
    );
    expect(new Set(unsafe)).toEqual(named);
  });

  it('lets only the migrator of 1.6 make PostgreSQL of MariaDB', () => {
    expect(unsafeJump(versionIn('1.5.4'), versionIn('1.6.3'))).toBeUndefined();
    expect(unsafeJump(versionIn('1.5.4'), versionIn('1.7.8'))).toBe(
      'Only the migrator of 1.6 makes PostgreSQL of MariaDB.',
    );
  });

  it('converts with a mere patch what 2.15.0 and 2.15.1 left', () => {
    for (const from of jumps.patchReleaseTrap.from)
      expect(unsafeJump(versionIn(from), versionIn(jumps.patchReleaseTrap.to))).toBeUndefined();
    expect(bundledDatabaseOf(versionIn('2.15.2'))?.convertsFrom).toBe('15');
  });
});
