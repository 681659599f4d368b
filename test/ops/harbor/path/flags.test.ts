import { describe, expect, it } from 'vitest';
import { harborReleases } from '../../../../src/ops/harbor/facts/releases.ts';
import { findPath } from '../../../../src/ops/harbor/path/find-path.ts';
import { optionalParts, type Uses } from '../../../../src/ops/harbor/path/flags.ts';

const hops = (from: string, to: string, uses: Partial<Uses>) =>
  findPath({ from, to, database: 'bundled', uses: { parts: [], wrapperFlags: [], ...uses } });

const before22 = ['--with-notary', '--with-clair'];
/** By target, of all that could be wanted. */
const expected: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(['1.3', '1.4', '1.5'].map((minor) => [minor, before22])),
  ...Object.fromEntries(
    ['1.6', '1.7', '1.8', '1.9', '1.10'].map((minor) => [minor, [...before22, '--with-chartmuseum']]),
  ),
  ...Object.fromEntries(['2.0', '2.1'].map((minor) => [minor, [...before22, '--with-trivy', '--with-chartmuseum']])),
  ...Object.fromEntries(
    ['2.2', '2.3', '2.4', '2.5', '2.6', '2.7'].map((minor) => [
      minor,
      ['--with-notary', '--with-trivy', '--with-chartmuseum'],
    ]),
  ),
  '2.8': ['--with-notary', '--with-trivy'],
  ...Object.fromEntries([9, 10, 11, 12, 13, 14, 15].map((nth) => [`2.${nth}`, ['--with-trivy']])),
};

describe('the flags of the installer', () => {
  const pairs = harborReleases().rows.flatMap(({ minor, from }) => from.map((source) => [source, minor] as const));
  it.each(pairs)('from %s to %s are those that the target takes; each other is told', (from, to) => {
    const [hop] = hops(`${from}.0`, `${to}.1`, { parts: optionalParts });
    expect(hop?.flags).toEqual(expected[to]);
    const dropped = hop?.dropped.map(({ flag }) => flag) ?? [];
    expect([...(hop?.flags ?? []), ...dropped].toSorted()).toEqual(
      optionalParts.map((part) => `--with-${part}`).toSorted(),
    );
  });

  it('are dropped once in a way, each with who wants it and what would happen', () => {
    const way = hops('1.10.4', '2.12', {
      parts: ['clair', 'chartmuseum'],
      wrapperFlags: ['--with-clair', '--with-notary'],
    });
    expect(way.map(({ to, flags }) => [to, flags])).toEqual([
      ['2.4', ['--with-notary', '--with-chartmuseum']],
      ['2.6', ['--with-notary', '--with-chartmuseum']],
      ['2.8', ['--with-notary']],
      ['2.10', []],
      ['2.12', []],
    ]);
    expect(way.map(({ dropped }) => dropped)).toEqual([
      [
        {
          ...{ flag: '--with-clair', wantedBy: 'the registry' },
          why: 'Given to Harbor 2.4, the installer stops, since Clair is no longer shipped.',
        },
      ],
      [],
      [{ flag: '--with-chartmuseum', wantedBy: 'the registry', why: 'Given to Harbor 2.8, the installer rejects it.' }],
      [
        {
          ...{ flag: '--with-notary', wantedBy: 'the wrapper script' },
          why: 'Given to Harbor 2.10, the installer prints its usage and stops.',
        },
      ],
      [],
    ]);
  });

  it('wait for the release that knows them', () => {
    const way = hops('1.8.4', '2.4', { wrapperFlags: ['--with-trivy'] });
    expect(way.map(({ to, flags, dropped }) => [to, flags, dropped.length])).toEqual([
      ['1.10', [], 1],
      ['2.4', ['--with-trivy'], 0],
    ]);
  });

  it('that no installer knows are dropped', () => {
    const [hop] = hops('2.9.4', '2.11', { wrapperFlags: ['--with-admiral'] });
    expect(hop?.dropped).toEqual([
      {
        ...{ flag: '--with-admiral', wantedBy: 'the wrapper script' },
        why: 'Given to Harbor 2.11, the installer does not know it and stops.',
      },
    ]);
  });
});
