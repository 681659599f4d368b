import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from '../../sandbox/etcd.ts';
import { until } from './processes.ts';

const run = promisify(execFile);

/** A real sshd on 127.0.0.1 that lets one key in. */
export interface SshServer {
  readonly port: number;
  readonly user: string;
  readonly privateKey: string;
  readonly strangersKey: string;
  /** A file with the server's key. */
  readonly knownHosts: string;
  /** How many are open. */
  connections(): Promise<number>;
  stop(): Promise<void>;
}

export async function startSshServer(directory: string): Promise<SshServer> {
  await mkdir(directory);
  const at = (name: string) => join(directory, name);
  await Promise.all(
    ['host', 'key', 'stranger'].map((name) => run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(name)])),
  );
  const [port = 0] = await freePorts(1);
  const user = userInfo().username;
  await writeFile(at('known_hosts'), `[127.0.0.1]:${port} ${await readFile(at('host.pub'), 'utf8')}`);
  await writeFile(at('authorized'), await readFile(at('key.pub')), { mode: 0o600 });
  await writeFile(at('sshd_config'), configOf(port, at));
  // sshd, run as root, wants this one; elsewhere nobody needs it.
  await mkdir('/run/sshd', { mode: 0o755 }).catch(() => undefined);
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', at('sshd_config')], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  await until(() => answers(port));
  return {
    port,
    user,
    privateKey: await readFile(at('key'), 'utf8'),
    strangersKey: await readFile(at('stranger'), 'utf8'),
    knownHosts: at('known_hosts'),
    connections: () => childrenOf(child.pid ?? 0),
    async stop() {
      child.kill();
      await ended;
    },
  };
}

const configOf = (port: number, at: (name: string) => string): string => `
Port ${port}
ListenAddress 127.0.0.1
HostKey ${at('host')}
AuthorizedKeysFile ${at('authorized')}
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
PermitRootLogin prohibit-password
`;

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** sshd has a process for each connection. */
async function childrenOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter((word) => word !== '').length;
}
