import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const root = resolve(import.meta.dirname, '..');

/** A process of Salvor as people run it. */
export interface SalvorProcess {
  readonly pid: number;
  readonly httpPort: number;
  readonly logFile: string;
  /** Ends it and waits until it is gone; SIGTERM unless told. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  pause(): void;
  resume(): void;
  /** The exit code once it has ended. */
  readonly exited: Promise<number | null>;
}

export interface SalvorSetup {
  readonly role: 'bot' | 'worker' | 'all';
  readonly site?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly httpPort: number;
  readonly logFile: string;
  /** More of the command line. */
  readonly flags?: readonly string[];
}

/** Starts `node src/main.ts ROLE` and waits until /readyz is well. Throws with the end of its log when it never is. */
export async function startSalvor(setup: SalvorSetup): Promise<SalvorProcess> {
  const words = [
    'src/main.ts',
    setup.role,
    '--http-port',
    `${setup.httpPort}`,
    ...(setup.site ? ['--site', setup.site] : []),
    ...(setup.flags ?? []),
  ];
  const child = spawn(process.execPath, words, {
    cwd: root,
    env: { ...inherited(), ...setup.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const tail = keepTail(child, setup.logFile);
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  await ready(child, setup.httpPort, tail);
  return {
    pid: child.pid ?? 0,
    httpPort: setup.httpPort,
    logFile: setup.logFile,
    exited,
    async kill(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await exited;
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
  };
}

/** Nothing of ours but what a shell would give, and where Node keeps what it compiled. */
function inherited(): NodeJS.ProcessEnv {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  return { PATH, HOME, NODE_COMPILE_CACHE };
}

function keepTail(child: ChildProcess, logFile: string): () => string {
  const file = createWriteStream(logFile, { flags: 'a' });
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      file.write(chunk);
      tail = `${tail}${chunk}`.slice(-4000);
    });
  }
  return () => tail;
}

async function ready(child: ChildProcess, port: number, tail: () => string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) throw new Error(`salvor ended with code ${child.exitCode}:\n${tail()}`);
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await pause(100);
  }
  child.kill('SIGKILL');
  throw new Error(`salvor did not become ready in 30 s:\n${tail()}`);
}
