import type { ApprovalRule } from '../chatops/approval.ts';

/** Where backups lie. */
export interface BackupPlace {
  /** The bucket's name in salvor.yaml. */
  readonly bucket: string;
  /** Without a slash at either end. */
  readonly prefix: string;
  /** How people know the bucket: `s3://etcd-prod`. */
  readonly address: string;
}

/** Which backups stay: each rule by itself, what any of them keeps stays. Hours, days, weeks and months are UTC's. */
export interface KeepRules {
  readonly last?: number | undefined;
  readonly hourly?: number | undefined;
  readonly daily?: number | undefined;
  readonly weekly?: number | undefined;
  readonly monthly?: number | undefined;
  readonly days?: number | undefined;
}

/** S3 Object Lock to be set on what is stored. */
export interface LockRules {
  readonly retention?: { readonly mode: 'governance' | 'compliance'; readonly days: number };
  readonly legalHold: boolean;
}

/** How the backups of a cluster are to be kept. */
export interface BackupTarget extends BackupPlace {
  readonly compression: 'zstd' | 'gzip' | 'none';
  readonly encryption:
    | { readonly kind: 'none' }
    | { readonly kind: 'sse-s3' }
    | { readonly kind: 'sse-kms'; readonly keyId?: string | undefined }
    | { readonly kind: 'age'; readonly recipients: readonly string[] };
  /** Rules for pruning; without them nothing is ever pruned. */
  readonly keep?: KeepRules;
  readonly lock?: LockRules;
  /** Where every backup is copied to. */
  readonly copy?: BackupPlace;
  /** Prefixes in the same bucket under which backups lie that something else made. */
  readonly foreign: readonly string[];
  /** The newest verified backup is to be no older than this. */
  readonly maxAgeMs: number;
  /** A backup is to be restored into a scratch etcd at least this often. */
  readonly drillEveryMs: number;
  /** A snapshot that takes longer is given up: it holds pages in etcd while it runs. */
  readonly timeLimitSeconds: number;
}

/** How a service is run on a host, and so how it is stopped and started. Arguments are arrays: nothing goes through a shell. */
export type ServiceWay =
  | { readonly kind: 'systemd'; readonly unit: string }
  /** Stopped by moving the manifest out of kubelet's directory, started by moving it back. */
  | { readonly kind: 'staticPod'; readonly manifest: string }
  | {
      readonly kind: 'commands';
      readonly start: readonly string[];
      readonly stop: readonly string[];
      readonly isRunning: readonly string[];
    };

/** A member of etcd as it is to be after a restore. */
export interface RestoreMember {
  readonly name: string;
  /** A host name or an address. */
  readonly host: string;
  readonly peerUrl: string;
  readonly clientUrl: string;
  readonly dataDir: string;
  readonly walDir?: string | undefined;
  /** 'etcd:etcd' */
  readonly owner: string;
  readonly etcd: ServiceWay;
  readonly apiServer?: ServiceWay | undefined;
  /** Restarted after the API servers are back. */
  readonly afterwards: readonly ServiceWay[];
}

/** How hosts are reached; where the key lies is for the process that does. */
export interface HostAccess {
  readonly ssh: { readonly user?: string | undefined; readonly port?: number | undefined };
  readonly connection: 'ssh' | 'local';
  /** Tasks need sudo. */
  readonly become: boolean;
}

/** What a restore knows of the hosts. */
export interface RestoreTarget extends HostAccess {
  /** The old token, where it is to stay; otherwise each restore has a new one. */
  readonly clusterToken?: string | undefined;
  readonly workDir: string;
  readonly members: readonly RestoreMember[];
}

/** How many nodes of a cluster are upgraded together. */
export interface NodeBatches {
  /** Workers that go first, to see what happens. */
  readonly canary: number;
  /** Of all workers, in each batch after that. */
  readonly percent: number;
}

/** What work is done to, as salvor.yaml names it; nothing outside it can be targeted. Holds no secrets. */
export interface Target {
  /** Its own among clusters and registries. */
  readonly name: string;
  readonly production: boolean;
  readonly site: string;
  /** Slack channel ids in which it is spoken of. The first is its home. */
  readonly channels: readonly string[];
  /** Who must agree before anything dangerous. */
  readonly approval: ApprovalRule;
}

export interface Cluster extends Target {
  readonly backup: BackupTarget;
  /** Its etcd database quota in bytes, where salvor.yaml tells: for members that do not. */
  readonly quotaBytes?: number;
  /** From where on a member is worth defragmenting: both must hold. */
  readonly defrag: { readonly fragmentedShare: number; readonly fragmentedBytes: number };
  readonly hasKubernetes: boolean;
  /** A leader that changes hands more often within an hour is not well. */
  readonly takeoversPerHour?: number;
  /** Present with Kubernetes. */
  readonly nodeBatches?: NodeBatches;
  /** Without it no restore can be planned. */
  readonly restore?: RestoreTarget;
}

/** A Harbor of one host. */
export interface Registry extends Target, HostAccess {
  /** Scheme and host, as clients reach it: 'https://registry.example.com' */
  readonly url: string;
  /** An 'external' database is neither copied nor put back by an upgrade. */
  readonly database: 'bundled' | 'external';
  /** A host name or an address. */
  readonly host: string;
  /** Where install.sh and harbor.yml lie. */
  readonly installDir: string;
  /** data_volume of harbor.yml. */
  readonly dataDir: string;
  /** Where copies are put. */
  readonly workDir: string;
  /** The program and its first arguments: ['docker', 'compose'] */
  readonly compose: readonly string[];
  /** A script of people's own that calls install.sh. Read, never run. */
  readonly wrapper?: string | undefined;
  /** Where offline installers lie on the host. */
  readonly packages: string;
  /** An upgrade over several versions asks to go on after each. */
  readonly pause: boolean;
  /** How long each version has to become healthy. */
  readonly healthMs: number;
  /** It can be made read-only. */
  readonly hasAdmin: boolean;
  /** Where a probe image may be pushed. */
  readonly probeProject?: string | undefined;
}

/** The clusters and registries of salvor.yaml. Each throws Refusal when there is none of that name; names no other one. */
export interface Catalogue {
  cluster(name: string): Cluster;
  registry(name: string): Registry;
  /** Of either kind. */
  target(name: string): Target;
  readonly clusters: readonly Cluster[];
  readonly registries: readonly Registry[];
}
