import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AnsibleHost, PlaybookRequest } from '../../ports/ansible.ts';
import { chosenGroup, inventoryFile, unsafe } from './inventory.ts';

const run = promisify(execFile);

/** How the hosts of a cluster are reached. */
export interface HostKeys {
  /** The private key; without one whatever the worker's own ssh uses. */
  readonly privateKey?: string | undefined;
  /** A file of host keys; without one the worker's own. */
  readonly knownHosts?: string | undefined;
}

/** What ansible-playbook is started with. */
export interface Workplace {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export interface WorkplaceSetup {
  readonly directory: string;
  readonly playbooks: string;
  readonly path: string;
  readonly agent: string | undefined;
  readonly keys: HostKeys;
  readonly chosen: readonly AnsibleHost[];
}

/** Writes all that Ansible reads into a directory nobody else can look into. What it is told besides is where that lies. */
export async function furnish(request: PlaybookRequest, setup: WorkplaceSetup): Promise<Workplace> {
  const { directory, playbooks, keys, chosen } = setup;
  const at = (name: string) => join(directory, name);
  const write = (name: string, text: string) => writeFile(at(name), text, { mode: 0o600, flag: 'wx' });
  const { secrets, tags = [], isDryRun = false } = request;
  await mkdir(at(sockets), { mode: 0o700 });
  await write('ansible.cfg', config);
  await write('inventory.json', JSON.stringify(inventoryFile(request.inventory, chosen)));
  if (secrets) await write('secrets.json', JSON.stringify(unsafe(secrets)));
  // OpenSSH takes no key whose last line does not end.
  if (keys.privateKey) await write('key', `${keys.privateKey.trimEnd()}\n`);
  if (keys.knownHosts !== undefined) await write('known_hosts', await readFile(keys.knownHosts, 'utf8'));
  return {
    words: [
      ...['--inventory', at('inventory.json'), '--limit', chosenGroup],
      ...(secrets ? ['--extra-vars', `@${at('secrets.json')}`] : []),
      ...(tags.length > 0 ? ['--tags', tags.join(',')] : []),
      ...(isDryRun ? ['--check'] : []),
      join(playbooks, request.playbook),
    ],
    environment: environmentOf(setup),
  };
}

/**
 * What cannot be said in its environment. Ansible asks a thousand times a second whether a host is done, which takes a third of a core from what
 * runs meanwhile; a hundred times is as good where tasks take seconds.
 */
const config = '[defaults]\ninternal_poll_interval = 0.01\n';

const sockets = 'ssh';
/** A socket's path has room for 103 characters, and ssh adds a name and some more. */
const longestForSockets = 60;

/** All of it: nothing of the worker's own, which holds secrets, but where programs are, and its ssh agent where it has no key. */
function environmentOf({ directory, playbooks, path, agent, keys }: WorkplaceSetup): Readonly<Record<string, string>> {
  return {
    PATH: path,
    HOME: directory,
    TMPDIR: directory,
    LC_ALL: 'C.UTF-8',
    PYTHONDONTWRITEBYTECODE: '1',
    // Its own: what /etc/ansible says is somebody else's.
    ANSIBLE_CONFIG: join(directory, 'ansible.cfg'),
    ANSIBLE_CALLBACK_PLUGINS: join(playbooks, 'plugins', 'callback'),
    ANSIBLE_STDOUT_CALLBACK: 'salvor_events',
    ANSIBLE_INVENTORY_ENABLED: 'yaml',
    ANSIBLE_INVENTORY_UNPARSED_FAILED: 'true',
    ANSIBLE_RETRY_FILES_ENABLED: 'false',
    ANSIBLE_GATHERING: 'explicit',
    ANSIBLE_PYTHON_INTERPRETER: 'auto_silent',
    ANSIBLE_FORKS: '50',
    ANSIBLE_TIMEOUT: '10',
    ANSIBLE_NOCOLOR: 'true',
    ANSIBLE_HOST_KEY_CHECKING: 'true',
    // What a task is told goes to the host through ssh, and not into a file there.
    ANSIBLE_PIPELINING: 'true',
    ANSIBLE_SSH_ARGS: sshArgs(directory, keys),
    ANSIBLE_SSH_CONTROL_PATH_DIR: join(directory, sockets),
    ...(keys.privateKey ? { ANSIBLE_PRIVATE_KEY_FILE: join(directory, 'key') } : {}),
    ...(!keys.privateKey && agent ? { SSH_AUTH_SOCK: agent } : {}),
  };
}

/** One connection a host for all tasks, left open by ssh until it is told to close it, or for half a minute. */
function sshArgs(directory: string, { privateKey, knownHosts }: HostKeys): string {
  const shares = Buffer.byteLength(directory) <= longestForSockets;
  const options = [
    ...(shares ? ['ControlMaster=auto', 'ControlPersist=30s'] : ['ControlMaster=no']),
    ...['BatchMode=yes', 'StrictHostKeyChecking=yes', 'ServerAliveInterval=10', 'ServerAliveCountMax=3'],
    ...(privateKey ? ['IdentitiesOnly=yes', 'IdentityAgent=none'] : []),
    ...(knownHosts === undefined ? [] : [`UserKnownHostsFile="${join(directory, 'known_hosts')}"`]),
    ...(knownHosts === undefined ? [] : ['GlobalKnownHostsFile=/dev/null']),
  ];
  // Ansible takes the words apart as a shell would.
  return options.map((option) => `-o '${option}'`).join(' ');
}

const closeMs = 2000;

/** Closes the connections ssh keeps; what does not listen closes by itself. */
export async function closeConnections(directory: string, path: string): Promise<void> {
  const names = await readdir(join(directory, sockets)).catch(() => []);
  const close = (name: string) =>
    run('ssh', ['-O', 'exit', '-o', `ControlPath=${join(directory, sockets, name)}`, 'nobody'], {
      env: { PATH: path },
      timeout: closeMs,
    }).catch(() => undefined);
  await Promise.all(names.map(close));
}
