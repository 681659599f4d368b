import { noSuchCluster } from '../chatops/no-such-cluster.ts';
import type { ClusterSettings, Settings } from '../config/schema.ts';
import type { BackupTarget, Catalogue, Cluster, LockRules, RestoreTarget } from '../ports/catalogue.ts';

/** The catalogue that salvor.yaml holds. */
export function createCatalogue(settings: Pick<Settings, 'clusters' | 'buckets'>): Catalogue {
  const clusters = Object.entries(settings.clusters).map(([name, cluster]) =>
    toCluster(name, cluster, settings.buckets),
  );
  return {
    clusters,
    cluster(name) {
      const found = clusters.find((cluster) => cluster.name === name);
      if (found) return found;
      // Who asks is not known here, so no other name is told.
      throw noSuchCluster(name, []);
    },
  };
}

type Buckets = Settings['buckets'];

function toCluster(name: string, settings: ClusterSettings, buckets: Buckets): Cluster {
  const { etcd } = settings;
  return {
    name,
    production: settings.environment === 'production',
    site: settings.site,
    channels: settings.channels,
    backup: toBackupTarget(settings.backup, buckets),
    ...(etcd.quotaBytes === undefined ? {} : { quotaBytes: etcd.quotaBytes }),
    defrag: {
      fragmentedShare: etcd.defrag.fragmentedPercent / 100,
      fragmentedBytes: etcd.defrag.fragmentedMiB * 1024 ** 2,
    },
    hasKubernetes: settings.kubernetes !== undefined,
    ...toKubernetes(settings.kubernetes),
    approval: toApprovalRule(settings),
    ...(settings.restore ? { restore: toRestoreTarget(settings.restore) } : {}),
  };
}

/** How to reach it is for the process that asks it. */
function toKubernetes(settings: ClusterSettings['kubernetes']): Partial<Cluster> {
  return settings ? { takeoversPerHour: settings.takeoversPerHour, nodeBatches: settings.batches } : {};
}

/** One person's word is not enough where it matters most. */
function toApprovalRule({ environment, approval }: ClusterSettings): Cluster['approval'] {
  return {
    votes: approval.votes ?? (environment === 'production' ? 2 : 1),
    collectMs: approval.collectMinutes * 60_000,
    startMs: approval.startMinutes * 60_000,
    stepUp: approval.stepUp,
  };
}

/** Where the key lies is for the process that reaches the hosts. */
function toRestoreTarget({ ssh, ...restore }: NonNullable<ClusterSettings['restore']>): RestoreTarget {
  return { ...restore, ssh: { user: ssh.user, port: ssh.port } };
}

function toBackupTarget(backup: ClusterSettings['backup'], buckets: Buckets): BackupTarget {
  const { target, copy, keep, lock, encryption, ...plain } = backup;
  return {
    ...plain,
    address: addressOf(backup.bucket, buckets),
    encryption: toEncryption(encryption),
    ...(keep ? { keep } : {}),
    ...(lock ? { lock: toLock(lock) } : {}),
    ...(copy ? { copy: { ...copy, address: addressOf(copy.bucket, buckets) } } : {}),
    maxAgeMs: target.maxAgeHours * 3_600_000,
    drillEveryMs: target.drillEveryDays * 86_400_000,
  };
}

const addressOf = (bucket: string, buckets: Buckets): string => `s3://${buckets[bucket]?.bucket ?? bucket}`;

/** The identity's variable is for the process that opens backups; nobody else has a use for its name. */
function toEncryption(encryption: ClusterSettings['backup']['encryption']): BackupTarget['encryption'] {
  return encryption.kind === 'age' ? { kind: 'age', recipients: encryption.recipients } : encryption;
}

function toLock({ mode, days, legalHold }: NonNullable<ClusterSettings['backup']['lock']>): LockRules {
  return { legalHold, ...(mode && days ? { retention: { mode, days } } : {}) };
}
