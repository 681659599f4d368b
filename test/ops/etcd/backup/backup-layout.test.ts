import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dataKey,
  dataKeyBeside,
  dataPrefix,
  manifestKey,
  manifestsPrefix,
  partsOfManifestKey,
  partsOfVerificationKey,
  stemOf,
  verificationKey,
} from '../../../../src/ops/etcd/backup/backup-layout.ts';
import { cases } from '../../../cases.ts';

const takenAt = new Date('2026-11-23T22:05:07.123Z');
const name = { prefix: 'prod-1', takenAt, id: 'run-7' };
const instants = fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true });

describe('the layout of backups', () => {
  it('puts manifests and data under the prefix, with times people can read', () => {
    expect(manifestKey(name)).toBe('prod-1/manifests/8204528492876-20261123T220507Z-run-7.json');
    const zstd = { compression: 'zstd', isAgeEncrypted: false } as const;
    expect(dataKey(name, 'abc', zstd)).toBe('prod-1/data/20261123T220507Z-run-7-abc.db.zst');
  });

  it('says in the data’s name how it was made', () => {
    const key = (compression: 'zstd' | 'gzip' | 'none', isAgeEncrypted: boolean) =>
      dataKey(name, 'n', { compression, isAgeEncrypted }).replace(/^.*-n/, '');
    expect([key('zstd', true), key('gzip', false), key('none', false), key('none', true)]).toEqual([
      '.db.zst.age',
      '.db.gz',
      '.db',
      '.db.age',
    ]);
  });

  it('works without a prefix', () => {
    expect(manifestsPrefix('')).toBe('manifests/');
    expect(dataPrefix('')).toBe('data/');
  });

  it('sorts the newest manifest first', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 10 ** 12 }), (older, laterMs) => {
        const key = (ms: number) => manifestKey({ prefix: 'p', takenAt: new Date(ms), id: 'x' });
        expect(key(older.getTime() + laterMs) < key(older.getTime())).toBe(true);
      }),
      cases(1_000),
    );
  });

  it('finds the time in a manifest’s key again', () => {
    fc.assert(
      fc.property(instants, (instant) => {
        expect(partsOfManifestKey(manifestKey({ ...name, takenAt: instant }))?.takenAt).toEqual(instant);
      }),
      cases(1_000),
    );
    expect(partsOfManifestKey('prod-1/data/20261123T220507Z-run-7-abc.db.zst')).toBeUndefined();
  });

  it('sorts verifications as manifests, and says in their keys how they ended', () => {
    const stem = stemOf(name);
    expect(manifestKey(name)).toBe(`prod-1/manifests/${stem}.json`);
    const passed = verificationKey('prod-1', stem, true);
    expect(passed).toBe(`prod-1/verified/${stem}.passed.json`);
    expect(partsOfVerificationKey(passed)).toEqual({ stem, id: 'run-7', takenAt, passed: true });
    expect(partsOfVerificationKey(verificationKey('', stem, false))).toMatchObject({ stem, passed: false });
    expect(partsOfVerificationKey(manifestKey(name))).toBeUndefined();
  });

  it('finds data beside its manifest, wherever both were stored at first', () => {
    expect(dataKeyBeside('new/prod-1', 'prod-1/data/20261123T220507Z-run-7-abc.db')).toBe(
      'new/prod-1/data/20261123T220507Z-run-7-abc.db',
    );
    expect(dataKeyBeside('prod-1', 'prod-2/data/secret.db')).toBe('prod-1/data/secret.db');
  });

  it('lets no id out of its place in the key', () => {
    expect(manifestKey({ ...name, id: '../../x y\n' })).toMatch(/-\.\.-\.\.-x-y-\.json$/);
  });
});
