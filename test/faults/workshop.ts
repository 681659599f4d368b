import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export interface Process {
  readonly name: string;
  /** With a channel for messages to and from it. */
  readonly child: ChildProcess;
  /** What it wrote to its standard output so far. */
  said(): string;
  /** What it logged so far. */
  logged(): string;
  signal(signal: NodeJS.Signals): void;
  /** Answers its exit code, or the signal that ended it. */
  ended: Promise<number | string>;
}

/** Starts a process from a fixture and waits until it says that it is ready; it is killed when the test is over. */
export async function startProcess(fixture: string, name: string, environment: NodeJS.ProcessEnv): Promise<Process> {
  const path = fileURLToPath(new URL(`./fixtures/${fixture}.ts`, import.meta.url));
  const env = { ...process.env, ...environment, WORKER_NAME: name };
  const child = spawn(process.execPath, [path], {
    env,
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let out = '';
  let complaints = '';
  child.stderr?.on('data', (chunk) => {
    complaints += chunk;
  });
  const ended = once(child, 'exit').then(([code, signal]: (number | string)[]) => code ?? signal ?? '');
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      out += chunk;
      if (out.includes('ready\n')) resolve();
    });
    ended.then((how) => reject(new Error(`${name} ended with ${how} before it was ready: ${complaints}`)));
  });
  return { name, child, said: () => out, logged: () => complaints, signal: (signal) => void child.kill(signal), ended };
}
