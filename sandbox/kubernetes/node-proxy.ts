import type { ServerResponse } from 'node:http';
import { sendText } from './answers.ts';
import type { Call } from './call.ts';
import type { Cluster } from './cluster.ts';
import { listAt, textAt } from './json.ts';
import type { ResourceAsked } from './request.ts';
import { notFound, pageNotFound, StatusError } from './status-error.ts';

/** What the kubelet of a node answers through the API server: /configz, /healthz, of /metrics what only there is told, and /logs/. */
export function askKubelet(
  cluster: Cluster,
  { request, response }: Call,
  { name = '', rest = '' }: ResourceAsked,
): void {
  const stored = cluster.store.get('/nodes', name);
  if (!stored) throw notFound({ group: '', resource: 'nodes' }, name);
  const node: unknown = JSON.parse(stored.text());
  const address = textAt(
    listAt(node, 'status.addresses').find((one) => textAt(one, 'type') === 'InternalIP'),
    'address',
  );
  if (cluster.deadNodes.has(name)) throw unreachable(address);
  if (rest.startsWith('logs/')) {
    const lines = cluster.logs.get(`${name}/${rest.slice('logs/'.length)}`);
    if (!lines) throw pageNotFound();
    return void sendFile(response, `${lines.join('\n')}\n`, request.headers.range);
  }
  if (rest === 'healthz') return void sendText(response, { code: 200, text: 'ok' });
  if (rest === 'metrics')
    return void sendText(response, { code: 200, text: cgroupMetric, type: 'text/plain; version=0.0.4; charset=utf-8' });
  if (rest !== 'configz') throw pageNotFound();
  const configured = textAt(node, 'metadata.annotations.sandbox/configz');
  const overlay: object = configured === '' ? {} : Object(JSON.parse(configured));
  const configz = { kubeletconfig: { ...usual(address), ...overlay } };
  sendText(response, { code: 200, text: JSON.stringify(configz), type: 'application/json' });
}

/** Go's http.FileServer, as far as it is asked for the end of a file. Source: golang/go src/net/http/fs.go. */
function sendFile(response: ServerResponse, text: string, range = ''): void {
  const whole = Buffer.from(text);
  const last = Number(/^bytes=-(\d+)$/.exec(range)?.[1] ?? Number.NaN);
  const part = Number.isNaN(last) ? whole : whole.subarray(Math.max(0, whole.length - last));
  const from = whole.length - part.length;
  response.writeHead(part === whole ? 200 : 206, {
    ...{ 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': part.length, 'Accept-Ranges': 'bytes' },
    ...(part === whole ? {} : { 'Content-Range': `bytes ${from}-${whole.length - 1}/${whole.length}` }),
  });
  response.end(part);
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
