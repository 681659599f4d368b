import { describe, expect, it } from 'vitest';
import type { Backup } from '../../../../src/ops/etcd/backup/backup.ts';
import { historyOf } from '../../../../src/ops/etcd/history/backup-history.ts';
import { drawHistory } from '../../../../src/ops/etcd/history/draw-history.ts';
import { historyInWords } from '../../../../src/ops/etcd/history/history-in-words.ts';
import { createBackupPlanter } from '../../../fakes/backups.ts';
import { createFakeClock } from '../../../fakes/clock.ts';
import { clusterOf } from '../../../fakes/cluster.ts';
import { createFakeObjects } from '../../../fakes/objects.ts';

const mib = 1024 ** 2;
const clock = createFakeClock();
const now = clock.now();
const cluster = clusterOf({ foreign: ['old'] });
const plant = createBackupPlanter(createFakeObjects(clock, { buckets: ['main'] }), cluster);
const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000);

function taken(hours: number, databaseMib = 500, broken = false): Backup {
  const database = { sizeBytes: databaseMib * mib, sha256: 'a'.repeat(64) };
  const backup = plant.own({
    id: `r-${hours}`,
    takenAt: ago(hours),
    database,
    stored: { sizeBytes: databaseMib * 200_000 },
  });
  return broken
    ? { ...backup, verification: plant.verified(backup, { passed: false, findings: ['A byte differs.'] }) }
    : backup;
}

const history = (backups: readonly Backup[], name = 'prod-1') => {
  const found = historyOf(name, backups, now);
  if (!found) throw new Error('there is no history');
  return found;
};
const gaps = (...hours: number[]) => history(hours.map((each) => taken(each))).gaps.map(({ from, to }) => [from, to]);

describe('a gap', () => {
  it('is longer than twice the usual distance', () => {
    expect(gaps(1, 7, 13, 26, 32)).toEqual([[ago(26), ago(13)]]);
    expect(gaps(1, 7, 13, 25, 31)).toEqual([]);
  });

  it('may still go on', () => {
    expect(gaps(20, 26, 32, 38)).toEqual([[ago(20), now]]);
  });

  it('is none while nothing is usual yet', () => {
    expect(gaps(1, 2, 30)).toEqual([]);
    expect(gaps(50)).toEqual([]);
  });

  it('is none because somebody took another one between', () => {
    expect(gaps(1, 6.5, 7, 13, 19, 25)).toEqual([]);
  });
});

describe('a history', () => {
  it('is none without backups', () => {
    expect(historyOf('prod-1', [], now)).toBeUndefined();
  });

  it('is said in words: sizes, gaps, what was found broken', () => {
    const all = [1, 7, 13, 31, 37].map((hours) => taken(hours, 500 + hours));
    expect(historyInWords(history([...all, taken(19, 480, true)]))).toBe(
      'Sizes of 6 backups of prod-1, taken between 2026-02-27 20:00 UTC and 2026-03-01 08:00 UTC. Size of the database: between 480 MiB and 537 MiB. ' +
        'Size in the store: between 91.6 MiB and 102 MiB. No gaps. Found broken: r-19, taken 2026-02-28 14:00 UTC.',
    );
  });

  it('stays short in words, however much there is to say', () => {
    const pattern = [0, 1, 2, 9];
    const all = Array.from({ length: 200 }, (_, index) =>
      taken(Math.floor(index / 4) * 15 + (pattern[index % 4] ?? 0), 500, true),
    );
    const words = historyInWords(history(all));
    expect(words.length).toBeLessThan(700);
    expect(words).toMatch(/99 gaps: .*; and 96 more\. Found broken: .*; and 197 more\.$/);
  });
});

describe('its drawing', () => {
  const count = (svg: string, what: RegExp) => svg.match(new RegExp(what, 'g'))?.length ?? 0;
  const textsIn = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text);

  it('says sizes, ages and dates, and what its marks mean', () => {
    const backups = [1, 25, 49, 73, 169].map((hours) => taken(hours));
    expect(textsIn(drawHistory(history([...backups, taken(97, 500, true)])))).toEqual([
      ...['prod-1', '6 backups, the newest 1 h old'],
      ...['gap', 'broken', 'not verified'],
      ...['0', '200 MiB', '400 MiB', '600 MiB'],
      ...['now', '1 Mar', '2 d ago', '27 Feb', '4 d ago', '25 Feb', '6 d ago', '23 Feb', 'UTC'],
      'gap 3 d',
      ...['500 MiB', 'database', '95.4 MiB', 'stored'],
    ]);
  });

  it('hatches gaps and crosses what was found broken', () => {
    const calm = drawHistory(history([1, 2, 3, 4].map((hours) => taken(hours))));
    const wild = drawHistory(history([taken(1), taken(2, 500, true), taken(3), taken(4), taken(30)]));
    expect(count(calm, /url\(#hatching\)/)).toBe(0);
    // One in the picture, one in its legend.
    expect(count(wild, /url\(#hatching\)/)).toBe(2);
    expect(count(wild, /stroke="#c0142d" stroke-width="4"/)).toBe(2);
  });

  it('marks only the verified ones where there are very many', () => {
    const all = Array.from({ length: 300 }, (_, index) => taken(index + 1));
    const [first, ...rest] = all;
    const verified = first ? [{ ...first, verification: plant.verified(first) }, ...rest] : [];
    expect(count(drawHistory(history(all.slice(0, 100))), /<circle/)).toBe(101);
    expect(count(drawHistory(history(verified)), /<circle/)).toBe(2);
    expect(drawHistory(history(verified))).not.toContain('not verified');
  });

  it('shows what something else made as squares, without a size that nobody knows', async () => {
    const foreign = await plant.foreign('etcd-20260228.tar.gz', Buffer.alloc(900));
    const svg = drawHistory(history([foreign]));
    expect(textsIn(svg)).toContain('foreign');
    expect(textsIn(svg)).not.toContain('database');
    expect(svg).not.toContain('NaN');
  });

  it.each([
    ['one that was taken just now', [0]],
    ['one from the future', [-5]],
    ['two at the same time', [1, 1]],
    ['years of them', [1, 10_000, 20_000, 30_000]],
  ])('takes %s', (_, hours) => {
    const svg = drawHistory(history(hours.map((each) => taken(each))));
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(count(svg, / ago</)).toBeLessThan(8);
  });

  it('lets no name break out of its place', () => {
    expect(drawHistory(history([taken(1)], '<b>&'))).toContain('>&lt;b&gt;&amp;<');
    expect(drawHistory(history([taken(1)], 'x'.repeat(63)))).toContain(`>${'x'.repeat(31)}…<`);
  });
});
