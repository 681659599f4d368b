import type { Piece } from '../../findings/piece.ts';

/** One process of a component, such as the API server on cp-1. */
export interface Instance {
  /** Of its node or its pod. */
  readonly name: string;
  /** As it says it or as its image is tagged: `v1.33.4`. */
  readonly version: Piece<string>;
  /** Its --emulation-version, `1.32`, where set: what it serves is of that minor. */
  readonly emulates?: string | undefined;
}

export interface NodeFacts {
  readonly name: string;
  readonly isControlPlane: boolean;
  readonly isReady: boolean;
  /** Conditions that are true and should not be: 'DiskPressure'. */
  readonly troubles: readonly string[];
  readonly isCordoned: boolean;
  readonly kubelet: string;
  /** Of the kube-proxy beside it; undefined where none was seen. */
  readonly kubeProxy: string | undefined;
  /** As the node says it: 'containerd://1.7.27'. */
  readonly runtime: string;
}

export interface EtcdMember {
  readonly name: string;
  readonly version: Piece<string>;
  /** Why it is not well, if it is not. */
  readonly trouble?: string | undefined;
  readonly isLearner: boolean;
  /** 'NOSPACE', 'CORRUPT'. */
  readonly alarms: Piece<readonly string[]>;
  readonly databaseBytes?: number | undefined;
  readonly quotaBytes?: number | undefined;
}

/** Calls of a deprecated API since one API server started, from `apiserver_requested_deprecated_apis`. */
export interface DeprecatedCall {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  /** As the API server itself believes: '1.37'. */
  readonly removedRelease: string | undefined;
  /** Requests that were counted, where the metric of requests could be joined. */
  readonly requests: number | undefined;
  /**
   * Who called, as the end of the audit log names them; undefined where nobody looked. It proves who did, never who did not: a log is cut, and a
   * policy may pass over requests.
   */
  readonly by: Piece<readonly Caller[]> | undefined;
}
export interface Caller {
  /** 'system:serviceaccount:shop:operator'. */
  readonly user: string;
  /** The first word of what the client calls itself: 'kubectl'; '' where it says nothing. */
  readonly agent: string;
  readonly requests: number;
}
export interface CallsOfServer {
  readonly server: string;
  /** Since when it counts: it begins anew with each start. Undefined where it does not tell. */
  readonly since?: Date | undefined;
  readonly calls: Piece<readonly DeprecatedCall[]>;
}

/** Objects whose metadata still bears the name of an API version, counted by who wrote it. */
export interface StoredUse {
  readonly apiVersion: string;
  readonly kind: string;
  readonly via: 'managedFields' | 'last-applied';
  /** The field manager: 'kubectl-client-side-apply'. */
  readonly manager: string | undefined;
  readonly count: number;
  /** One of them: 'shop/web'. */
  readonly example: string;
  readonly newestAt: Date | undefined;
}

/** Objects of a kind that etcd holds in a version which no API server reads any more afterwards. */
export interface StoredInEtcd {
  readonly apiVersion: string;
  readonly kind: string;
  readonly count: number;
  /** One of them: 'shop/web'. */
  readonly example: string;
}

/** A kind in a text that people keep: a Helm release, a file. */
export interface KindUse {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}
export interface HelmRelease {
  /** 'shop/web'. */
  readonly name: string;
  readonly revision: number;
  readonly status: string;
  readonly kinds: Piece<readonly KindUse[]>;
}
export interface ManifestFile {
  readonly name: string;
  readonly kinds: Piece<readonly KindUse[]>;
}

export interface CustomResource {
  readonly name: string;
  readonly storedVersions: readonly string[];
  readonly versions: readonly {
    readonly name: string;
    readonly isServed: boolean;
    readonly isStorage: boolean;
    readonly isDeprecated: boolean;
  }[];
  readonly conversion: { readonly kind: 'none' } | ({ readonly kind: 'webhook' } & Backend);
}

/** What a webhook or an aggregated API calls. */
export interface Backend {
  /** 'shop/guard', or an address outside the cluster. */
  readonly target: string;
  /** Whether endpoints stand behind it; what is outside the cluster is a gap. */
  readonly isServed: Piece<boolean>;
}
export interface Webhook extends Backend {
  /** 'guard.example.com of validating configuration guard'. */
  readonly name: string;
  readonly failurePolicy: 'Fail' | 'Ignore';
  readonly timeoutSeconds: number;
  readonly matchesKubeSystem: boolean;
  /** Rules name one API version alone and matchPolicy is Exact: objects of other versions pass by it. */
  readonly matchesExactly: boolean;
  readonly apiVersions: readonly string[];
}
export interface ApiService {
  readonly name: string;
  /** The address or service behind it; undefined where the API server itself serves it. */
  readonly service: string | undefined;
  readonly isAvailable: boolean;
  readonly message: string;
}

/** How a process is told to behave: static pods of the control plane, kubelets, kube-proxy, kubeadm. */
export interface Settings {
  readonly component:
    | 'kube-apiserver'
    | 'kube-controller-manager'
    | 'kube-scheduler'
    | 'kube-proxy'
    | 'kubelet'
    | 'kubeadm'
    | 'etcd';
  /** 'kube-apiserver on cp-1', 'configz of w-3', 'ClusterConfiguration, apiServer.extraArgs'. */
  readonly where: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly featureGates: Readonly<Record<string, boolean>>;
  /** API objects that its static pod refers to: 'secret etcd-client'. */
  readonly references?: readonly string[] | undefined;
  /** 'v1' or 'v2' where the kubelet tells. */
  readonly cgroup?: 'v1' | 'v2' | undefined;
  readonly failCgroupV1?: boolean | undefined;
}
export interface Kubeadm {
  /** The apiVersion of its ClusterConfiguration. */
  readonly apiVersion: string;
  readonly kubernetesVersion: string;
  readonly imageRepository: string | undefined;
}

export interface DisruptionBudget {
  readonly name: string;
  /** Its controller has looked at it as it stands: else the numbers are old, or zeros. */
  readonly isCounted: boolean;
  readonly disruptionsAllowed: number;
  readonly expectedPods: number;
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
}
export interface Workload {
  /** 'Deployment shop/web'. */
  readonly name: string;
  readonly replicas: number;
}
export interface BarePod {
  readonly name: string;
  readonly node: string | undefined;
}
export interface Certificate {
  /** 'kube-apiserver on cp-1'. */
  readonly name: string;
  readonly expiresAt: Date;
}
export interface BackupFact {
  readonly id: string;
  readonly takenAt: Date;
  readonly isVerified: boolean;
}

/** Everything a verdict rests on, as of one moment. */
export interface Observed {
  readonly cluster: string;
  readonly at: Date;
  readonly apiServers: Piece<readonly Instance[]>;
  readonly controllerManagers: Piece<readonly Instance[]>;
  readonly schedulers: Piece<readonly Instance[]>;
  /** None where the cluster has none. */
  readonly cloudControllerManagers: Piece<readonly Instance[]>;
  readonly nodes: Piece<readonly NodeFacts[]>;
  readonly etcd: Piece<readonly EtcdMember[]>;
  /** Tags of images; undefined where the cluster runs another. */
  readonly coredns: Piece<string | undefined>;
  readonly pause: Piece<readonly string[]>;
  readonly deprecatedCalls: Piece<readonly CallsOfServer[]>;
  readonly stored: Piece<readonly StoredUse[]>;
  readonly storedInEtcd: Piece<readonly Piece<StoredInEtcd>[]>;
  readonly helmReleases: Piece<readonly HelmRelease[]>;
  readonly manifests: Piece<readonly ManifestFile[]>;
  readonly customResources: Piece<readonly CustomResource[]>;
  readonly webhooks: Piece<readonly Webhook[]>;
  readonly apiServices: Piece<readonly ApiService[]>;
  readonly settings: Piece<readonly Piece<Settings>[]>;
  /** Undefined where the cluster was not made with kubeadm. */
  readonly kubeadm: Piece<Kubeadm | undefined>;
  readonly disruptionBudgets: Piece<readonly DisruptionBudget[]>;
  /** Those that want exactly one pod. */
  readonly singleReplicas: Piece<readonly Workload[]>;
  readonly barePods: Piece<readonly BarePod[]>;
  readonly certificates: Piece<readonly Piece<Certificate>[]>;
  /** The newest that is verified, or else the newest. */
  readonly backup: Piece<BackupFact | undefined>;
  readonly backupMaxAgeMs: number;
  /** How many nodes renew a Lease. */
  readonly nodeLeases: Piece<number>;
  /** `etcd3` is the only storage backend since 1.13. */
  readonly storageBackend: Piece<string>;
  readonly storageMediaType: Piece<string>;
}
