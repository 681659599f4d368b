import { describe, expect, it } from 'vitest';
import type { Backup } from '../../../../src/ops/etcd/backup/backup.ts';
import { freshnessInWords, freshnessOf } from '../../../../src/ops/etcd/backup/freshness.ts';
import { createBackupPlanter } from '../../../fakes/backups.ts';
import { createFakeClock } from '../../../fakes/clock.ts';
import { clusterOf } from '../../../fakes/cluster.ts';
import { createFakeObjects } from '../../../fakes/objects.ts';

const hour = 3_600_000;
const clock = createFakeClock();
const plant = createBackupPlanter(createFakeObjects(clock, { buckets: ['main'] }), clusterOf());

function taken(hours: number, passed?: boolean): Backup {
  const backup = plant.own({ id: `r-${hours}`, takenAt: new Date(clock.now().getTime() - hours * hour) });
  return passed === undefined ? backup : { ...backup, verification: plant.verified(backup, { passed }) };
}

const stands = (...backups: readonly Backup[]) => {
  const freshness = freshnessOf(backups, 24 * hour, clock.now());
  return { isMet: freshness.isMet, words: freshnessInWords(freshness) };
};

describe('a target for the age of backups', () => {
  it('is met by a verified backup that is young enough, however young others are', () => {
    expect(stands(taken(1), taken(24, true))).toEqual({
      isMet: true,
      words: 'good: the newest verified backup is 1 d old, the target is 1 d',
    });
  });

  it('is missed when the newest verified one is older', () => {
    expect(stands(taken(1), taken(2, false), taken(25, true))).toEqual({
      isMet: false,
      words: 'missed: the newest verified backup is 1 d 1 h old, the target is 1 d',
    });
  });

  it('is missed when none is verified, and when there is none', () => {
    const words = 'missed: no backup is verified, the target is one no older than 1 d';
    expect(stands(taken(1))).toEqual({ isMet: false, words });
    expect(stands()).toEqual({ isMet: false, words });
  });

  it('is not met by one from the future, whose age nobody knows', () => {
    const words = 'missed: no backup is verified, the target is one no older than 1 d';
    expect(stands(taken(-2, true))).toEqual({ isMet: false, words });
    expect(stands(taken(-2, true), taken(30, true)).words).toContain(
      'missed: the newest verified backup is 1 d 6 h old',
    );
    expect(stands(taken(-1 / 120, true)).words).toBe('good: the newest verified backup is 0 ms old, the target is 1 d');
  });
});
