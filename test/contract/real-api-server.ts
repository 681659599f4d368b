import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makeCertificates } from '../../sandbox/certificates.ts';
import { freePorts } from '../../sandbox/etcd.ts';
import { type Api, ask } from './ask-api-server.ts';

/** Starts etcd and kube-apiserver of that directory, as envtest lays them out, without any controller. */
export async function startRealApiServer(assets: string): Promise<Api> {
  const directory = await mkdtemp(join(tmpdir(), 'salvor-real-api-'));
  const { ca, server } = await makeCertificates(directory);
  const [client = 0, peer = 0, secure = 0] = await freePorts(3);
  const tokens = { admin: randomBytes(16).toString('hex'), nobody: randomBytes(16).toString('hex') };
  const users = `${tokens.admin},admin,admin,"system:masters"\n${tokens.nobody},nobody,nobody\n`;
  await writeFile(join(directory, 'tokens.csv'), users, { mode: 0o600 });
  const log = await open(join(directory, 'log'), 'a');
  const run = (program: string, flags: readonly string[]): ChildProcess =>
    spawn(join(assets, program), flags, { stdio: ['ignore', log.fd, log.fd] });

  const etcd = run('etcd', [
    ...['--data-dir', join(directory, 'etcd'), '--listen-client-urls', `http://127.0.0.1:${client}`],
    ...['--advertise-client-urls', `http://127.0.0.1:${client}`, '--listen-peer-urls', `http://127.0.0.1:${peer}`],
  ]);
  const startServer = () =>
    run('kube-apiserver', [
      ...[`--etcd-servers=http://127.0.0.1:${client}`, '--bind-address=127.0.0.1', `--secure-port=${secure}`],
      ...[`--tls-cert-file=${server.certificateFile}`, `--tls-private-key-file=${server.keyFile}`],
      ...[
        '--service-account-issuer=https://kubernetes.default.svc',
        `--service-account-key-file=${server.certificateFile}`,
      ],
      ...[`--service-account-signing-key-file=${server.keyFile}`, '--service-cluster-ip-range=10.96.0.0/24'],
      ...['--authorization-mode=RBAC', `--token-auth-file=${join(directory, 'tokens.csv')}`],
      ...['--disable-admission-plugins=ServiceAccount', `--cert-dir=${directory}`],
    ]);
  let apiServer = startServer();
  const api = { url: `https://127.0.0.1:${secure}`, ca: ca.certificate, tokens };
  const stop = async () => {
    await end(apiServer);
    await end(etcd);
    await log.close();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await isReady(api, apiServer);
  } catch (error) {
    const said = await readFile(join(directory, 'log'), 'utf8');
    await stop();
    throw new Error(`kube-apiserver did not become ready: ${said.slice(-2000)}`, { cause: error });
  }
  return {
    ...api,
    async forget(revision) {
      await fetch(`http://127.0.0.1:${client}/v3/kv/compaction`, {
        method: 'POST',
        body: JSON.stringify({ revision: String(revision), physical: true }),
      });
      // It keeps in memory what etcd has forgotten.
      await end(apiServer);
      apiServer = startServer();
      await isReady(api, apiServer);
    },
    stop,
  };
}

async function isReady(api: Omit<Api, 'stop' | 'forget'>, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300 && server.exitCode === null; tries += 1) {
    const answer = await ask(api, { path: '/readyz' }).catch(() => undefined);
    if (answer?.status === 200) return;
    await pause(200);
  }
  throw new Error(server.exitCode === null ? 'not within a minute' : `it ended with ${server.exitCode}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
