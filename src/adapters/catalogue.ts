import { noSuchTarget } from '../chatops/no-such-target.ts';
import type { TargetKind } from '../chatops/target.ts';
import type { ClusterSettings, RegistrySettings, Settings } from '../config/schema.ts';
import type {
  BackupTarget,
  Catalogue,
  Cluster,
  LockRules,
  Registry,
  RestoreTarget,
  Target,
} from '../ports/catalogue.ts';

/** The catalogue that salvor.yaml holds. */
export function createCatalogue({
  clusters,
  registries,
  buckets,
}: Pick<Settings, 'clusters' | 'registries' | 'buckets'>): Catalogue {
  return catalogueOf(
    Object.entries(clusters).map(([name, cluster]) => toCluster(name, cluster, buckets)),
    Object.entries(registries).map(([name, registry]) => toRegistry(name, registry)),
  );
}

/** The catalogue that holds these. */
export function catalogueOf(clusters: readonly Cluster[], registries: readonly Registry[] = []): Catalogue {
  function find<T extends Target>(among: readonly T[], name: string, kind?: TargetKind): T {
    const found = among.find((one) => one.name === name);
    if (found) return found;
    // Who asks is not known here, so no other name is told.
    throw noSuchTarget(kind, name, []);
  }
  return {
    clusters,
    registries,
    cluster: (name) => find(clusters, name, 'cluster'),
    registry: (name) => find(registries, name, 'registry'),
    target: (name) => find<Target>([...clusters, ...registries], name),
  };
}

type Buckets = Settings['buckets'];

function toCluster(name: string, settings: ClusterSettings, buckets: Buckets): Cluster {
  const { etcd } = settings;
  return {
    ...toTarget(name, settings),
    backup: toBackupTarget(settings.backup, buckets),
    ...(etcd.quotaBytes === undefined ? {} : { quotaBytes: etcd.quotaBytes }),
    defrag: {
      fragmentedShare: etcd.defrag.fragmentedPercent / 100,
      fragmentedBytes: etcd.defrag.fragmentedMiB * 1024 ** 2,
    },
    hasKubernetes: settings.kubernetes !== undefined,
    ...toKubernetes(settings.kubernetes),
    ...(settings.restore ? { restore: toRestoreTarget(settings.restore) } : {}),
  };
}

/** What lets one in is for the process that asks it. */
function toRegistry(name: string, settings: RegistrySettings): Registry {
  const { database, host, connection, become, installDir, dataDir, workDir, compose, packages, pause } = settings;
  return {
    ...toTarget(name, settings),
    url: new URL(settings.url).origin,
    ...{ database, host, connection, become, ssh: withoutKey(settings.ssh) },
    ...{ installDir, dataDir, workDir, compose, packages, pause, wrapper: settings.wrapper },
    healthMs: settings.healthMinutes * 60_000,
    hasAdmin: settings.admin !== undefined,
    probeProject: settings.probe?.project,
  };
}

function toTarget(name: string, settings: ClusterSettings | RegistrySettings): Target {
  const { environment, site, channels } = settings;
  return { name, production: environment === 'production', site, channels, approval: toApprovalRule(settings) };
}

/** How to reach it is for the process that asks it. */
function toKubernetes(settings: ClusterSettings['kubernetes']): Partial<Cluster> {
  return settings ? { takeoversPerHour: settings.takeoversPerHour, nodeBatches: settings.batches } : {};
}

/** One person's word is not enough where it matters most. */
function toApprovalRule({ environment, approval }: ClusterSettings | RegistrySettings): Target['approval'] {
  return {
    votes: approval.votes ?? (environment === 'production' ? 2 : 1),
    collectMs: approval.collectMinutes * 60_000,
    startMs: approval.startMinutes * 60_000,
    stepUp: approval.stepUp,
  };
}

const toRestoreTarget = ({ ssh, ...restore }: NonNullable<ClusterSettings['restore']>): RestoreTarget => ({
  ...restore,
  ssh: withoutKey(ssh),
});

/** Where the key lies is for the process that reaches the hosts. */
const withoutKey = ({ user, port }: RegistrySettings['ssh']): Registry['ssh'] => ({ user, port });

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
