import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Certificates, makeCertificates } from '../../sandbox/certificates.ts';
import { freePorts } from '../../sandbox/etcd.ts';
import { startRedis } from '../../sandbox/redis.ts';
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

const waiting = { timeout: 20_000, interval: 100 };

describe('Redis behind TLS', () => {
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
    const [sentinelPort = 0] = await freePorts(1);
    const first = await startRedis({
      directory: join(directory, 'first'),
      settings: ['--repl-diskless-sync-delay', '0'],
    });
    onTestFinished(() => first.stop());
    const replicaOf = ['--replicaof', `127.0.0.1 ${first.port}`];
    const second = await startRedis({ directory: join(directory, 'second'), settings: replicaOf });
    onTestFinished(() => second.stop());
    const primary = connectFailFast({ url: first.url });
    onTestFinished(() => disconnect(primary));
    await connected(primary);
    await vi.waitFor(async () => expect(await primary.info('replication')).toContain('state=online'), waiting);
    const watch = join(directory, 'sentinel.conf');
    const rules = ['down-after-milliseconds salvor 300', 'failover-timeout salvor 3000'].map(
      (rule) => `sentinel ${rule}`,
    );
    await writeFile(watch, [`sentinel monitor salvor 127.0.0.1 ${first.port} 1`, ...rules, ''].join('\n'));
    const sentinel = await startRedis({ directory, port: sentinelPort, sentinel: watch });
    onTestFinished(() => sentinel.stop());

    const sentinels = { group: 'salvor', nodes: [{ host: '127.0.0.1', port: sentinelPort }] };
    const patient = connectPatient({ sentinels });
    onTestFinished(() => disconnect(patient));
    await connected(patient);
    await patient.set('{salvor}:kept', 'yes');
    expect(await patient.wait(1, 5000)).toBe(1);
    await first.kill();
    await vi.waitFor(async () => expect(await mayPing({ sentinels })).toBe('PONG'), waiting);
    expect(await patient.get('{salvor}:kept')).toBe('yes');
    expect(await patient.set('{salvor}:kept', 'still')).toBe('OK');
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
