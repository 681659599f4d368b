import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKubernetes } from '../../sandbox/kubernetes/kubernetes.ts';
import { kubernetesApi } from './kubernetes-api.ts';
import { startRealApiServer } from './real-api-server.ts';

kubernetesApi('the sandbox’s API server', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'salvor-kubernetes-api-'));
  const kubernetes = await startKubernetes({
    directory,
    users: [{ name: 'nobody', rights: [] }],
    times: { futureMs: 100 },
  });
  return {
    url: kubernetes.url,
    ca: kubernetes.certificates.ca.certificate,
    tokens: { admin: kubernetes.token('admin'), nobody: kubernetes.token('nobody') },
    forget: async () => kubernetes.knobs.compact(),
    async stop() {
      await kubernetes.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
});

const assets = process.env.KUBEBUILDER_ASSETS ?? '';
const isThere = assets !== '' && existsSync(join(assets, 'kube-apiserver')) && existsSync(join(assets, 'etcd'));
kubernetesApi(
  'a real API server',
  isThere ? () => startRealApiServer(assets) : 'KUBEBUILDER_ASSETS names no directory with etcd and kube-apiserver',
);
