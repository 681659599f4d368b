import { basename, dirname } from 'node:path';
import { auditLog } from './audit.ts';

const controlPlaneImages = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];
const etcdImage = 'etcd:3.6.5-0';

/** Objects of a small cluster as kubeadm makes it: three control planes, two workers, static pods. */
export function smallCluster(version: string): readonly object[] {
  const nodes = [
    ...[1, 2, 3].map((nth) => nodeOf(`cp-${nth}`, `10.0.0.${10 + nth}`, version, true)),
    ...[1, 2].map((nth) => nodeOf(`worker-${nth}`, `10.0.0.${20 + nth}`, version, false)),
  ];
  const controlPlanes = ['cp-1', 'cp-2', 'cp-3'];
  const components = ['etcd', ...controlPlaneImages];
  const pods = controlPlanes.flatMap((node) => components.map((component) => staticPod(component, node, version)));
  const namespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'].map((name) => ({
    ...{ kind: 'Namespace', apiVersion: 'v1', metadata: { name, labels: { 'kubernetes.io/metadata.name': name } } },
    ...{ spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } },
  }));
  return [...namespaces, ...nodes, ...pods];
}

function nodeOf(name: string, address: string, version: string, isControlPlane: boolean): object {
  const labels = {
    ...{ 'kubernetes.io/arch': 'amd64', 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' },
    ...(isControlPlane ? { 'node-role.kubernetes.io/control-plane': '' } : {}),
  };
  const taint = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' };
  return {
    ...{ kind: 'Node', apiVersion: 'v1', metadata: { name, labels } },
    spec: { providerID: `sandbox://${name}`, ...(isControlPlane ? { taints: [taint] } : {}) },
    status: {
      conditions: [
        condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
        condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
        condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
        condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
      ],
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: name },
      ],
      nodeInfo: {
        ...{ kubeletVersion: version, kubeProxyVersion: '', operatingSystem: 'linux', architecture: 'amd64' },
        ...{ kernelVersion: '6.8.0', osImage: 'Ubuntu 24.04', containerRuntimeVersion: 'containerd://2.1.4' },
      },
      images: imagesOf(version, isControlPlane),
    },
  };
}

/** What kubeadm pulls, the largest first, each by its digest and by its tag. */
function imagesOf(version: string, isControlPlane: boolean): readonly object[] {
  const images: readonly (readonly [string, number])[] = [
    ...(isControlPlane ? controlPlaneImages.map((name) => [`${name}:${version}`, 28_000_000] as const) : []),
    ...(isControlPlane ? [[etcdImage, 22_000_000] as const] : []),
    [`kube-proxy:${version}`, 26_000_000],
    ['coredns/coredns:v1.13.1', 24_000_000],
    ['pause:3.10.1', 320_000],
  ];
  return images
    .toSorted(([, one], [, other]) => other - one)
    .map(([image, sizeBytes]) => ({
      names: [`registry.k8s.io/${image.split(':')[0]}@sha256:${'0'.repeat(64)}`, `registry.k8s.io/${image}`],
      sizeBytes,
    }));
}

function condition(type: string, status: string, reason: string, message: string): object {
  const at = new Date().toISOString().replace(/\.\d+/, '');
  return { type, status, lastHeartbeatTime: at, lastTransitionTime: at, reason, message };
}

/** The mirror of a static pod, with the flags that say what it is. */
function staticPod(component: string, node: string, version: string): object {
  const image = component === 'etcd' ? `registry.k8s.io/${etcdImage}` : `registry.k8s.io/${component}:${version}`;
  const isApiServer = component === 'kube-apiserver';
  const flags = component === 'etcd' ? [`--name=${node}`] : ['--profiling=false'];
  const audits = isApiServer ? [`--audit-log-path=/var/log/audit/${basename(auditLog)}`] : [];
  const leads = ['kube-controller-manager', 'kube-scheduler'].includes(component) ? ['--leader-elect=true'] : [];
  // Elsewhere in the container than on the node.
  const volumeMounts = isApiServer ? [{ name: 'audit', mountPath: '/var/log/audit' }] : [];
  const volumes = isApiServer ? [{ name: 'audit', hostPath: { path: `/var/log/${dirname(auditLog)}` } }] : [];
  const containers = [{ name: component, image, command: [component, ...flags, ...audits, ...leads], volumeMounts }];
  const metadata = {
    ...{ name: `${component}-${node}`, namespace: 'kube-system', labels: { component, tier: 'control-plane' } },
    annotations: { 'kubernetes.io/config.source': 'file', 'kubernetes.io/config.mirror': 'mirror' },
  };
  const running = { name: component, image, ready: true, restartCount: 0, started: true, state: { running: {} } };
  return {
    ...{ kind: 'Pod', apiVersion: 'v1', metadata },
    spec: { containers, volumes, nodeName: node, hostNetwork: true, priorityClassName: 'system-node-critical' },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], containerStatuses: [running] },
  };
}
