import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, createServer as createSilence } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { type Certificate, type Certificates, makeCertificates, runOut } from '../../sandbox/certificates.ts';
import { createKubernetes } from '../../src/adapters/kubernetes.ts';
import type { ServedCertificate } from '../../src/ports/served-certificate.ts';

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

/** By a kubeconfig that leads to `host`. */
async function adapter(host: string, cluster: object = {}, token = 'a-token') {
  const kubeconfig = join(directory, 'kubeconfig');
  const its = { server: `https://${host}:1`, 'certificate-authority': certificates.ca.certificateFile, ...cluster };
  const config = {
    clusters: [{ name: 'local', cluster: its }],
    users: [{ name: 'salvor', user: { token } }],
    contexts: [{ name: 'salvor', context: { cluster: 'local', user: 'salvor' } }],
    'current-context': 'salvor',
  };
  await writeFile(kubeconfig, stringify(config));
  return createKubernetes({ 'prod-1': { kubeconfig } });
}

/** Asks the one at an address of 127.0.0.1. */
const asks = async (host: string, port: number, cluster: object = {}) =>
  (await adapter(host, cluster)).readiness('prod-1', { address: `127.0.0.1:${port}` });
const looksAt = async (host: string, port: number, cluster: object = {}) =>
  (await adapter(host, cluster)).certificate('prod-1', { address: `127.0.0.1:${port}` });

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

describe('the certificate of an API server', () => {
  const dayMs = 24 * 3_600_000;
  const daysOf = async (seen: Promise<ServedCertificate | undefined>) => {
    const { until, at } = (await seen) ?? {};
    return Math.round(((until?.getTime() ?? 0) - (at?.getTime() ?? 0)) / dayMs);
  };

  it('is seen where it is verified as for every question, and no credentials go there', async () => {
    expect(await daysOf(looksAt('localhost', await serves(certificates.server)))).toBe(365);
    expect(await daysOf(looksAt('10.0.0.1', await serves(certificates.server)))).toBe(365);
    const named = { 'tls-server-name': 'etcd.sandbox' };
    expect(await daysOf(looksAt('10.0.0.1', await serves(certificates.namedServer), named))).toBe(365);
    expect(credentials).toEqual([]);
  });

  it('is seen of the one that the kubeconfig leads to, also by an authority in it, and where nothing is verified', async () => {
    const [own, strange] = [await serves(certificates.server), await serves(certificates.stranger)];
    const data = Buffer.from(certificates.ca.certificate).toString('base64');
    const inIt = { 'certificate-authority': undefined, 'certificate-authority-data': data };
    const to = async (port: number, more: object) =>
      (await adapter('localhost', { server: `https://localhost:${port}`, ...more })).certificate('prod-1');
    expect(await daysOf(to(own, inIt))).toBe(365);
    const unverified = { 'insecure-skip-tls-verify': true, 'certificate-authority': undefined };
    expect(await daysOf(to(strange, unverified))).toBe(365);
    await expect(to(strange, {})).rejects.toMatchObject({ code: 'KUBERNETES_UNREACHABLE' });
  });

  it('is seen when it has run out, if nothing else is wrong with it', async () => {
    const own = await runOut(directory, certificates.ca, 'subjectAltName=DNS:localhost');
    const foreign = await runOut(directory, certificates.ca, 'subjectAltName=DNS:elsewhere');
    expect(await daysOf(looksAt('localhost', await serves(own)))).toBe(-1);
    await expect(looksAt('localhost', await serves(foreign))).rejects.toMatchObject({
      code: 'KUBERNETES_UNREACHABLE',
      message: expect.stringContaining('altnames'),
    });
  });

  it('is not told where it has run out and is of nobody we know', async () => {
    const strange = await runOut(directory, certificates.stranger, 'subjectAltName=DNS:localhost');
    await expect(looksAt('localhost', await serves(strange))).rejects.toMatchObject({ code: 'KUBERNETES_UNREACHABLE' });
  });

  it('is none where there is none', async () => {
    expect(await (await adapter('localhost', { server: 'http://localhost:1' })).certificate('prod-1')).toBeUndefined();
  });

  it.each([
    ['is of another name', 'namedServer', {}, 'KUBERNETES_UNREACHABLE'],
    ['is of nobody we know', 'stranger', {}, 'KUBERNETES_UNREACHABLE'],
    [
      ...(['is verified by nobody', 'server'] as const),
      ...[{ 'insecure-skip-tls-verify': true, 'certificate-authority': undefined }, 'KUBERNETES_CONFIG'],
    ],
    ['is behind a proxy', 'server', { 'proxy-url': 'http://localhost:1' }, 'KUBERNETES_CONFIG'],
  ] as const)('is not told where it %s', async (_, which, cluster, code) => {
    await expect(looksAt('localhost', await serves(certificates[which]), cluster)).rejects.toMatchObject({ code });
  });

  it('is not waited for without end, nor after an abort', async () => {
    const silent = createSilence();
    const address = await new Promise<string>((resolve) =>
      silent.listen(0, '127.0.0.1', () => resolve(`127.0.0.1:${(silent.address() as AddressInfo).port}`)),
    );
    onTestFinished(() => void silent.close());
    const kubernetes = await adapter('localhost');
    await expect(kubernetes.certificate('prod-1', { address })).rejects.toMatchObject({ code: 'KUBERNETES_TIMEOUT' });
    const reason = new Error('enough');
    const stop = AbortSignal.abort(reason);
    await expect(kubernetes.certificate('prod-1', { address, signal: stop })).rejects.toBe(reason);
  }, 15_000);
});
