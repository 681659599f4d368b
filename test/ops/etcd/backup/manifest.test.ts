import { describe, expect, it } from 'vitest';
import { type BackupManifest, manifestBytes, parseManifest } from '../../../../src/ops/etcd/backup/manifest.ts';

const manifest: BackupManifest = {
  version: 1,
  id: 'run-7',
  cluster: 'prod-1',
  runId: 'run-7',
  actor: { kind: 'person', id: 'U1', name: 'alice' },
  reason: 'before the upgrade',
  takenAt: new Date('2026-11-23T22:05:07.123Z'),
  seconds: 2.4,
  member: { id: 'b', name: 'etcd-2', endpoint: 'https://10.0.0.2:2379', role: 'follower', why: 'etcd-2: a follower' },
  etcdVersion: '3.5.21',
  kubernetesVersion: 'v1.36.2',
  revision: { kind: 'exact', revision: 9_007_199_254_740_993n },
  keys: { total: 12, revisions: 10, live: 7, resources: { pods: 7 } },
  database: { sizeBytes: 4_096, sha256: 'a'.repeat(64) },
  stored: {
    key: 'prod-1/data/x.db.zst.age',
    sizeBytes: 900,
    sha256: 'b'.repeat(64),
    compression: 'zstd',
    encryption: { kind: 'age', recipients: ['age1x'] },
  },
};

describe('a manifest', () => {
  it('comes back from its JSON as it was, a revision beyond 2^53 included', () => {
    expect(parseManifest(Buffer.from(manifestBytes(manifest)).toString())).toEqual(manifest);
  });

  it('says about which revision it is when that is not known exactly', () => {
    const about = { kind: 'about', atLeast: 4n, atMost: 9n, why: 'its bbolt version is unknown' } as const;
    const text = Buffer.from(manifestBytes({ ...manifest, revision: about })).toString();
    expect(JSON.parse(text).revision).toEqual({ ...about, atLeast: '4', atMost: '9' });
    expect(parseManifest(text).revision).toEqual(about);
  });

  it('is refused when it is of another version, or lacks something', () => {
    const written = JSON.parse(Buffer.from(manifestBytes(manifest)).toString());
    expect(() => parseManifest(JSON.stringify({ ...written, version: 2 }))).toThrow(/version/);
    expect(() => parseManifest(JSON.stringify({ ...written, stored: undefined }))).toThrow(/stored/);
    expect(() => parseManifest(JSON.stringify({ ...written, database: { sizeBytes: -1, sha256: 'x' } }))).toThrow();
  });
});
