import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly directory?: string;
  /** All it gets; see below what etcd's programs get. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export interface Ended {
  /** Undefined when a signal ended it, or when it could not be started. */
  readonly code: number | undefined;
  /** The end of what it printed, errors included. */
  readonly said: string;
}

const keptCharacters = 8_192;

/**
 * etcd and its tools take every option from the environment too (ETCD_LISTEN_CLIENT_URLS, ETCDCTL_ENDPOINTS): they get none of the worker's,
 * or one meant for a real cluster might reach them.
 */
export const environment: Readonly<Record<string, string>> = { ETCDCTL_API: '3' };

/** Runs a program to its end. Killed at once when the signal fires; throws its reason then, after the program is gone. */
export async function runProgram(
  path: string,
  words: readonly string[],
  { directory, signal, environment: env = environment }: RunOptions,
): Promise<Ended> {
  signal?.throwIfAborted();
  const child = spawn(path, words, { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const hear = (chunk: string) => {
    said = (said + chunk).slice(-keptCharacters);
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear);
  const kill = () => void child.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  const code = await new Promise<number | undefined>((resolve) => {
    child.once('error', (error) => {
      hear(error.message);
      resolve(undefined);
    });
    child.once('close', (exit) => resolve(exit ?? undefined));
  });
  signal?.removeEventListener('abort', kill);
  signal?.throwIfAborted();
  return { code, said };
}
