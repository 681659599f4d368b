import { describe, expect, it } from 'vitest';
import { foreignFile } from '../../../../src/ops/etcd/backup/foreign-files.ts';

const modifiedAt = new Date('2026-11-20T08:00:00.400Z');
const fileOf = (name: string) => foreignFile({ key: `old/prod-1/${name}`, sizeBytes: 10, modifiedAt });
const timeOf = (name: string) => fileOf(name)?.takenAt.toISOString();

describe('a file that something else made', () => {
  it('is a backup by its ending', () => {
    const names = ['etcd-1.tar.gz', 'snap.db', 'snap.db.gz', 'snap.db.zst', 'notes.txt', 'snap.db.sha256', 'db'];
    expect(names.map((name) => fileOf(name)?.form)).toEqual([
      'tar.gz',
      'db',
      'db.gz',
      'db.zst',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is none when it is empty, or one of Salvor’s own', () => {
    expect(foreignFile({ key: 'old/x.db', sizeBytes: 0, modifiedAt })).toBeUndefined();
    const own = 'etcd/prod-2/data/20261101T000000Z-r-1-aaaaaaaaaaaa.db';
    expect(foreignFile({ key: own, sizeBytes: 9, modifiedAt })).toBeUndefined();
  });

  it('is told from others of its name and time by its key', () => {
    const names = ['a/etcd-20261102.tar.gz', 'b/etcd-20261102.tar.gz', 'etcd 20261102.db', 'etcd-20261102.db'];
    const stems = names.map((name) => fileOf(name)?.stem);
    expect(new Set(stems).size).toBe(4);
    expect(stems[0]).toMatch(/^\d{13}-20261102T000000Z-etcd-20261102\.[0-9a-f]{16}\.tar\.gz$/);
  });

  it.each([
    ['etcd-20261102T030405Z.tar.gz', '2026-11-02T03:04:05.000Z'],
    ['etcd-2026-11-02_03-04-05.tar.gz', '2026-11-02T03:04:05.000Z'],
    ['snap-202611020304.db', '2026-11-02T03:04:00.000Z'],
    ['prod.2026.11.02.db.gz', '2026-11-02T00:00:00.000Z'],
    ['2026-11-02T03:04:05+0000.db', '2026-11-02T03:04:05.000Z'],
    ['etcd-snapshot-cp-1-1793588645.db', '2026-11-02T03:04:05.000Z'],
    ['etcd-1793588645123.db', '2026-11-02T03:04:05.000Z'],
  ])('%s was taken at the time in its name', (name, time) => {
    expect(timeOf(name)).toBe(time);
  });

  it.each(['latest.db', 'etcd-20261340.db', 'etcd-20260231.db', 'etcd-20271102.db', 'build-3020261102.db'])(
    '%s was taken when it was stored',
    (name) => {
      expect(timeOf(name)).toBe('2026-11-20T08:00:00.000Z');
    },
  );
});
