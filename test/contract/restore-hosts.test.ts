import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createAnsible } from '../../src/adapters/ansible.ts';
import { HostFacts } from '../../src/ops/etcd/restore/host-facts.ts';
import { type HostVariables, playbook, type RestoreTag } from '../../src/ops/etcd/restore/steps.ts';
import { localHost } from './ansible-lab.ts';
import { runModule } from './restore-module.ts';

/** What the playbook does on one host with directories and services, without an etcd: for what real members here do not have. */
let directory: string;
let count = 0;
let at: (...names: readonly string[]) => string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-host-'));
  await mkdir(join(directory, 'bin'));
  await program('systemctl', systemctl);
  await program('crictl', crictl);
});
afterAll(() => rm(directory, { recursive: true }));
beforeEach(async () => {
  count += 1;
  const own = join(directory, String(count));
  at = (...names) => join(own, ...names);
  await mkdir(at('data'), { recursive: true });
  await mkdir(at('manifests'));
});

async function program(name: string, text: string): Promise<void> {
  await writeFile(join(directory, 'bin', name), text);
  await chmod(join(directory, 'bin', name), 0o755);
}

/** systemd, as far as a unit is asked after, started and stopped: one that runs has a file. */
const systemctl = `#!/bin/sh
for unit; do :; done
echo "$*" >> "\${0%/bin/*}/systemctl.log"
file="\${0%/bin/*}/active-$unit"
case $1 in
  is-active) if [ -e "$file" ]; then echo active; else echo inactive; exit 3; fi ;;
  start) touch "$file" ;;
  stop) rm -f "$file" ;;
esac
`;

/** crictl, where kubelet runs at once whatever lies in its directory, the newest of all. */
const crictl = `#!/bin/sh
for name; do :; done
name=\${name#^} name=\${name%$}
cd "\${0%/bin/*}" && cd "$(ls -d [0-9]* | sort -n | tail -1)"
if [ -e "manifests/$name.yaml" ]; then echo 0123456789ab; fi
`;

const path = () => `${join(directory, 'bin')}:${process.env.PATH ?? ''}`;

async function run(tags: readonly RestoreTag[], changes: Partial<HostVariables> = {}) {
  const ansible = createAnsible({
    directory,
    hosts: {},
    path: path(),
  });
  const changed = new Set<string>();
  const { hosts } = await ansible.run({
    ...{ target: 'lab', playbook, tags, timeLimitMs: 110_000 },
    inventory: {
      groups: { etcd: [localHost('cp-1', { ...variables(), ...changes })] },
      variables: {
        ...{ restore_cluster: 'lab', restore_mark: 'm1', restore_dir: at('restores', 'm1'), restore_programs: [] },
        ...{ ansible_become: false, snapshot_file: '' },
      },
    },
    onEvent: ({ kind, task }) => kind === 'changed' && changed.add(task),
  });
  return { failure: hosts['cp-1']?.failure?.message, changed: [...changed] };
}

const variables = (): HostVariables => ({
  ...{ etcd_name: 'cp-1', etcd_peer_url: '', etcd_client_url: '', restore_bytes: 1 },
  ...{ etcd_data_dir: at('data'), etcd_wal_dir: '', etcd_owner: userInfo().username },
  etcd_service: { kind: 'systemd', unit: 'etcd.service' },
  apiserver_service: null,
  afterwards_services: [],
  restore_argv: [],
  join_flags: [],
  rescue_argv: [],
});

/** Each is done by itself, with a WAL directory of its own unless told otherwise. */
const does = (what: string, options: object = {}) =>
  runModule('restore_data', { does: what, data_dir: at('data'), wal_dir: at('wal'), mark: 'm1', ...options });

/** Puts its word where a restored member and its WAL go, as etcdutl does. */
const restores = (word: string) =>
  does('restore', {
    argv: [
      ...['sh', '-c', 'mkdir -p "$0/member" "$1" && echo "$2" | tee "$0/member/word" > "$1/word"'],
      ...[at('data', 'restored-m1'), at('wal.restored-m1'), word],
    ],
  });

describe('the ports of etcd', () => {
  const held = async (port: number) => {
    const { ansible_facts } = await runModule(
      'restore_look',
      {
        ...{ data_dir: at('data'), work_dir: at('restores'), urls: [`https://10.0.0.11:${port}`] },
        etcd_service: { kind: 'systemd', unit: 'etcd.service' },
      },
      // Without etcd's tools, each of which would be asked for its version.
      join(directory, 'bin'),
    );
    return HostFacts.parse(ansible_facts.salvor_facts).ports;
  };

  it('are free, held by somebody else, or by who has the database of this data directory open', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await mkdir(at('data', 'member', 'snap'), { recursive: true });
    expect(await held(port)).toEqual([{ port, held_by: expect.stringMatching(/./), is_ours: false }]);

    const database = await open(at('data', 'member', 'snap', 'db'), 'w');
    expect(await held(port)).toEqual([{ port, held_by: expect.stringMatching(/./), is_ours: true }]);
    await database.close();

    await new Promise((resolve) => server.close(resolve));
    expect(await held(port)).toEqual([{ port, held_by: null, is_ours: false }]);
  });
});

describe('a WAL directory of its own', () => {
  beforeEach(async () => {
    await Promise.all([mkdir(at('data', 'member')), mkdir(at('wal'))]);
    await Promise.all([writeFile(at('data', 'member', 'word'), 'old\n'), writeFile(at('wal', 'word'), 'old\n')]);
  });
  const words = () => Promise.all(['data/member', 'wal'].map((name) => readFile(at(name, 'word'), 'utf8')));

  it('goes aside, into its place and back with its member', async () => {
    expect(await does('move_aside')).toMatchObject({ changed: true, failed: false });
    expect(await restores('new')).toMatchObject({ changed: true, failed: false });
    expect(await does('own', { owner: userInfo().username })).toMatchObject({ changed: true, failed: false });
    expect(await words()).toEqual(['new\n', 'new\n']);
    expect(await readdir(at())).toEqual(['data', 'manifests', 'wal', 'wal.before-m1']);
    expect([await does('move_aside'), await restores('never')]).toMatchObject([{ changed: false }, { changed: false }]);
    expect(await does('put_back')).toMatchObject({ changed: true, failed: false });
    expect(await does('put_back')).toMatchObject({ changed: false, failed: false });
    expect(await words()).toEqual(['old\n', 'old\n']);
    expect(await readdir(at())).toEqual(['data', 'manifests', 'wal', 'wal.failed-m1']);
    expect(await readdir(at('data'))).toEqual(['failed-m1', 'member']);
  });

  it('whose member came into its place, and then all was cut short, follows it', async () => {
    await does('move_aside');
    await restores('new');
    await rename(at('wal'), at('wal.restored-m1'));
    await rm(at('wal.restored-m1', 'restored-by-m1.tmp'));
    await does('move_aside');
    expect((await restores('never')).failed).toBe(false);
    expect(await words()).toEqual(['new\n', 'new\n']);
  });

  it('whose member was put back, and then all was cut short, follows it', async () => {
    await does('move_aside');
    await restores('new');
    await rename(at('data', 'member'), at('data', 'failed-m1'));
    await rename(at('data', 'before-m1'), at('data', 'member'));
    expect((await does('put_back')).failed).toBe(false);
    expect(await words()).toEqual(['old\n', 'old\n']);
  });

  it('of a member that was put back is not taken for that of a new one', async () => {
    await does('move_aside');
    await restores('new');
    await rename(at('data', 'member'), at('data', 'failed-m1'));
    await rename(at('data', 'before-m1'), at('data', 'member'));
    await does('move_aside');
    expect((await restores('newer')).failed).toBe(false);
    expect(await words()).toEqual(['newer\n', 'newer\n']);
    expect(await readdir(at())).toEqual(['data', 'manifests', 'wal', 'wal.before-m1', 'wal.failed-m1']);
  });
});

describe('a host', () => {
  it('whose tool has left nothing gets nothing', async () => {
    const { msg } = await does('restore', { argv: ['mkdir', '-p', at('data', 'restored-m1')] });
    expect(msg).toBe(`${at('data', 'restored-m1', 'member')} is not there: nothing was restored`);
  });

  it('that had no data before has none once the others have theirs back', async () => {
    await does('move_aside');
    expect((await restores('new')).failed).toBe(false);
    await does('put_back');
    expect(await readdir(at('data'))).toEqual(['failed-m1']);
  });

  it('to which somebody wrote anew since its data was moved aside is left alone', async () => {
    await mkdir(at('data', 'member'));
    await does('move_aside');
    await mkdir(at('data', 'member'));
    expect((await does('move_aside')).msg).toMatch(
      /are both there: data was moved aside, and then something wrote anew$/,
    );
    expect((await restores('new')).msg).toMatch(/this restore has not put it there$/);
  });

  it('keeps nothing that holds secrets but its old data', async () => {
    await mkdir(at('restores', 'data'), { recursive: true });
    await writeFile(at('restores', 'snapshot.db'), '');
    await mkdir(at('restores', 'manifests'));
    const there = { restore_dir: at('restores') };
    expect([await does('clear_away', there), await does('clear_away', there)]).toMatchObject([
      { changed: true },
      { changed: false },
    ]);
    expect(await readdir(at('restores'))).toEqual(['manifests']);
  });
});

describe('services', () => {
  const manifest = `spec:
  containers:
  - command:
    - etcd
    - --name=cp-1
    - --initial-cluster-state=new
`;
  const commands = () => ({
    kind: 'commands' as const,
    start: ['touch', at('runs')],
    stop: ['rm', at('runs')],
    isRunning: ['test', '-e', at('runs')],
  });

  it('of systemd, of kubelet and of their own programs stop and start', async () => {
    await writeFile(at('manifests', 'kube-apiserver.yaml'), 'whole');
    await writeFile(at('runs'), '');
    await writeFile(join(directory, 'active-etcd.service'), '');
    const services: Partial<HostVariables> = {
      apiserver_service: { kind: 'staticPod', manifest: at('manifests', 'kube-apiserver.yaml') },
      afterwards_services: [commands()],
    };
    expect(await run(['stop-apiservers', 'stop-etcd'], services)).toEqual({
      failure: undefined,
      changed: ['Stop the API server', 'Stop etcd'],
    });
    expect(await readdir(at('manifests'))).toEqual([]);
    expect(await readdir(at('restores', 'm1', 'manifests'))).toEqual(['kube-apiserver.yaml']);
    const up: readonly RestoreTag[] = ['start-etcd', 'start-apiservers', 'restart-afterwards'];
    expect((await run(up, services)).changed).toEqual(['Start etcd', 'Start the API server', 'Restart what remembers']);
    expect(await readFile(at('manifests', 'kube-apiserver.yaml'), 'utf8')).toBe('whole');
    const log = await readFile(join(directory, 'systemctl.log'), 'utf8');
    expect(log.split('\n').filter((line) => !line.startsWith('is-active') && line !== '')).toEqual([
      'stop etcd.service',
      'start --no-block etcd.service',
    ]);
  });

  const serve = (service: object, state: string, options: object = {}) =>
    runModule('restore_service', { service, state, restore_dir: at('restores'), ...options }, path());

  it('of which nobody can say whether they run are not taken for stopped', async () => {
    const { failed, msg } = await serve({ ...commands(), isRunning: [at('no-such-program')] }, 'stopped');
    expect([failed, msg]).toEqual([true, expect.stringMatching(/no-such-program/)]);
  });

  it('that do not end are told of', async () => {
    await writeFile(at('runs'), '');
    const { msg } = await serve({ ...commands(), stop: ['true'] }, 'stopped', { seconds: 0 });
    expect(msg).toBe('touch still runs after 0 s');
  });

  it('of kubelet that a restore before left stopped start again in the next one', async () => {
    const pod = { kind: 'staticPod', manifest: at('manifests', 'etcd.yaml') };
    await writeFile(pod.manifest, manifest);
    const within = (mark: string) => ({ restore_dir: at('restores', mark) });
    for (const state of ['stopped', 'as_before']) await serve(pod, state, within('m1'));
    expect((await serve(pod, 'stopped', within('m2'))).failed).toBe(false);
    expect(await serve(pod, 'started', within('m2'))).toMatchObject({ changed: true, failed: false });
    expect(await readFile(pod.manifest, 'utf8')).toBe(manifest);
    expect(await readdir(at('restores', 'm1', 'manifests'))).toEqual([]);
  });

  it('of kubelet get flags for a start, which may come twice, and their manifest back as it was', async () => {
    const pod = { kind: 'staticPod', manifest: at('manifests', 'etcd.yaml') };
    await writeFile(pod.manifest, manifest);
    const flags = ['--initial-cluster=cp-1=https://10.0.0.1:2380', '--initial-cluster-state=existing'];
    for (const state of ['stopped', 'started', 'stopped', 'started']) {
      expect(await serve(pod, state, { flags, mark: 'm1' })).toMatchObject({ changed: true, failed: false });
    }
    expect(await readFile(pod.manifest, 'utf8')).toBe(`spec:
  containers:
  - command:
    - etcd
    - --initial-cluster=cp-1=https://10.0.0.1:2380
    - --name=cp-1
    - --initial-cluster-state=existing
`);
    await serve(pod, 'stopped');
    expect(await serve(pod, 'as_before', { mark: 'm1' })).toMatchObject({ changed: true, failed: false });
    expect((await serve(pod, 'as_before', { mark: 'm1' })).changed).toBe(false);
    await serve(pod, 'started');
    expect(await readFile(pod.manifest, 'utf8')).toBe(manifest);
  });
});
