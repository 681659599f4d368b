import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Fault } from '../../chatops/errors.ts';
import { durationInWords } from '../../chatops/format.ts';
import { noteRunning } from '../throw-away.ts';
import { askEtcd, type Questions } from './questions.ts';
import { environment } from './run-program.ts';

export interface RunningEtcd {
  readonly questions: Questions;
  /** Nothing in it is worth a goodbye. */
  kill(): void;
  /** Kills it and waits until it is gone. */
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly path: string;
  readonly version: string;
  readonly directory: string;
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
}

const socket = 'client:1';
const peerUrl = 'unix://peer:1';
const lookMs = 20;
const logFile = 'etcd.log';
const keptLines = 4;

/** How members are named when they are restored and when they are started: both must say the same. */
export const membership = [
  ...['--name', 'scratch', '--data-dir', 'data', '--initial-cluster', `scratch=${peerUrl}`],
  ...['--initial-advertise-peer-urls', peerUrl, '--initial-cluster-token', 'salvor-scratch'],
];

/** What a socket's path may have, on the narrowest of systems. Source: unix(7) and its like. */
const longestSocketPath = 103;
export const fitsSocket = (directory: string): boolean =>
  Buffer.byteLength(join(directory, socket)) <= longestSocketPath;

/**
 * It listens on two sockets in its own directory and on no port at all: nobody but this user can ask it, two of them never want the same
 * port, and it cannot be reached by a member or reach one. The URLs are paths in its working directory that look like hosts, because etcd
 * 3.4 wants host and port even there. Source: etcd client/pkg/types/urls.go.
 */
const flags = [
  ...membership,
  ...['--initial-cluster-state', 'new', '--listen-peer-urls', peerUrl],
  ...['--listen-client-urls', `unix://${socket}`, '--advertise-client-urls', `unix://${socket}`],
  ...['--logger', 'zap', '--log-level', 'warn', '--log-outputs', 'stderr'],
  // Alone, it need not wait long to elect itself.
  ...['--heartbeat-interval', '20', '--election-timeout', '200'],
];

/** How a start went wrong. */
type Trouble = 'ended' | 'killed' | 'slow';

const codes: Readonly<Record<Trouble, string>> = {
  ended: 'SCRATCH_START',
  killed: 'SCRATCH_KILLED',
  slow: 'SCRATCH_SLOW',
};

/** Starts etcd on `data` in the directory. Throws as the port's `start` does, and the signal's reason. */
export async function startEtcd(options: StartOptions): Promise<RunningEtcd> {
  const { path, directory, signal } = options;
  const log = await open(join(directory, logFile), 'w');
  const child = spawn(path, flags, { cwd: directory, env: environment, stdio: ['ignore', log.fd, log.fd] });
  const gone = once(child, 'exit').catch(() => undefined);
  const questions = askEtcd(join(directory, socket), signal);
  const kill = () => void child.kill('SIGKILL');
  const stop = async () => {
    questions.close();
    kill();
    await gone;
    await log.close();
  };
  try {
    if (child.pid !== undefined) await noteRunning(directory, child.pid);
    const trouble = await untilItAnswers(child, questions, options);
    if (trouble) throw await notStarted(trouble, options);
    return { questions, kill, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Undefined once it answers. */
async function untilItAnswers(
  child: ChildProcess,
  questions: Questions,
  { limitMs, signal }: StartOptions,
): Promise<Trouble | undefined> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    if (child.signalCode !== null) return 'killed';
    if (child.pid === undefined || child.exitCode !== null) return 'ended';
    if (performance.now() > deadline) return 'slow';
    const isThere = await questions.revision().then(
      () => true,
      () => false,
    );
    if (isThere) return undefined;
    signal?.throwIfAborted();
    await delay(lookMs);
  }
}

async function notStarted(trouble: Trouble, { version, directory, limitMs }: StartOptions): Promise<Fault> {
  const what = {
    ended: `etcd ${version} did not start on it`,
    killed: `etcd ${version} was ended by the system`,
    slow: `after ${durationInWords(limitMs)} etcd ${version} did not answer yet`,
  }[trouble];
  const words = await lastWords(directory);
  return new Fault(words === '' ? `${what}.` : `${what}: ${words}`, {
    port: 'scratch',
    operation: 'start',
    code: codes[trouble],
    retryable: trouble !== 'ended',
    ...(trouble === 'ended' ? {} : { next: 'Look at the memory and the disk of the worker.' }),
  });
}

async function lastWords(directory: string): Promise<string> {
  const log = await readFile(join(directory, logFile), 'utf8').catch(() => '');
  const lines = log.trim().split('\n').slice(-keptLines).map(wordsOf);
  return lines.filter((line) => line !== '').join('; ');
}

/** etcd logs JSON, and plain text when it ends at once. */
function wordsOf(line: string): string {
  const [, message = line] = /"msg":"((?:[^"\\]|\\.)*)"/.exec(line) ?? [];
  const [, error] = /"error":"((?:[^"\\]|\\.)*)"/.exec(line) ?? [];
  return (error === undefined ? message : `${message}: ${error}`).slice(0, 300);
}
