import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Certificates } from './certificates.ts';

const run = promisify(execFile);

export interface EtcdSetup {
  /** Holds the members' data directories and logs; made when absent, left behind by `stop`. */
  readonly directory: string;
  readonly members: 1 | 3 | 5;
  /** Clients and peers speak TLS; with `clientCertificates` only those with one from the CA get in. */
  readonly tls?: { readonly certificates: Certificates; readonly clientCertificates?: boolean };
  /** Turns authentication on, with the user root and this password. */
  readonly auth?: { readonly password: string };
  readonly quotaBytes?: number;
  /** Members are services of this host, which others may stop and start too; otherwise children of this process. */
  readonly asServices?: boolean;
  /** Members take basePort + 2i for clients and basePort + 2i + 1 for peers; free ports without it. */
  readonly basePort?: number;
}

export interface EtcdMember {
  readonly name: string;
  readonly endpoint: string;
  readonly peerUrl: string;
  readonly dataDirectory: string;
  /** Where it is a service: the programs that stop and start it, as salvor.yaml takes them. */
  readonly service?: Readonly<Record<'start' | 'stop' | 'isRunning', readonly string[]>>;
  readonly pid: number;
  /** Ends the process and waits until it is gone. SIGKILL unless told otherwise. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** SIGSTOP: alive for the kernel, silent for everybody else. */
  pause(): void;
  resume(): void;
  /** Starts a killed member again with its data, and waits until it answers. */
  restart(): Promise<void>;
}

export interface EtcdCluster {
  /** Client URLs, in the order of the members. */
  readonly endpoints: readonly string[];
  readonly members: readonly EtcdMember[];
  member(index: number): EtcdMember;
  /** Runs etcdctl against the cluster with its credentials, answers what it printed. */
  etcdctl(...words: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a real etcd cluster on 127.0.0.1 and waits until every member is healthy. */
export async function startEtcd(setup: EtcdSetup): Promise<EtcdCluster> {
  await mkdir(setup.directory, { recursive: true });
  const plans = await plan(setup);
  const create = setup.asServices ? createService : createMember;
  const members = plans.map((each) => create(setup, each, plans));
  try {
    await Promise.all(members.map((member) => member.start()));
    if (setup.auth) await enableAuth(setup.auth.password, (...words) => runEtcdctl(setup, plans, words, false));
  } catch (error) {
    await Promise.all(members.map((member) => member.kill()));
    throw error;
  }
  return {
    endpoints: plans.map((each) => each.clientUrl),
    members,
    member(index) {
      const member = members[index];
      if (!member) throw new RangeError(`There is no member ${index}`);
      return member;
    },
    etcdctl: (...words) => runEtcdctl(setup, plans, words, true),
    // Told to end, each would try for seven seconds to hand the leadership to another one that ends too.
    stop: async () => void (await Promise.all(members.map((member) => member.kill()))),
  };
}

interface MemberPlan {
  readonly name: string;
  readonly clientUrl: string;
  readonly peerUrl: string;
  readonly dataDirectory: string;
  readonly logFile: string;
}

async function plan(setup: EtcdSetup): Promise<readonly MemberPlan[]> {
  const scheme = setup.tls ? 'https' : 'http';
  const ports = await portsFor(setup);
  return Array.from({ length: setup.members }, (_, index) => {
    const name = `etcd-${index + 1}`;
    return {
      name,
      clientUrl: `${scheme}://127.0.0.1:${ports[index * 2]}`,
      peerUrl: `${scheme}://127.0.0.1:${ports[index * 2 + 1]}`,
      dataDirectory: join(setup.directory, name),
      logFile: join(setup.directory, `${name}.log`),
    };
  });
}

async function portsFor(setup: EtcdSetup): Promise<readonly number[]> {
  const count = setup.members * 2;
  const { basePort } = setup;
  if (basePort !== undefined) return Array.from({ length: count }, (_, index) => basePort + index);
  return freePorts(count);
}

/** Ports that were free a moment ago. All are held open together, so no two are the same. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = servers.map(
    (server) =>
      new Promise<number>((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', () => {
          const address = server.address();
          resolve(typeof address === 'object' && address ? address.port : 0);
        });
      }),
  );
  const found = await Promise.all(ports);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return found;
}

function createMember(setup: EtcdSetup, plan: MemberPlan, all: readonly MemberPlan[]) {
  let child: ChildProcess | undefined;

  const kill = async (signal: NodeJS.Signals = 'SIGKILL') => {
    const dying = child;
    child = undefined;
    if (!dying || dying.exitCode !== null || dying.signalCode !== null) return;
    const gone = new Promise((resolve) => dying.once('exit', resolve));
    dying.kill('SIGCONT');
    dying.kill(signal);
    await gone;
  };

  const start = async () => {
    const log = openSync(plan.logFile, 'a');
    const started = spawn('etcd', flags(setup, plan, all), { stdio: ['ignore', log, log] });
    child = started;
    await healthy(setup, plan, () => started.exitCode === null && started.signalCode === null);
  };

  return {
    name: plan.name,
    endpoint: plan.clientUrl,
    peerUrl: plan.peerUrl,
    dataDirectory: plan.dataDirectory,
    get pid() {
      if (child?.pid === undefined) throw new Error(`${plan.name} is not running`);
      return child.pid;
    },
    start,
    kill,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    restart: async () => {
      await kill('SIGTERM');
      await start();
    },
  };
}

const script = join(import.meta.dirname, 'etcd-service.sh');

/** A member that a script of the host starts and stops, and that outlives whoever called it. */
function createService(setup: EtcdSetup, plan: MemberPlan, all: readonly MemberPlan[]) {
  const base = join(setup.directory, plan.name);
  const argv = (what: string) => ['/bin/sh', script, what, base];
  const pidOf = () => Number(readFileSync(`${base}.pid`, 'utf8'));
  const isThere = () =>
    run('/bin/sh', argv('running').slice(1)).then(
      () => true,
      () => false,
    );

  const start = async () => {
    await writeFile(`${base}.args`, `${flags(setup, plan, all).join('\n')}\n`);
    await run('/bin/sh', argv('start').slice(1));
    await healthy(setup, plan, isThere);
  };

  const kill = async (signal: NodeJS.Signals = 'SIGKILL') => {
    if (!(await isThere())) return;
    process.kill(pidOf(), 'SIGCONT');
    process.kill(pidOf(), signal);
    while (await isThere()) await delay(20);
  };

  return {
    name: plan.name,
    endpoint: plan.clientUrl,
    peerUrl: plan.peerUrl,
    dataDirectory: plan.dataDirectory,
    service: { start: argv('start'), stop: argv('stop'), isRunning: argv('running') },
    get pid() {
      return pidOf();
    },
    start,
    kill,
    pause: () => void process.kill(pidOf(), 'SIGSTOP'),
    resume: () => void process.kill(pidOf(), 'SIGCONT'),
    restart: async () => {
      await kill('SIGTERM');
      await start();
    },
  };
}

function flags(setup: EtcdSetup, plan: MemberPlan, all: readonly MemberPlan[]): readonly string[] {
  return [
    ...['--name', plan.name, '--data-dir', plan.dataDirectory, '--logger', 'zap', '--log-level', 'warn'],
    ...['--listen-client-urls', plan.clientUrl, '--advertise-client-urls', plan.clientUrl],
    ...['--listen-peer-urls', plan.peerUrl, '--initial-advertise-peer-urls', plan.peerUrl],
    ...['--initial-cluster', all.map((each) => `${each.name}=${each.peerUrl}`).join(',')],
    ...['--initial-cluster-token', 'salvor-sandbox', '--initial-cluster-state', 'new'],
    ...['--max-txn-ops', '4096', '--quota-backend-bytes', String(setup.quotaBytes ?? 8 * 1024 ** 3)],
    ...tlsFlags(setup.tls),
  ];
}

function tlsFlags(tls: EtcdSetup['tls']): readonly string[] {
  if (!tls) return [];
  const { ca, server } = tls.certificates;
  return [
    ...['--cert-file', server.certificateFile, '--key-file', server.keyFile],
    ...['--peer-cert-file', server.certificateFile, '--peer-key-file', server.keyFile],
    ...['--peer-trusted-ca-file', ca.certificateFile],
    // Naming a CA is enough for etcd to turn away everybody without a certificate.
    ...(tls.clientCertificates ? ['--client-cert-auth', '--trusted-ca-file', ca.certificateFile] : []),
  ];
}

async function healthy(setup: EtcdSetup, plan: MemberPlan, runs: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    if (!(await runs())) throw new Error(await lastWords(plan));
    // A linearizable read: answered once there is a leader. So is the refusal of credentials before auth is enabled.
    const answered = await runEtcdctl(setup, [plan], ['get', 'health'], true).then(
      () => true,
      (error: unknown) => String(error).includes('authentication is not enabled'),
    );
    if (answered) return;
    if (Date.now() > deadline) throw new Error(`${plan.name} did not become healthy. ${await lastWords(plan)}`);
    await delay(100);
  }
}

async function lastWords(plan: MemberPlan): Promise<string> {
  const log = await readFile(plan.logFile, 'utf8').catch(() => '');
  return `${plan.name} said last: ${log.split('\n').slice(-6).join('\n')}`;
}

async function runEtcdctl(
  setup: EtcdSetup,
  plans: readonly MemberPlan[],
  words: readonly string[],
  asRoot: boolean,
): Promise<string> {
  const certificates = setup.tls?.certificates;
  const tls = certificates ? ['--cacert', certificates.ca.certificateFile] : [];
  const identity =
    certificates && setup.tls?.clientCertificates
      ? ['--cert', certificates.client.certificateFile, '--key', certificates.client.keyFile]
      : [];
  const user = setup.auth && asRoot ? [`--user=root:${setup.auth.password}`] : [];
  const endpoints = ['--endpoints', plans.map((each) => each.clientUrl).join(','), '--command-timeout=10s'];
  const { stdout } = await run('etcdctl', [...endpoints, ...tls, ...identity, ...user, ...words], {
    env: { PATH: process.env.PATH, ETCDCTL_API: '3' },
    maxBuffer: 64 * 1024 ** 2,
  });
  return stdout;
}

async function enableAuth(password: string, asNobody: EtcdCluster['etcdctl']): Promise<void> {
  const isOn = await asNobody('user', 'list').then(
    () => false,
    (error: unknown) => String(error).includes('user name is empty'),
  );
  if (isOn) return;
  await asNobody('user', 'add', `root:${password}`);
  await asNobody('auth', 'enable');
}
