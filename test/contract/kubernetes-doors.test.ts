import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type Certificate, type Certificates, makeCertificates } from '../../sandbox/certificates.ts';
import { createKubernetes } from '../../src/adapters/kubernetes.ts';

let directory: string;
let certificates: Certificates;
let servers: Server[] = [];
let credentials: (string | undefined)[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-doors-'));
  certificates = await makeCertificates(directory);
});
afterEach(() => {
  for (const server of servers) server.close();
  [servers, credentials] = [[], []];
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** An API server that is ready, with a certificate; answers its port. */
async function serves({ certificate, key }: Certificate): Promise<number> {
  const server = createServer({ cert: certificate, key }, (request, response) => {
    credentials.push(request.headers.authorization);
    response.end('[+]ping ok\n[+]etcd ok\nreadyz check passed\n');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Asks the one at `address`, by a kubeconfig that leads to `host`. */
async function asks(host: string, port: number, cluster: object = {}) {
  const kubeconfig = join(directory, 'kubeconfig');
  const its = { server: `https://${host}:1`, 'certificate-authority': certificates.ca.certificateFile, ...cluster };
  const config = {
    clusters: [{ name: 'local', cluster: its }],
    users: [{ name: 'salvor', user: { token: 'a-token' } }],
    contexts: [{ name: 'salvor', context: { cluster: 'local', user: 'salvor' } }],
    'current-context': 'salvor',
  };
  await writeFile(kubeconfig, stringify(config));
  return createKubernetes({ 'prod-1': { kubeconfig } }).readiness('prod-1', { address: `127.0.0.1:${port}` });
}

describe('an API server at an address that the cluster told', () => {
  it('is asked with the credentials of the kubeconfig where its certificate has the name that people use', async () => {
    const port = await serves(certificates.server);
    expect(await asks('localhost', port)).toEqual({ isReady: true, failing: [] });
    expect(credentials).toEqual(['Bearer a-token']);
  });

  it('is asked where its certificate has its address, and the kubeconfig an address too', async () => {
    expect(await asks('10.0.0.1', await serves(certificates.server))).toMatchObject({ isReady: true });
  });

  it('is asked where its certificate has the name that the kubeconfig wants', async () => {
    const port = await serves(certificates.namedServer);
    expect(await asks('10.0.0.1', port, { 'tls-server-name': 'etcd.sandbox' })).toMatchObject({ isReady: true });
  });

  it.each([
    ['is of another name', 'namedServer', {}],
    ['is of nobody we know', 'stranger', {}],
    ['is verified by nobody', 'server', { 'insecure-skip-tls-verify': true, 'certificate-authority': undefined }],
    ['is not wanted', 'server', { server: 'http://localhost:1' }],
  ] as const)('is told nothing where its certificate %s', async (_, which, cluster) => {
    const port = await serves(certificates[which]);
    await expect(asks('localhost', port, cluster)).rejects.toMatchObject({ name: 'Fault', port: 'kubernetes' });
    expect(credentials).toEqual([]);
  });
});
