import { describe, expect, it } from 'vitest';
import type { OwnBackup } from '../../../../src/ops/etcd/backup/backup.ts';
import { findShrinkage, shrinkageInWords, shrinkageOf } from '../../../../src/ops/etcd/backup/shrinkage.ts';
import { createBackupPlanter } from '../../../fakes/backups.ts';
import { createFakeClock } from '../../../fakes/clock.ts';
import { clusterOf } from '../../../fakes/cluster.ts';
import { createFakeObjects } from '../../../fakes/objects.ts';

const mib = 1024 ** 2;
const clock = createFakeClock();
const now = clock.now();
const plant = createBackupPlanter(createFakeObjects(clock, { buckets: ['main'] }), clusterOf());

interface Sizes {
  readonly databaseMib?: number;
  readonly storedMib?: number;
  readonly live?: number;
  readonly compression?: 'zstd' | 'none';
}

function sized(
  hoursAgo: number,
  { databaseMib = 500, storedMib = 100, live, compression = 'zstd' }: Sizes = {},
): OwnBackup {
  return plant.own({
    id: `r-${hoursAgo}`,
    takenAt: new Date(now.getTime() - hoursAgo * 3_600_000),
    database: { sizeBytes: databaseMib * mib, sha256: '0'.repeat(64) },
    stored: { sizeBytes: storedMib * mib, compression },
    manifest: { keys: { total: 1, revisions: 1, ...(live === undefined ? {} : { live }) } },
  });
}

const usual = (changes: Sizes = {}) => [2, 3, 4, 5, 6].map((hours) => sized(hours, changes));

describe('raises an alarm', () => {
  it('for a database, a stored size or live keys below 70 % of the median, each with its numbers', () => {
    const alarm = findShrinkage(
      [sized(1, { databaseMib: 120, storedMib: 24, live: 800 }), ...usual({ live: 12_400 })],
      now,
    );
    expect(alarm?.backup.id).toBe('r-1');
    expect(alarm?.shrunk).toEqual([
      { what: 'database', now: 120 * mib, median: 500 * mib },
      { what: 'stored size', now: 24 * mib, median: 100 * mib },
      { what: 'live keys', now: 800, median: 12_400 },
    ]);
    expect(alarm && shrinkageInWords(alarm)).toBe(
      'r-1 has shrunk against the median of the 5 backups before it: database 120 MiB, 24 % of 500 MiB; ' +
        'stored size 24.0 MiB, 24 % of 100 MiB; live keys 800, 6 % of 12 400',
    );
  });

  it('for keys alone', () => {
    expect(findShrinkage([sized(1, { live: 69 }), ...usual({ live: 100 })], now)?.shrunk).toEqual([
      { what: 'live keys', now: 69, median: 100 },
    ]);
  });

  it('whatever the order, and by the five before it alone', () => {
    const older = [7, 8, 9, 10, 11, 12].map((hours) => sized(hours, { databaseMib: 10, storedMib: 2 }));
    const backups = [...older, ...usual(), sized(1, { databaseMib: 10 })];
    expect(findShrinkage(backups, now)?.shrunk).toEqual([{ what: 'database', now: 10 * mib, median: 500 * mib }]);
  });

  it('by three where there are no more', () => {
    expect(findShrinkage([sized(1, { databaseMib: 10 }), ...usual().slice(2)], now)?.compared).toBe(3);
  });
});

describe('raises none', () => {
  it.each<[string, readonly OwnBackup[]]>([
    ['where nothing changed', [sized(1), ...usual()]],
    ['at 70 %', [sized(1, { databaseMib: 350, storedMib: 70 }), ...usual()]],
    ['for one that grew', [sized(1, { databaseMib: 5_000 }), ...usual()]],
    ['where a single one before was large', [sized(1), sized(2, { databaseMib: 5_000 }), ...usual().slice(1)]],
    [
      'once three of five are as small',
      [1, 2, 3, 4].map((hours) => sized(hours, { databaseMib: 10, storedMib: 2 })).concat(usual().slice(3)),
    ],
    ['with two to compare with', [sized(1, { databaseMib: 10 }), ...usual().slice(3)]],
    ['with none to compare with', [sized(1)]],
    ['without a backup', []],
    ['for another compression', [sized(1, { storedMib: 24, compression: 'zstd' }), ...usual({ compression: 'none' })]],
    ['where keys are not known', [sized(1), ...usual({ live: 12_400 })]],
  ])('%s', (_, backups) => {
    expect(findShrinkage(backups, now)).toBeUndefined();
  });

  it('for a backup from the future, and still sees the newest of today', () => {
    const future = sized(-9_000, { databaseMib: 10 });
    expect(findShrinkage([future, sized(1), ...usual()], now)).toBeUndefined();
    expect(findShrinkage([future, sized(1, { databaseMib: 10 }), ...usual()], now)?.backup.id).toBe('r-1');
  });
});

it('looks at an older backup with those before it', () => {
  const [backup, ...before] = [sized(2, { databaseMib: 10 }), ...usual().slice(1)];
  expect(backup && shrinkageOf(backup, before)?.compared).toBe(4);
});
