/** A control-plane component of which one instance leads. */
export interface Component {
  readonly name: string;
  /** Of its Lease, and of the objects that hold its annotation. */
  readonly objectName: RegExp;
  /** Whether every cluster has it: then it is missed where nothing is written. */
  readonly isExpected: boolean;
}

/**
 * Source: the flags --leader-elect-resource-name of kubernetes/kubernetes cmd/; some providers give their cloud controller manager a longer name.
 * The migration lock is of 1.21 to 1.26 (kubernetes/kubernetes#108016, #113534).
 */
export const components: readonly Component[] = [
  { name: 'kube-scheduler', objectName: /^kube-scheduler$/, isExpected: true },
  { name: 'kube-controller-manager', objectName: /^kube-controller-manager$/, isExpected: true },
  { name: 'cloud-controller-manager', objectName: /(^|-)cloud-controller-manager$/, isExpected: false },
  {
    name: 'cloud-provider-extraction-migration',
    objectName: /^cloud-provider-extraction-migration$/,
    isExpected: false,
  },
];

/** Objects that may hold an annotation: asked after by name, since kube-system may be full of ConfigMaps. */
export const annotatedNames = ['kube-scheduler', 'kube-controller-manager', 'cloud-controller-manager'] as const;

/**
 * Since 1.27 components write Leases and nothing else: an annotation there that nobody keeps up was left behind. Source:
 * kubernetes/kubernetes#114055. Before: Endpoints by default until 1.16 (component-base v0.16), both until 1.19 (#84084), then Leases (#94603)
 * unless --leader-elect-resource-lock says otherwise (#106852).
 */
export const onlyLeasesSinceMinor = 27;

/** Source: kubernetes/component-base config/v1alpha1/defaults.go. */
export const defaultLeaseMs = 15_000;

/**
 * Past its duration a holder has lost by contract and another may take over; past twice of it nobody has. One that lets go on purpose
 * (ReleaseOnCancel) writes a duration of one second, so of an empty holder the default counts. Source: client-go tools/leaderelection.
 */
export const overdueTimes = 2;

/**
 * API servers renew their Lease every 10 s, and it is removed after an hour: one that missed three times is not believed. Source: KEP-1965,
 * kubernetes/kubernetes pkg/controlplane/apiserver/server.go.
 */
export const identityAliveMs = 40_000;
export const identityLabel = { name: 'apiserver.kubernetes.io/identity', value: 'kube-apiserver' };

/** Where the API server elects (KEP-4355), the newest first: beta in 1.33, alpha in 1.32 and 1.31. Source: kubernetes/kubernetes#124012, #130751. */
export const candidateVersions = ['v1beta1', 'v1alpha2', 'v1alpha1'] as const;
