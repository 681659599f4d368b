import { expect, it } from 'vitest';
import { harborReleases } from '../../../../src/ops/harbor/facts/releases.ts';
import { nextVersions } from '../../../../src/ops/harbor/status/next-versions.ts';
import { plainPath } from '../../../../src/ops/harbor/upgrade/in-words.ts';
import { installer, known, well } from '../observed.ts';

const ways = (running: string, packages: readonly string[] = [], database: 'bundled' | 'external' = 'bundled') =>
  Object.fromEntries(
    nextVersions(
      { ...well({ packages: known(packages.map((one) => installer(one))) }, running), database },
      running,
    ).map(({ minor, hops }) => [minor, plainPath(hops)]),
  );

it('goes through all later minors to which a way leads, the nearest first', () => {
  const found = nextVersions(well(), '2.10.3').map(({ minor }) => minor);
  const later = harborReleases().rows.map(({ minor }) => minor);
  expect(found[0]).toBe('2.11');
  expect(found).toEqual(later.slice(later.indexOf('2.11')));
});

it.each([
  ['2.10.3', '2.11', '2.10.3 → 2.11'],
  ['2.10.3', '2.12', '2.10.3 → 2.12'],
  ['2.10.3', '2.13', '2.10.3 → 2.12 → 2.13'],
  ['1.10.19', '2.2', '1.10.19 → 2.2'],
])('%s may go to %s: %s', (running, minor, way) => {
  expect(ways(running)).toMatchObject({ [minor]: way });
});

it('names the patches whose packages lie on the host', () => {
  expect(ways('2.10.3', ['2.12.4', '2.13.1'])).toMatchObject({
    '2.12': '2.10.3 → 2.12.4',
    '2.13': '2.10.3 → 2.12.4 → 2.13.1',
  });
});

it('leaves out what no way leads to', () => {
  const newest = harborReleases().newest.version;
  expect(ways(newest)).toEqual({});
  expect(ways('2.10.3')).not.toHaveProperty('2.10');
  expect(ways('2.10.3')).not.toHaveProperty('2.9');
  expect(ways('9.1.0')).toEqual({});
});

it('finds none from what is no version', () => {
  expect(nextVersions(well(), 'dev')).toEqual([]);
});
