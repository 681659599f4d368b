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

/** A cluster named in salvor.yaml; nothing outside it can be targeted. Holds no secrets. */
export interface Cluster {
  readonly name: string;
  readonly production: boolean;
  readonly site: string;
  /** Slack channel ids in which this cluster is spoken of. The first is its home. */
  readonly channels: readonly string[];
  readonly backup: BackupTarget;
  /** Its etcd database quota in bytes, where known. */
  readonly quotaBytes?: number;
  /** From where on a member is worth defragmenting: both must hold. */
  readonly defrag: { readonly fragmentedShare: number; readonly fragmentedBytes: number };
  readonly hasKubernetes: boolean;
}

/** The clusters of salvor.yaml. */
export interface Catalogue {
  /** Throws Refusal when there is no such cluster; names no other one. */
  cluster(name: string): Cluster;
  readonly clusters: readonly Cluster[];
}
