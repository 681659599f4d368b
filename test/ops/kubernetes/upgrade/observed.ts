import type { Piece } from '../../../../src/ops/findings/piece.ts';
import type { Check, Finding } from '../../../../src/ops/kubernetes/upgrade/finding.ts';
import { hops } from '../../../../src/ops/kubernetes/upgrade/hops.ts';
import type { Instance, NodeFacts, Observed, Settings } from '../../../../src/ops/kubernetes/upgrade/observed.ts';

export const now = new Date('2026-11-27T09:00:00Z');
const dayMs = 86_400_000;
export const inDays = (days: number): Date => new Date(now.getTime() + days * dayMs);

export const known = <T>(value: T): { readonly known: T } => ({ known: value });
export const gap = (what: string) => ({ gap: { what, needs: `the right to read ${what}` } });

export const instance = (name: string, version: string, emulates?: string): Instance => ({
  name,
  version: known(version),
  emulates,
});
export const node = (name: string, kubelet: string, rest: Partial<NodeFacts> = {}): NodeFacts => ({
  ...{ name, kubelet, kubeProxy: kubelet, isControlPlane: name.startsWith('cp-'), isReady: true },
  ...{ troubles: [], isCordoned: false, runtime: 'containerd://2.1.4' },
  ...rest,
});
export const member = (name: string, version: string) => ({
  ...{ name, version: known(version), isLearner: false, alarms: known<readonly string[]>([]) },
});
export const settings = (component: Settings['component'], rest: Partial<Settings> = {}): Piece<Settings> =>
  known({ component, where: `${component} on cp-1`, flags: {}, featureGates: {}, ...rest });

const names = ['cp-1', 'cp-2', 'cp-3'];

/** A cluster of 1.33 with nothing against it, but for what is told. */
export const well = (rest: Partial<Observed> = {}): Observed => ({
  cluster: 'prod-1',
  at: now,
  apiServers: known(names.map((name) => instance(name, 'v1.33.4'))),
  controllerManagers: known(names.map((name) => instance(name, 'v1.33.4'))),
  schedulers: known(names.map((name) => instance(name, 'v1.33.4'))),
  cloudControllerManagers: known([]),
  nodes: known([...names, 'w-1', 'w-2'].map((name) => node(name, 'v1.33.4'))),
  etcd: known(names.map((name) => member(name, '3.5.33'))),
  coredns: known('v1.12.1'),
  pause: known(['3.10.1']),
  deprecatedCalls: known(names.map((server) => ({ server, calls: known([]) }))),
  stored: known([]),
  storedInEtcd: known([]),
  helmReleases: known([]),
  manifests: known([]),
  customResources: known([]),
  webhooks: known([]),
  apiServices: known([]),
  settings: known([settings('kube-apiserver'), settings('kubelet', { cgroup: 'v2' })]),
  kubeadm: known({ apiVersion: 'kubeadm.k8s.io/v1beta4', kubernetesVersion: 'v1.33.4', imageRepository: undefined }),
  disruptionBudgets: known([]),
  singleReplicas: known([]),
  barePods: known([]),
  certificates: known([known({ name: 'kube-apiserver on cp-1', expiresAt: inDays(200) })]),
  backup: known({ id: 'r-1', takenAt: inDays(-0.1), isVerified: true }),
  backupMaxAgeMs: dayMs,
  nodeLeases: known(5),
  storageBackend: known('etcd3'),
  storageMediaType: known('application/vnd.kubernetes.protobuf'),
  ...rest,
});

/** What a check says at every hop of a way that concerns it, each as 'severity: subject'. */
export function says(check: Check, observed: Observed, from = '1.33.4', to = '1.34'): readonly string[] {
  return found(check, observed, from, to).map(({ severity, subject }) => `${severity}: ${subject}`);
}

export function found(check: Check, observed: Observed, from = '1.33.4', to = '1.34'): readonly Finding[] {
  return hops(from, to).flatMap((hop) => (check.when === 'each hop' || hop.isFirst ? check.check(observed, hop) : []));
}
