/** How the backups of a cluster are to be kept. */
export interface BackupTarget {
  /** The bucket's name in salvor.yaml. */
  readonly bucket: string;
  /** Without a slash at either end. */
  readonly prefix: string;
  /** How people know the bucket: `s3://etcd-prod`. */
  readonly address: string;
  readonly compression: 'zstd' | 'gzip' | 'none';
  readonly encryption:
    | { readonly kind: 'none' }
    | { readonly kind: 'sse-s3' }
    | { readonly kind: 'sse-kms'; readonly keyId?: string | undefined }
    | { readonly kind: 'age'; readonly recipients: readonly string[] };
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
  readonly hasKubernetes: boolean;
}

/** The clusters of salvor.yaml. */
export interface Catalogue {
  /** Throws Refusal when there is no such cluster; names no other one. */
  cluster(name: string): Cluster;
  readonly clusters: readonly Cluster[];
}
