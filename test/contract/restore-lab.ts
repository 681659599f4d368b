import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { type EtcdCluster, type EtcdMember, type EtcdSetup, startEtcd } from '../../sandbox/etcd.ts';
import { createAnsible } from '../../src/adapters/ansible.ts';
import { type HostVariables, playbook, type RestoreTag } from '../../src/ops/etcd/restore/steps.ts';
import type { AnsibleEvent, PlaybookResult } from '../../src/ports/ansible.ts';

const run = promisify(execFile);
const ownPlaybook = resolve(import.meta.dirname, '../../playbooks/etcd-restore');

/** A real etcd whose members are services of this machine, and the playbook that restores it. */
export interface RestoreLab {
  readonly directory: string;
  readonly cluster: EtcdCluster;
  /** Saves a snapshot; answers its file. */
  snapshot(name: string): Promise<string>;
  /** A restore of its own: with a mark that no other one has. */
  begin(file: string, changes?: Readonly<Record<string, Partial<HostVariables>>>): Restore;
  /** Writes `<prefix>0` and `<prefix>1`, through any member. */
  write(prefix: string): Promise<void>;
  /** All keys with their values, as this member itself has them. */
  keysOn(member: EtcdMember): Promise<readonly string[]>;
  /** Waits until every member answers and all say the same, and answers it. */
  keysOnAll(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface Restore {
  readonly mark: string;
  /** On every host. */
  readonly restoreDir: string;
  run(tags: readonly RestoreTag[], how?: RunHow): Promise<RestoreRun>;
  /** What a person types who has the inventory and no Salvor; answers what Ansible prints. */
  byHand(playbook: string, ...words: readonly string[]): Promise<string>;
  /** The same restore with hosts that are told something else. */
  with(changes: Readonly<Record<string, Partial<HostVariables>>>): Restore;
  /** The same restore whose tool gets more arguments. */
  withArguments(...more: readonly string[]): Restore;
}

interface RunHow {
  readonly hosts?: readonly string[];
  readonly signal?: AbortSignal;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly onEvent?: (event: AnsibleEvent) => void;
}

export interface RestoreRun extends PlaybookResult {
  /** What failed, host by host: 'etcd-2: Restore: …'. */
  readonly failures: readonly string[];
  /** Tasks that changed something, each once. */
  readonly changed: readonly string[];
}

/** What takes the old data away and brings the new, in its order; what is only about files and their owners is left to one test. */
export const swaps: readonly RestoreTag[] = ['stop-etcd', 'move-aside', 'restore'];
export const downwards: readonly RestoreTag[] = [
  'fetch',
  'stop-apiservers',
  'stop-etcd',
  'move-aside',
  'restore',
  'own',
];
export const upwards: readonly RestoreTag[] = ['start-etcd', 'start-apiservers', 'restart-afterwards', 'clear-away'];

export async function openRestoreLab(
  members: EtcdSetup['members'],
  path = process.env.PATH ?? '',
): Promise<RestoreLab> {
  const directory = await mkdtemp(join(tmpdir(), 'salvor-restore-lab-'));
  const work = join(directory, 'work');
  const [cluster] = await Promise.all([
    startEtcd({ directory: join(directory, 'etcd'), members, asServices: true }),
    mkdir(work),
  ]);
  const ansible = createAnsible({ directory: work, hosts: {}, path });
  let restores = 0;

  const restoreOf = (
    mark: string,
    file: string,
    changes: Readonly<Record<string, Partial<HostVariables>>>,
  ): Restore => {
    const restoreDir = join(directory, 'restores', mark);
    const hosts = cluster.members.map((member) => ({
      name: member.name,
      address: '127.0.0.1',
      connection: 'local' as const,
      variables: { ...variablesOf(cluster, member, { mark, restoreDir }), ...changes[member.name] },
    }));
    const shared = {
      ...{ restore_cluster: 'lab', restore_mark: mark, restore_dir: restoreDir, restore_programs: [] },
      ...{ ansible_become: false, snapshot_file: file },
    };
    return {
      mark,
      restoreDir,
      async byHand(name, ...words) {
        const inventory = join(directory, `${mark}.json`);
        // Here Ansible need not look for a Python: it runs on one.
        const here = { ansible_connection: 'local', ansible_python_interpreter: '{{ ansible_playbook_python }}' };
        const named = hosts.map((host) => [host.name, { ...here, ...host.variables }]);
        await writeFile(inventory, JSON.stringify({ etcd: { hosts: Object.fromEntries(named), vars: shared } }));
        const { stdout } = await run('ansible-playbook', ['-i', inventory, ...words, name], {
          cwd: ownPlaybook,
          env: { PATH: path, HOME: work, LC_ALL: 'C.UTF-8', ANSIBLE_LOCALHOST_WARNING: 'false' },
        });
        return stdout;
      },
      with: (more) => restoreOf(mark, file, { ...changes, ...more }),
      withArguments: (...more) =>
        restoreOf(
          mark,
          file,
          Object.fromEntries(
            hosts.map(({ name, variables }) => [
              name,
              { ...changes[name], restore_argv: [...variables.restore_argv, ...more] },
            ]),
          ),
        ),
      async run(tags, { variables = {}, onEvent, ...how } = {}) {
        const events: AnsibleEvent[] = [];
        if (tags.includes('restore') && !tags.includes('fetch')) await put(file, restoreDir);
        const result = await ansible.run({
          ...{ target: 'lab', playbook, tags, timeLimitMs: 110_000 },
          inventory: { groups: { etcd: hosts }, variables: { ...shared, ...variables } },
          onEvent(event) {
            events.push(event);
            onEvent?.(event);
          },
          ...how,
        });
        return { ...result, failures: failuresOf(result), changed: changedBy(events) };
      },
    };
  };

  /** As the tag `fetch` does, which alone takes as long as all others. */
  const put = async (file: string, restoreDir: string) => {
    await mkdir(restoreDir, { recursive: true });
    if (file !== '') await copyFile(file, join(restoreDir, 'snapshot.db')).catch(() => undefined);
  };

  const keysOn: RestoreLab['keysOn'] = async ({ endpoint }) => {
    const words = ['get', '', '--prefix', '--consistency=s', '--write-out=json', '--command-timeout=2s'];
    const { stdout } = await run('etcdctl', [`--endpoints=${endpoint}`, ...words], { env: etcdctlEnvironment });
    return Answer.parse(JSON.parse(stdout)).kvs.map(({ key, value }) => `${text(key)}=${text(value)}`);
  };

  return {
    directory,
    cluster,
    async snapshot(name) {
      const file = join(directory, `${name}.db`);
      const [endpoint = ''] = cluster.endpoints;
      await run('etcdctl', [`--endpoints=${endpoint}`, 'snapshot', 'save', file], { env: etcdctlEnvironment });
      return file;
    },
    begin(file, changes = {}) {
      restores += 1;
      return restoreOf(`m${restores}`, file, changes);
    },
    async write(prefix) {
      const puts = Array.from({ length: 2 }, (_, index) => cluster.etcdctl('put', `${prefix}${index}`, `of ${prefix}`));
      await Promise.all(puts);
    },
    keysOn,
    keysOnAll: () => agreed(cluster, keysOn),
    async close() {
      await cluster.stop();
      await rm(directory, { recursive: true });
    },
  };
}

const etcdctlEnvironment = { PATH: process.env.PATH, ETCDCTL_API: '3' };

const Answer = z.object({ kvs: z.array(z.object({ key: z.string(), value: z.string().default('') })).default([]) });
const text = (base64: string): string => Buffer.from(base64, 'base64').toString();

/** Each must answer by itself, and through the quorum. */
async function agreed(cluster: EtcdCluster, keysOn: RestoreLab['keysOn']): Promise<readonly string[]> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const all = await Promise.all(cluster.members.map((member) => keysOn(member))).catch(() => []);
    const [first] = all;
    if (first && all.every((keys) => keys.join() === first.join())) {
      const isQuorate = await cluster.etcdctl('endpoint', 'health').then(
        () => true,
        () => false,
      );
      if (isQuorate) return first;
    }
    if (Date.now() > deadline) throw new Error(`The members did not agree: ${JSON.stringify(all)}`);
    await delay(300);
  }
}

interface Names {
  readonly mark: string;
  readonly restoreDir: string;
}

/** As a plan would have it for this machine's etcdctl. */
function variablesOf(cluster: EtcdCluster, member: EtcdMember, { mark, restoreDir }: Names): HostVariables {
  const { start, stop, isRunning } = member.service ?? { start: [], stop: [], isRunning: [] };
  const all = cluster.members.map(({ name, peerUrl }) => `${name}=${peerUrl}`).join(',');
  return {
    etcd_name: member.name,
    etcd_peer_url: member.peerUrl,
    etcd_client_url: member.endpoint,
    etcd_data_dir: member.dataDirectory,
    etcd_wal_dir: '',
    etcd_owner: userInfo().username,
    etcd_service: { kind: 'commands', start, stop, isRunning },
    apiserver_service: null,
    afterwards_services: [],
    restore_argv: [
      ...['etcdctl', 'snapshot', 'restore', join(restoreDir, 'snapshot.db'), `--name=${member.name}`],
      ...[`--initial-cluster=${all}`, `--initial-cluster-token=lab-${mark}`],
      `--initial-advertise-peer-urls=${member.peerUrl}`,
      `--data-dir=${join(member.dataDirectory, `restored-${mark}`)}`,
    ],
    restore_bytes: 1,
    join_flags: [`--initial-cluster=${all}`, '--initial-cluster-state=existing'],
    rescue_argv: [],
  };
}

const failuresOf = ({ hosts }: PlaybookResult): readonly string[] =>
  Object.entries(hosts).flatMap(([name, { failure }]) =>
    failure ? [`${name}: ${failure.task}: ${failure.message}`] : [],
  );

const changedBy = (events: readonly AnsibleEvent[]): readonly string[] => [
  ...new Set(events.filter(({ kind }) => kind === 'changed').map(({ task }) => task)),
];

export const sha256Of = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
