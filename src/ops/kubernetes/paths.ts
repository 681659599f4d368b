/** Where an API server keeps what Salvor reads of it. */
const kubeSystem = '/api/v1/namespaces/kube-system';
const leasesIn = (namespace: string) => `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;

export const nodesPath = '/api/v1/nodes';
/** Who leads, and which API servers there are. */
export const leadersPath = leasesIn('kube-system');
/** Who may lead, where the API server elects. */
export const candidatesPath = (version: string) =>
  `/apis/coordination.k8s.io/${version}/namespaces/kube-system/leasecandidates`;
/** Which nodes are alive. */
export const heartbeatsPath = leasesIn('kube-node-lease');
export const systemPodsPath = `${kubeSystem}/pods`;
export const kubeadmConfigPath = `${kubeSystem}/configmaps/kubeadm-config`;
export const kubeProxyConfigPath = `${kubeSystem}/configmaps/kube-proxy`;

/** Objects on which components before 1.20 by default, and until 1.26 if told to, write who leads. */
export const annotatedPaths = [
  ['Endpoints', `${kubeSystem}/endpoints`],
  ['ConfigMap', `${kubeSystem}/configmaps`],
] as const;
