import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { KubernetesAccess } from '../../src/adapters/kubernetes.ts';

export interface BareApiServer {
  readonly access: KubernetesAccess;
  readonly url: string;
  /** Cuts what is under way. */
  cut(): void;
  close(): Promise<void>;
}

/** What answers for an API server as it is told and knows nothing of its own: for answers that a real one gives seldom, or never. */
export async function serveBareApi(listener: RequestListener): Promise<BareApiServer> {
  const directory = await mkdtemp(join(tmpdir(), 'salvor-api-'));
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kubeconfig = join(directory, 'kubeconfig');
  const config = {
    clusters: [{ name: 'local', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'salvor', user: { token: 'a-token' } }],
    contexts: [{ name: 'salvor', context: { cluster: 'local', user: 'salvor' } }],
  };
  await writeFile(kubeconfig, stringify(config));
  return {
    access: { kubeconfig, context: 'salvor' },
    url,
    cut: () => server.closeAllConnections(),
    async close() {
      server.closeAllConnections();
      server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
