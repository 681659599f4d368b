import type { Cluster } from './cluster.ts';
import { listAt, textAt } from './json.ts';
import type { ResourceAsked } from './request.ts';
import { notFound, pageNotFound, StatusError } from './status-error.ts';

interface KubeletAnswer {
  readonly type: string;
  readonly body: string;
}

/** What the kubelet of a node answers through the API server: /configz, /healthz, and of /metrics what only there is told. */
export function askKubelet(cluster: Cluster, { name = '', rest }: ResourceAsked): KubeletAnswer {
  const stored = cluster.store.get('/nodes', name);
  if (!stored) throw notFound({ group: '', resource: 'nodes' }, name);
  const node: unknown = JSON.parse(stored.text());
  const address = textAt(
    listAt(node, 'status.addresses').find((one) => textAt(one, 'type') === 'InternalIP'),
    'address',
  );
  if (cluster.deadNodes.has(name)) throw unreachable(address);
  if (rest === 'healthz') return { type: 'text/plain; charset=utf-8', body: 'ok' };
  if (rest === 'metrics') return { type: 'text/plain; version=0.0.4; charset=utf-8', body: cgroupMetric };
  if (rest !== 'configz') throw pageNotFound();
  const configured = textAt(node, 'metadata.annotations.sandbox/configz');
  const overlay: object = configured === '' ? {} : Object(JSON.parse(configured));
  return { type: 'application/json', body: JSON.stringify({ kubeletconfig: { ...usual(address), ...overlay } }) };
}

/** Source: kubernetes/kubernetes pkg/kubelet/metrics, since 1.31. */
const cgroupMetric = `# HELP kubelet_cgroup_version [ALPHA] cgroup version on the hosts.
# TYPE kubelet_cgroup_version gauge
kubelet_cgroup_version 2
`;

const unreachable = (address: string) =>
  new StatusError({
    ...{ code: 503, reason: 'ServiceUnavailable' },
    message: `error trying to reach service: dial tcp ${address}:10250: connect: connection refused`,
  });

/** The part of a kubelet's configuration that its upgrades ask about. A node's annotation sandbox/configz, JSON, is laid over it. */
const usual = (address: string) => ({
  ...{ kind: 'KubeletConfiguration', apiVersion: 'kubelet.config.k8s.io/v1beta1', enableServer: true },
  ...{ staticPodPath: '/etc/kubernetes/manifests', podLogsDir: '/var/log/pods' },
  ...{ syncFrequency: '1m0s', fileCheckFrequency: '20s', httpCheckFrequency: '20s', address, port: 10_250 },
  ...{ rotateCertificates: true, nodeStatusUpdateFrequency: '10s', nodeStatusReportFrequency: '5m0s' },
  ...{ nodeLeaseDurationSeconds: 40, cgroupDriver: 'systemd', maxPods: 110, failSwapOn: true },
  ...{
    featureGates: {},
    shutdownGracePeriod: '0s',
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
  },
});
