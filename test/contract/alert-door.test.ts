import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Certificates, makeCertificates } from '../../sandbox/certificates.ts';
import { createAlertmanager } from '../../src/adapters/alertmanager.ts';
import { serveAlerts } from '../../src/http/alerts.ts';
import type { HttpServer } from '../../src/http/server.ts';
import { notification } from '../chatops/alerts/alerts.ts';

const logger = { info() {}, warn() {}, error() {} };
let directory: string;
let certificates: Certificates;
let server: HttpServer;
let told = 0;
let answer: () => Promise<number> = async () => 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-alerts-'));
  certificates = await makeCertificates(directory);
  const { server: own, ca } = certificates;
  server = await serveAlerts({
    ...{ listen: { host: '127.0.0.1', port: 0 }, token: undefined, logger, onDelivery() {} },
    tls: { certificate: own.certificate, key: own.key, clientCa: ca.certificate },
    async tell() {
      told += 1;
      return answer();
    },
  });
});

afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

function post(client: Certificates['client'] | undefined): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const asked = request(
    {
      ...{
        host: '127.0.0.1',
        port: server.port,
        path: '/alerts',
        method: 'POST',
        ca: certificates.ca.certificate,
        agent: false,
      },
      ...(client ? { cert: client.certificate, key: client.key } : {}),
    },
    (heard) => resolve(heard.resume().statusCode ?? 0),
  );
  asked.on('error', reject);
  asked.end(JSON.stringify(notification([{}])));
  return promise;
}

it('lets in who shows a certificate of the authority that salvor.yaml names, and nobody else', async () => {
  expect(await post(certificates.client)).toBe(200);
  for (const other of [undefined, certificates.stranger]) await expect(post(other)).rejects.toThrow();
  expect(told).toBe(1);
});

it('has Alertmanager come again for what cannot be kept, whatever the reason', async () => {
  answer = () => Promise.reject(new Error('Redis is away'));
  expect(await post(certificates.client)).toBe(503);
});

it('has Alertmanager come again when too much comes at once', async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  answer = () => promise;
  const statuses: number[] = [];
  const all = Array.from({ length: 80 }, async () => void statuses.push(await post(certificates.client)));
  await expect.poll(() => statuses).toEqual(Array(16).fill(503));
  resolve(0);
  await Promise.all(all);
  expect(statuses.filter((status) => status === 200)).toHaveLength(64);
});

it('says what is wrong with an Alertmanager that cannot be asked', async () => {
  const away = createAlertmanager({ url: 'http://127.0.0.1:1' });
  await expect(away.firing({})).rejects.toMatchObject({
    name: 'Fault',
    code: 'ALERTMANAGER_UNREACHABLE',
    retryable: true,
  });
  const other = createAlertmanager({ url: `https://127.0.0.1:${server.port}`, ca: certificates.ca.certificate });
  await expect(other.firing({})).rejects.toMatchObject({ name: 'Fault', port: 'alertmanager' });
});
