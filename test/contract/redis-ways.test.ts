import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Certificates, makeCertificates } from '../../sandbox/certificates.ts';
import { freePorts } from '../../sandbox/etcd.ts';
import { startRedis } from '../../sandbox/redis.ts';
import { startSentinels } from '../../sandbox/redis-sentinels.ts';
import type { RedisAccess } from '../../src/config/redis-access.ts';
import { connected, connectFailFast, connectPatient, disconnect } from '../../src/queue/redis.ts';
import { createSeen } from '../../src/queue/seen.ts';

let directory: string;
let certificates: Certificates;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-redis-'));
  certificates = await makeCertificates(join(directory, 'certificates'));
});

afterAll(() => rm(directory, { recursive: true }));

async function mayPing(settings: RedisAccess): Promise<string> {
  const redis = connectFailFast(settings);
  onTestFinished(() => disconnect(redis));
  await connected(redis, 2000);
  return redis.ping();
}

async function startSecured(): Promise<{ port: number; tls: { ca: string; certificate: string; key: string } }> {
  const [tlsPort = 0] = await freePorts(1);
  const { ca, server: own, client } = certificates;
  const files = ['--tls-cert-file', own.certificateFile, '--tls-key-file', own.keyFile];
  const trust = ['--tls-ca-cert-file', ca.certificateFile];
  const settings = ['--tls-port', `${tlsPort}`, ...files, ...trust];
  const server = await startRedis({ directory: join(directory, `tls-${tlsPort}`), settings });
  onTestFinished(() => server.stop());
  return { port: tlsPort, tls: { ca: ca.certificate, certificate: client.certificate, key: client.key } };
}

const waiting = { timeout: 20_000, interval: 100 };

describe('Redis behind TLS', () => {
  it('lets in whoever shows a certificate, a name and a password', async () => {
    const { port, tls } = await startSecured();
    const url = `rediss://127.0.0.1:${port}`;
    expect(await mayPing({ url, tls })).toBe('PONG');
    const admin = connectFailFast({ url, tls });
    onTestFinished(() => disconnect(admin));
    await connected(admin);
    await admin.acl('SETUSER', 'salvor', 'on', '>s3cret', '~{salvor}:*', '&*', '+@all');
    expect(await mayPing({ url, tls, username: 'salvor', password: 's3cret' })).toBe('PONG');
  });

  it('is not believed when nobody we know signed it', async () => {
    const { port, tls } = await startSecured();
    const ca = certificates.stranger.certificate;
    const asked = mayPing({ url: `rediss://127.0.0.1:${port}`, tls: { ...tls, ca } });
    await expect(asked).rejects.toMatchObject({ code: 'REDIS_UNREACHABLE' });
  });
});

describe('Redis behind Sentinel', () => {
  it('is found, and found again when another has taken its place', async () => {
    const watched = await startSentinels(join(directory, 'sentinels'));
    onTestFinished(() => watched.stop());
    const { master, access } = watched;
    const patient = connectPatient(access);
    onTestFinished(() => disconnect(patient));
    await connected(patient);
    await patient.set('{salvor}:kept', 'yes');
    expect(await patient.wait(1, 5000)).toBe(1);
    await master.kill();
    await vi.waitFor(async () => expect(await mayPing(access)).toBe('PONG'), waiting);
    expect(await patient.get('{salvor}:kept')).toBe('yes');
    expect(await patient.set('{salvor}:kept', 'still')).toBe('OK');
  });

  it('is spoken to through TLS, and so are its sentinels, where TLS is asked for', async () => {
    const { port, tls } = await startSecured();
    const [own = 0, secured = 0] = await freePorts(2);
    const { server, ca } = certificates;
    const lines = [
      `tls-port ${secured}`,
      ...[
        `tls-cert-file ${server.certificateFile}`,
        `tls-key-file ${server.keyFile}`,
        `tls-ca-cert-file ${ca.certificateFile}`,
      ],
      'tls-replication yes',
      `sentinel monitor salvor 127.0.0.1 ${port} 1`,
    ];
    const file = join(directory, 'sentinel-tls.conf');
    await writeFile(file, lines.map((line) => `${line}\n`).join(''));
    const sentinel = await startRedis({ directory, port: own, sentinel: file });
    onTestFinished(() => sentinel.stop());
    const sentinels = { group: 'salvor', nodes: [{ host: '127.0.0.1', port: secured }] };
    expect(await mayPing({ sentinels, tls })).toBe('PONG');
  });
});

describe('a server that was made a replica', () => {
  it('gets the write when it is one to write to again', async () => {
    const server = await startRedis({ directory: join(directory, 'demoted') });
    onTestFinished(() => server.stop());
    const admin = connectFailFast({ url: server.url });
    const patient = connectPatient({ url: server.url });
    onTestFinished(() => {
      disconnect(admin);
      disconnect(patient);
    });
    await connected(admin);
    await connected(patient);
    await admin.replicaof('127.0.0.1', 1);
    const closed = new Promise((resolve) => patient.once('close', resolve));
    const answer = createSeen(patient).first('event:1', 60_000);
    await closed;
    await admin.replicaof('NO', 'ONE');
    expect(await answer).toBe(true);
  });
});
