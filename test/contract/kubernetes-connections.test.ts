import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type Certificate, type Certificates, makeCertificates } from '../../sandbox/certificates.ts';
import { createKubernetes } from '../../src/adapters/kubernetes.ts';

let directory: string;
let kubeconfig: string;
let certificates: Certificates;
let servers: ApiServer[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-connections-'));
  kubeconfig = join(directory, 'kubeconfig');
  certificates = await makeCertificates(directory);
});
afterEach(() => {
  for (const { server } of servers) {
    server.closeAllConnections();
    server.close();
  }
  servers = [];
});
afterAll(() => rm(directory, { recursive: true, force: true }));

interface ApiServer {
  readonly server: Server;
  readonly port: number;
  readonly sockets: TLSSocket[];
  /** Who asked, question by question: token, and the name in the certificate of the client. */
  readonly askers: [string | undefined, string | string[] | undefined][];
  open(): Promise<unknown>;
}

/** An API server that asks for certificates of clients; answers with pages, or as it is told. */
async function serves(
  { certificate, key }: Certificate = certificates.server,
  listener: RequestListener = page,
  port = 0,
): Promise<ApiServer> {
  const sockets: TLSSocket[] = [];
  const askers: ApiServer['askers'] = [];
  const asks = { requestCert: true, rejectUnauthorized: false };
  const server = createServer({ cert: certificate, key, ...asks }, (request, response) => {
    askers.push([request.headers.authorization, (request.socket as TLSSocket).getPeerCertificate().subject?.CN]);
    listener(request, response);
  });
  server.on('secureConnection', (socket) => void sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const open = () => new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
  const one = { ...{ server, sockets, askers, open }, port: (server.address() as AddressInfo).port };
  servers.push(one);
  return one;
}

const page: RequestListener = ({ url = '' }, response) => {
  const { pathname, searchParams } = new URL(url, 'https://api');
  const nth = Number(searchParams.get('continue') ?? 1);
  const metadata = nth < 8 ? { continue: String(nth + 1) } : {};
  const list = { metadata, items: [{ metadata: { name: `w-${nth}` } }] };
  response.end(pathname === '/version' ? '{"gitVersion":"v1.36.2"}' : JSON.stringify(list));
};

/** The kubeconfig, as whoever renews credentials writes it. */
const writes = (port: number, user: object = { token: 'a-token' }, cluster: object = {}) => {
  const its = { server: `https://localhost:${port}`, 'certificate-authority': certificates.ca.certificateFile };
  const config = {
    clusters: [{ name: 'local', cluster: { ...its, ...cluster } }],
    users: [{ name: 'salvor', user }],
    contexts: [{ name: 'salvor', context: { cluster: 'local', user: 'salvor' } }],
    'current-context': 'salvor',
  };
  return writeFile(kubeconfig, stringify(config));
};
const as = ({ certificateFile, keyFile }: Certificate) => ({
  ...{ 'client-certificate': certificateFile, 'client-key': keyFile },
});
const adapter = () => createKubernetes({ 'prod-1': { kubeconfig }, 'prod-2': { kubeconfig } });

describe('questions to an API server', () => {
  it('share a connection, one after the other, and close it', async () => {
    const api = await serves();
    await writes(api.port);
    const kubernetes = adapter();
    for (let nth = 0; nth < 20; nth += 1) await kubernetes.version('prod-1');
    expect(await Array.fromAsync(kubernetes.list('prod-1', { path: '/api/v1/nodes' }))).toHaveLength(8);
    // The client may send the next question before it has seen the end of the answer.
    expect(api.sockets.length).toBeLessThanOrEqual(2);
    await expect.poll(api.open).toBe(0);
    await kubernetes.version('prod-1');
  });

  it('do not wait for each other', async () => {
    const held: (() => void)[] = [];
    const api = await serves(certificates.server, (request, response) => void held.push(() => page(request, response)));
    await writes(api.port);
    const kubernetes = adapter();
    const asked = [1, 2, 3].map(() => kubernetes.version('prod-1'));
    await expect.poll(() => held.length).toBe(3);
    for (const answer of held) answer();
    expect(await Promise.all(asked)).toEqual(Array(3).fill('v1.36.2'));
  });

  it('have the token of now', async () => {
    const api = await serves();
    await writes(api.port);
    const kubernetes = adapter();
    await kubernetes.version('prod-1');
    await writes(api.port, { token: 'renewed' });
    await kubernetes.version('prod-1');
    expect(api.askers.map(([token]) => token)).toEqual(['Bearer a-token', 'Bearer renewed']);
  });

  it('have the client certificate of now', async () => {
    const api = await serves();
    await writes(api.port, as(certificates.client));
    const kubernetes = adapter();
    await kubernetes.version('prod-1');
    await writes(api.port, as(certificates.server));
    await kubernetes.version('prod-1');
    await writes(api.port);
    await kubernetes.version('prod-1');
    const names = api.askers.map(([, name]) => name);
    expect(new Set(names).size).toBe(3);
    expect(names[2]).toBeUndefined();
  });

  it('trust the authority of now alone', async () => {
    const api = await serves();
    await writes(api.port);
    const kubernetes = adapter();
    await kubernetes.version('prod-1');
    await writes(api.port, undefined, { 'certificate-authority': certificates.stranger.certificateFile });
    await expect(kubernetes.version('prod-1')).rejects.toMatchObject({ code: 'KUBERNETES_UNREACHABLE' });
    expect(api.askers).toHaveLength(1);
  });

  it('go to an address over a connection that was opened for it, by the name that its certificate must have', async () => {
    const [api, other] = [await serves(), await serves(certificates.namedServer)];
    await writes(api.port, undefined, { 'insecure-skip-tls-verify': true, 'certificate-authority': undefined });
    const kubernetes = adapter();
    await kubernetes.version('prod-1');
    await writes(api.port, undefined, { server: `https://localhost:${other.port}`, 'tls-server-name': 'etcd.sandbox' });
    await kubernetes.version('prod-1');
    await writes(api.port);
    const address = `127.0.0.1:${other.port}`;
    await expect(kubernetes.readiness('prod-1', { address })).rejects.toMatchObject({ code: 'KUBERNETES_UNREACHABLE' });
    await kubernetes.text('prod-1', '/readyz', { address: `127.0.0.1:${api.port}` });
    expect(other.askers).toHaveLength(1);
    expect(api.sockets).toHaveLength(2);
  });

  it('are answered by an API server that was started anew', async () => {
    const { port, sockets, server } = await serves();
    await writes(port);
    const kubernetes = adapter();
    await kubernetes.version('prod-1');
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    await serves(certificates.server, page, port);
    expect(await kubernetes.version('prod-1')).toBe('v1.36.2');
  });

  it.each([
    ['are asked again where the connection is closed as they are asked', 1],
    ['are asked again once', Number.POSITIVE_INFINITY],
  ])('%s', async (_, times) => {
    let hangsUp = 0;
    const api = await serves(certificates.server, (request, response) => {
      if (hangsUp > 0) request.socket.destroy();
      else page(request, response);
      hangsUp -= 1;
    });
    await writes(api.port);
    const kubernetes = adapter();
    await kubernetes.version('prod-1');
    hangsUp = times;
    const asked = kubernetes.version('prod-1');
    if (times === 1) expect(await asked).toBe('v1.36.2');
    else await expect(asked).rejects.toMatchObject({ code: 'KUBERNETES_UNREACHABLE' });
    expect(api.askers).toHaveLength(3);
  });
});
