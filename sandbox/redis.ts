import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A real Redis of its own, on loopback, with everything written down as Salvor wants it. */
export interface SandboxRedis {
  readonly url: string;
  readonly port: number;
  readonly pid: () => number | undefined;
  /** Ends the process as `kill` does, and waits until it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Freezes the process: connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
  /** Starts it again on the same port with what it wrote down; kills it first if it runs. */
  restart(signal?: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
}

export interface RedisOptions {
  /** Where it keeps its append-only file. */
  readonly directory: string;
  /** A free one is taken when absent. */
  readonly port?: number;
  /** Every write reaches the disk before its answer, or within a second. */
  readonly sync?: 'always' | 'everysec';
  /** A node of a cluster, which waits to be given its slots. */
  readonly isClusterNode?: boolean;
  /** Watches other servers instead of keeping anything, by this file. */
  readonly sentinel?: string;
  /** More of redis.conf, such as `['--maxmemory-policy', 'allkeys-lru']`; the last one counts. */
  readonly settings?: readonly string[];
}

export async function startRedis(options: RedisOptions): Promise<SandboxRedis> {
  await mkdir(options.directory, { recursive: true });
  const port = options.port ?? (await freePort());
  let child = await start(options, port);

  async function kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    // A frozen process hears nothing but SIGKILL until it is thawed.
    if (signal !== 'SIGKILL') child.kill('SIGCONT');
    // While it writes its first file, as after it became a replica, it does not end, and forgets that it was told to.
    const again = setInterval(() => child.kill(signal), 1000);
    await gone;
    clearInterval(again);
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: () => child.pid,
    kill,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async restart(signal) {
      await kill(signal);
      child = await start(options, port);
    },
    stop: () => kill('SIGTERM'),
  };
}

async function start(options: RedisOptions, port: number): Promise<ChildProcess> {
  const child = spawn('redis-server', await settingsOf(options, port), { stdio: 'ignore' });
  const failed = once(child, 'error').then(([error]) => Promise.reject(error));
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`redis-server ended with ${code}`)));
  await Promise.race([isUp(port), failed, ended]);
  return child;
}

async function settingsOf(options: RedisOptions, port: number): Promise<readonly string[]> {
  const place = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', options.directory];
  if (options.sentinel !== undefined) return [options.sentinel, '--sentinel', ...place];
  const durable = ['--appendonly', 'yes', '--appendfsync', options.sync ?? 'always', '--save', ''];
  const cluster = options.isClusterNode ? await clusterSettings() : [];
  return [...place, ...durable, '--maxmemory-policy', 'noeviction', ...cluster, ...(options.settings ?? [])];
}

async function clusterSettings(): Promise<readonly string[]> {
  const bus = `${await freePort()}`;
  return ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1', '--cluster-port', bus];
}

/** While it still reads its file it says LOADING. */
const isUp = (port: number): Promise<void> => answers(port, 'PING', '+PONG');

/** Waits until what it answers has `wanted` in it. */
export async function answers(port: number, words: string, wanted: string): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if ((await say(port, words)).includes(wanted)) return;
    await pause(20);
  }
  throw new Error(`Redis on port ${port} does not answer ${words} with ${wanted}`);
}

/** What it answers; nothing when it cannot be reached. */
async function say(port: number, words: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    socket.write(`${words}\r\n`);
    const [answer] = await once(socket, 'data');
    return String(answer);
  } catch {
    return '';
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
