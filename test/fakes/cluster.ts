import type { BackupTarget, Cluster } from '../../src/ports/catalogue.ts';

/** How backups of prod-1 are kept unless a test says otherwise. */
export function backupTarget(changes: Partial<BackupTarget> = {}): BackupTarget {
  return {
    bucket: 'main',
    prefix: 'etcd/prod-1',
    address: 's3://etcd-backups',
    compression: 'zstd',
    encryption: { kind: 'none' },
    timeLimitSeconds: 1_800,
    foreign: [],
    maxAgeMs: 24 * 3_600_000,
    drillEveryMs: 7 * 24 * 3_600_000,
    ...changes,
  };
}

/** prod-1 as a catalogue gives it. */
export function clusterOf(backup: Partial<BackupTarget> = {}, changes: Partial<Cluster> = {}): Cluster {
  return {
    name: 'prod-1',
    production: true,
    site: 'main',
    channels: [],
    hasKubernetes: false,
    defrag: { fragmentedShare: 0.45, fragmentedBytes: 100 * 1024 ** 2 },
    backup: backupTarget(backup),
    approval: { votes: 2, collectMs: 60 * 60_000, startMs: 15 * 60_000, stepUp: false },
    ...changes,
  };
}
