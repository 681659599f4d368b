import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../../src/chatops/errors.ts';
import { harborReleases } from '../../../../src/ops/harbor/facts/releases.ts';
import { findPath, type Wish } from '../../../../src/ops/harbor/path/find-path.ts';
import { Hop, hopInWords } from '../../../../src/ops/harbor/path/hop.ts';

const way = (from: string, to: string, rest: Partial<Wish> = {}) =>
  findPath({ from, to, database: 'bundled', ...rest });
const stops = (from: string, to: string, rest: Partial<Wish> = {}) => way(from, to, rest).map(({ to: stop }) => stop);
const minors = (from: string, to: string, rest: Partial<Wish> = {}) => {
  const hops = way(from, to, rest);
  return [hops[0]?.fromMinor, ...hops.map(({ toMinor }) => toMinor)];
};

describe('the shortest way', () => {
  it.each(harborReleases().shortestPaths.map(({ from, to, ...paths }) => [from, to, paths] as const))(
    'from %s to %s is the one of the table',
    (from, to, { documented, bundledPostgresSafe }) => {
      expect(minors(`${from}.1`, to)).toEqual(bundledPostgresSafe);
      expect(minors(`${from}.1`, to, { database: 'external' })).toEqual(documented);
    },
  );

  const pairs = harborReleases().rows.flatMap(({ minor, from }) => from.map((source) => [source, minor] as const));
  it.each(pairs)('from %s to %s is one hop, as the guide has it', (from, to) => {
    for (const database of ['bundled', 'external'] as const)
      expect(minors(`${from}.1`, to, { database })).toEqual([from, to]);
  });

  const all = harborReleases().rows.flatMap(({ minor: to }, nth, rows) =>
    rows.slice(0, nth).map(({ minor: from }) => [from, to] as const),
  );
  it('leads from each release to each later one, by documented hops that the database lives through', () => {
    expect(all).toHaveLength(300);
    for (const [from, to] of all) {
      const hops = way(`${from}.1`, to);
      expect(hops.at(-1)?.toMinor).toBe(to);
      for (const hop of hops) expect(pairs).toContainEqual([hop.fromMinor, hop.toMinor]);
      for (const { database } of hops) {
        if (!database) throw new Error('The bundled database is not told.');
        const { before, after } = database;
        const isMigrated = before.engine === 'MariaDB' && after.version === '9.6';
        expect(isMigrated || [after.version, after.convertsFrom].includes(before.version)).toBe(true);
      }
    }
  });

  it('takes the patches that lie at hand, the newest of each minor', () => {
    const packages = ['2.11.0', '2.11.2', 'v2.14.1', '2.15.1', '2.12.0-rc1', 'latest'];
    const hops = way('v2.9.4-1a2b3c4d', '2.15', { packages });
    expect(hops.map(hopInWords)).toEqual(['2.9.4 → 2.11.2', '2.11.2 → 2.14.1', '2.14.1 → 2.15.1']);
    expect(hops.map(({ isAtHand, isFirst }) => [isAtHand, isFirst])).toEqual([
      [true, true],
      [true, false],
      [true, false],
    ]);
  });

  it('goes by minors for which packages lie at hand, where that is no longer', () => {
    expect(stops('2.9.4', '2.15', { packages: ['2.10.3', '2.12.4', '2.15.2'] })).toEqual([
      '2.10.3',
      '2.12.4',
      '2.15.2',
    ]);
    expect(stops('2.12.4', '2.15', { packages: ['2.13.5', '2.15.2'] })).toEqual(['2.15.2']);
  });

  it('names the minor where no patch of it is known, and the newest that is', () => {
    const hops = way('2.9.4', '2.15');
    expect(hops.map(({ to, image, isAtHand }) => [to, image, isAtHand])).toEqual([
      ['2.11', 'goharbor/prepare:v2.11.x', false],
      ['2.14', 'goharbor/prepare:v2.14.x', false],
      ['2.15.2', 'goharbor/prepare:v2.15.2', false],
    ]);
  });

  it('goes to just the patch that was asked for', () => {
    expect(stops('2.12.4', '2.15.0', { packages: ['2.15.2'] })).toEqual(['2.15.0']);
    expect(stops('2.12.1', 'v2.12.4')).toEqual(['2.12.4']);
    expect(stops('2.12.1', '2.12', { packages: ['2.12.4'] })).toEqual(['2.12.4']);
  });

  it('warns of a patch that the data does not know', () => {
    expect(way('2.14.1', '2.15.3').flatMap(({ warnings }) => warnings)).toEqual([
      'Nothing is known here of 2.15.3: the data ends with 2.15.2 (2026-08-23). Read its release notes before.',
    ]);
    expect(way('2.14.1', '2.15.2').flatMap(({ warnings }) => warnings)).toEqual([]);
  });
});

describe('what is no upgrade', () => {
  it.each([
    ['2.9.4', 'latest', '“latest” is no version of Harbor.'],
    ['2.9.4', '2', '“2” is no version of Harbor.'],
    ['2.9.4', '2.12; reboot', '“2.12; reboot” is no version of Harbor.'],
    ['dev-1a2b', '2.12', 'The registry says it runs “dev-1a2b”, which is no version of Harbor.'],
    ['2.9.4', '2.12.0-rc1', '2.12.0-rc1 is a release candidate.'],
    ['v2.9.0-rc2-1a2b', '2.12', 'The registry runs 2.9.0-rc2, a release candidate, from which no guide leads on.'],
    ['2.9.4', '2.8', 'The registry runs 2.9.4: 2.8 would be a step back.'],
    ['2.9.4', '1.1', 'The registry runs 2.9.4: 1.1 would be a step back.'],
    ['2.9.4', '2.9.1', 'The registry runs 2.9.4: 2.9.1 would be a step back.'],
    ['2.9.4', '2.9.4', 'The registry runs 2.9.4 already.'],
    ['2.9.4', '2.9', 'The registry runs 2.9.4 already.'],
    ['2.15.2', '2.15', 'The registry runs 2.15.2 already.'],
    ['1.10.4', '1.11', 'There is no Harbor 1.11: the data knows 1.2 to 2.15 (2026-08-23).'],
    ['1.1.2', '2.0', 'The registry runs 1.1.2, and the data knows 1.2 to 2.15 (2026-08-23).'],
    ['2.14.1', '2.16', 'Nothing is known here of Harbor 2.16: the data ends with 2.15 (2026-08-23).'],
    ['2.14.1', '3.0.1', 'Nothing is known here of Harbor 3.0: the data ends with 2.15 (2026-08-23).'],
    ['2.16.0', '2.15', 'The registry runs 2.16.0, and the data knows 1.2 to 2.15 (2026-08-23).'],
    [
      '2.15',
      '2.15.2',
      'The registry says it runs 2.15 and not which patch, and patches of 2.15 differ in their database.',
    ],
  ])('refuses from %s to %s', (from, to, message) => {
    for (const database of ['bundled', 'external'] as const) {
      expect(() => way(from, to, { database })).toThrow(Refusal);
      expect(() => way(from, to, { database })).toThrow(message);
    }
  });
});

describe('a hop', () => {
  it('names the databases before and after, and the trap of a mere patch', () => {
    const databases = way('2.8.4', '2.15').map(({ database }) => [
      ...[database?.before.version, database?.after.version, database?.after.directory, database?.isConverted],
    ]);
    expect(databases).toEqual([
      ['13', '14', 'database/pg14', true],
      ['14', '15', 'database/pg15', true],
      ['15', '18', 'database/pg18', true],
    ]);
    expect(way('2.15.1', '2.15.2')[0]?.database).toMatchObject({ isConverted: true, after: { version: '18' } });
    expect(way('2.12.1', '2.12.4')[0]?.database).toMatchObject({ isConverted: false, after: { version: '15' } });
    expect(way('2.8.4', '2.15', { database: 'external' }).some(({ database }) => database)).toBe(false);
  });

  it('tells of what each release on the way costs, those that it passes over too', () => {
    const [hop] = way('1.10.4', '2.4');
    expect(hop?.losses.map(({ what, component }) => [what, component])).toEqual([['scan results', 'clair']]);
    expect(hop?.warnings).toEqual([
      'The first start walks the registry to make OCI artifacts of what it holds: the API is slow or silent meanwhile.',
      'Only one core may run while it migrates.',
    ]);
    expect(hop?.notes).toContain('Certificates of internal TLS need subject alternative names: make them anew.');
    expect(way('2.6.4', '2.10').map(({ losses }) => losses.map(({ what }) => what))).toEqual([
      ['charts'],
      ['signatures'],
    ]);
    expect(way('1.7.8', '1.9')[0]?.warnings).toHaveLength(2);
    expect(way('1.5.4', '1.6')[0]?.warnings[0]).toContain('16 GB');
  });

  it('names the configuration before and after, and who migrates the schema', () => {
    const told = way('1.2.2', '2.4').map((hop) => [hop.to, hop.config.before, hop.config.after, hop.schemaMigratedBy]);
    expect(told).toEqual([
      ['1.6', 'harbor.cfg', 'harbor.cfg', 'adminserver'],
      ['1.8', 'harbor.cfg', 'harbor.yml', 'core'],
      ['1.10', 'harbor.yml', 'harbor.yml', 'core'],
      ['2.4', 'harbor.yml', 'harbor.yml', 'core'],
    ]);
  });

  it('tells of the migrator that it runs, and of none that it passes over', () => {
    expect(way('1.8.6', '1.10')[0]?.notes.join()).not.toContain('1.9');
    expect(way('1.8.6', '1.9')[0]?.notes.join()).toContain('chart.absolute_url');
  });

  it('can be written down and read again', () => {
    const hops = way('1.10.4', '2.15', { uses: { parts: ['clair'], wrapperFlags: ['--with-notary'] } });
    expect(JSON.parse(JSON.stringify(hops)).map((hop: unknown) => Hop.parse(hop))).toEqual(hops);
  });
});
