import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKubernetes } from '../../sandbox/kubernetes/kubernetes.ts';
import { kubernetesApi } from './kubernetes-api.ts';

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
    async stop() {
      await kubernetes.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
});
