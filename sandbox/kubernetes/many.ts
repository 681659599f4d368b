import { managedBy, templateOf } from './template.ts';

const made = '2026-11-01T00:00:00Z';
const common = { uid: '{{uid}}', resourceVersion: '{{revision}}', creationTimestamp: made };

const conditions = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
].map(([type, status, reason, message]) => ({
  ...{ type, status, lastHeartbeatTime: made, lastTransitionTime: made, reason, message },
}));

const nodeLabels = {
  ...{ 'kubernetes.io/arch': 'amd64', 'kubernetes.io/os': 'linux', 'kubernetes.io/hostname': '{{name}}' },
  'topology.kubernetes.io/zone': '{{zone}}',
};
const nodeSpec = { podCIDR: '10.244.0.0/24', podCIDRs: ['10.244.0.0/24'], providerID: 'sandbox://{{name}}' };
const resources = {
  ...{ cpu: '32', 'ephemeral-storage': '419300Mi', 'hugepages-1Gi': '0', 'hugepages-2Mi': '0' },
  ...{ memory: '131072Mi', pods: '110' },
};
const nodeStatus = {
  ...{ capacity: resources, allocatable: resources, conditions },
  addresses: [
    { type: 'InternalIP', address: '{{address}}' },
    { type: 'Hostname', address: '{{name}}' },
  ],
  daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
  nodeInfo: {
    ...{ machineID: '{{uid}}', systemUUID: '{{uid}}', bootID: '{{uid}}', kernelVersion: '6.8.0-60-generic' },
    ...{ osImage: 'Ubuntu 24.04.2 LTS', containerRuntimeVersion: 'containerd://2.1.4', kubeletVersion: '{{version}}' },
    ...{ kubeProxyVersion: '', operatingSystem: 'linux', architecture: 'amd64' },
  },
  images: Array.from({ length: 24 }, (_, nth) => ({
    names: [
      `registry.example.com/platform/image-${nth}@sha256:${String(nth).padStart(2, '0').repeat(32)}`,
      `registry.example.com/platform/image-${nth}:1.${nth}.0`,
    ],
    sizeBytes: 40_000_000 + nth * 1_234_567,
  })),
};

export const nodeTemplate = templateOf({
  metadata: {
    ...{ name: '{{name}}', ...common, labels: nodeLabels },
    annotations: {
      'node.alpha.kubernetes.io/ttl': '0',
      'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
    },
    managedFields: [
      managedBy('kubelet', 'v1', { metadata: { labels: nodeLabels }, spec: { providerID: '' } }),
      managedBy('kube-controller-manager', 'v1', { spec: { podCIDR: '', podCIDRs: {} } }),
      managedBy('kubelet', 'v1', { status: { capacity: resources, allocatable: resources, conditions } }),
    ],
  },
  spec: nodeSpec,
  status: nodeStatus,
});

const podLabels = { app: '{{app}}', 'app.kubernetes.io/managed-by': 'Helm', 'pod-template-hash': '7d4b9c6f5' };
const containers = ['main', 'proxy'].map((name) => ({
  ...{ name, image: `registry.example.com/platform/${name}:1.4.2`, imagePullPolicy: 'IfNotPresent' },
  ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
  env: ['LOG_LEVEL', 'REGION', 'DATABASE'].map((variable) => ({
    ...{ name: variable, value: `the value of ${variable.toLowerCase()} for {{app}}` },
  })),
  resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m', memory: '256Mi' } },
  livenessProbe: { httpGet: { path: '/healthz', port: 'http', scheme: 'HTTP' }, timeoutSeconds: 1, periodSeconds: 10 },
  readinessProbe: { httpGet: { path: '/readyz', port: 'http', scheme: 'HTTP' }, timeoutSeconds: 1, periodSeconds: 10 },
  volumeMounts: [
    { name: 'kube-api-access', readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
  ],
  ...{ terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' },
}));
const podSpec = {
  ...{ containers, restartPolicy: 'Always', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst' },
  ...{
    serviceAccountName: '{{app}}',
    serviceAccount: '{{app}}',
    nodeName: '{{node}}',
    schedulerName: 'default-scheduler',
  },
  ...{ securityContext: {}, priority: 0, enableServiceLinks: true, preemptionPolicy: 'PreemptLowerPriority' },
};
const podConditions = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(
  (type) => ({
    ...{ type, status: 'True', observedGeneration: 1, lastProbeTime: null, lastTransitionTime: made },
  }),
);
const podStatus = {
  ...{ phase: 'Running', conditions: podConditions, hostIP: '{{host}}', podIP: '{{address}}' },
  ...{ podIPs: [{ ip: '{{address}}' }], startTime: made, qosClass: 'Burstable' },
  containerStatuses: containers.map(({ name, image }) => ({
    ...{
      name,
      image,
      state: { running: { startedAt: made } },
      lastState: {},
      ready: true,
      restartCount: 0,
      started: true,
    },
    ...{ imageID: `${image}@sha256:0000`, containerID: 'containerd://{{uid}}' },
  })),
};

export const podTemplate = templateOf({
  metadata: {
    ...{
      name: '{{name}}',
      generateName: '{{app}}-7d4b9c6f5-',
      namespace: '{{namespace}}',
      ...common,
      labels: podLabels,
    },
    ownerReferences: [
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: '{{app}}-7d4b9c6f5',
        uid: '{{uid}}',
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
    managedFields: [
      managedBy('kube-controller-manager', 'v1', {
        metadata: { labels: podLabels },
        spec: { ...podSpec, nodeName: undefined },
      }),
      managedBy('kubelet', 'v1', { status: podStatus }),
    ],
  },
  spec: podSpec,
  status: podStatus,
});

const secretOf = (labels: object) =>
  templateOf({
    metadata: { name: '{{name}}', namespace: '{{namespace}}', ...common, ...labels },
    data: { '{{field}}': '{{data}}' },
    type: '{{type}}',
  });

export const secretTemplate = secretOf({});
export const releaseTemplate = secretOf({
  labels: { name: '{{release}}', owner: 'helm', status: '{{status}}', version: '{{version}}' },
});
