import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The sandbox's Harbor in a process of its own. */
export interface HarborProcess {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Ends it and waits until it is gone; SIGTERM unless told otherwise. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface HarborProcessOptions {
  readonly stateDir: string;
  readonly port?: number;
  /** Files, PEM; plain http without. */
  readonly tls?: { readonly certificateFile: string; readonly keyFile: string };
}

export async function startHarborProcess({ stateDir, port = 0, tls }: HarborProcessOptions): Promise<HarborProcess> {
  const secure = tls ? ['--certificate', tls.certificateFile, '--key', tls.keyFile] : [];
  const words = [`${import.meta.dirname}/main.ts`, '--state', stateDir, '--port', String(port), ...secure];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line'), exited]);
  if (child.exitCode !== null) throw new Error(`the sandbox's Harbor ended at once with ${child.exitCode}`);
  const ready: Pick<HarborProcess, 'url' | 'port' | 'pid'> = JSON.parse(String(first[0]));
  return {
    ...ready,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await exited;
    },
  };
}
