/** What the roles of deploy/kubernetes/rbac.yaml let Salvor read, by path; the first that applies counts. */
const roles: readonly { readonly reads: RegExp; readonly name: string }[] = [
  {
    reads: /\/namespaces\/kube-system\/(leases|leasecandidates|endpoints|configmaps|pods|configmaps\/kubeadm-config)$/,
    name: 'Role salvor in kube-system',
  },
  { reads: /\/namespaces\/kube-node-lease\/leases$/, name: 'Role salvor in kube-node-lease' },
  { reads: /^\/(api\/v1\/nodes|metrics)$/, name: 'ClusterRole salvor' },
  { reads: /^\/api\/v1\/nodes\/[^/]+\/proxy\//, name: 'ClusterRole salvor-kubelets' },
  { reads: /^\/api\/v1\/secrets$/, name: 'ClusterRole salvor-helm' },
  {
    reads:
      /\/(pods(\/[^/]+)?|deployments|statefulsets|poddisruptionbudgets|customresourcedefinitions|(validating|mutating)webhookconfigurations|apiservices|endpointslices)$/,
    name: 'ClusterRole salvor-upgrade',
  },
  { reads: /^\/apis\/[^/]+\/[^/]+\/\w+$/, name: 'ClusterRole salvor-stored' },
];

/** 'Role salvor in kube-system': which of them lets Salvor read a path; undefined where none does. */
export const roleFor = (path: string): string | undefined => roles.find(({ reads }) => reads.test(path))?.name;
