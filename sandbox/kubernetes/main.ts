import { parseArgs } from 'node:util';
import { startCast } from './cast.ts';
import { fill } from './fill.ts';
import { startKubelets } from './kubelets.ts';
import { startKubernetes } from './kubernetes.ts';
import { smallCluster } from './small-cluster.ts';

// Runs the sandbox's Kubernetes alone:
// node sandbox/kubernetes/main.ts --directory D [--port P] [--api-servers N] [--version V] [--nodes N --pods N --secrets N] [--heartbeats]
const { values } = parseArgs({
  options: {
    directory: { type: 'string' },
    port: { type: 'string', default: '0' },
    'api-servers': { type: 'string', default: '1' },
    version: { type: 'string', default: 'v1.36.2' },
    nodes: { type: 'string', default: '0' },
    pods: { type: 'string', default: '0' },
    secrets: { type: 'string', default: '0' },
    heartbeats: { type: 'boolean', default: false },
  },
});
if (values.directory === undefined)
  throw new Error('--directory is missing: where certificates and the kubeconfig are to lie');

const kubernetes = await startKubernetes({
  directory: values.directory,
  port: Number(values.port),
  apiServers: Number(values['api-servers']),
  version: values.version,
});
const many = { nodes: Number(values.nodes), pods: Number(values.pods), secrets: Number(values.secrets) };
kubernetes.load(smallCluster(values.version));
if (many.nodes + many.pods + many.secrets > 0) fill(kubernetes.store, { ...many, kubeletVersion: values.version });
const cast = startCast(kubernetes);
const kubelets = values.heartbeats ? startKubelets(kubernetes.cluster) : undefined;
const kubeconfig = await kubernetes.kubeconfig('admin');
process.stdout.write(`${JSON.stringify({ ready: true, url: kubernetes.url, kubeconfig, pid: process.pid })}\n`);

async function stop(): Promise<void> {
  kubelets?.stop();
  cast.stop();
  await kubernetes.stop();
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
