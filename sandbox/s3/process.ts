import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { S3Options } from './server.ts';

/** The sandbox's S3 in a process of its own: for benchmarks, and to be killed. */
export interface S3Process {
  readonly endpoint: string;
  readonly port: number;
  readonly pid: number;
  /** Ends it and waits until it is gone; SIGTERM unless told otherwise. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export async function startS3Process(options: Omit<S3Options, 'now'>): Promise<S3Process> {
  const words = [
    ...['--directory', options.directory, '--port', String(options.port ?? 0), '--region', options.region],
    ...['--access-key', options.accessKeyId, '--secret-key', options.secretAccessKey],
    ...(options.buckets ?? []).flatMap((bucket) => ['--bucket', bucket]),
    ...(options.etags === 'opaque' ? ['--opaque-etags'] : []),
  ];
  const main = `${import.meta.dirname}/main.ts`;
  const child = spawn(process.execPath, [main, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line'), exited]);
  if (child.exitCode !== null) throw new Error(`the sandbox's S3 ended at once with ${child.exitCode}`);
  const ready: Pick<S3Process, 'endpoint' | 'port' | 'pid'> = JSON.parse(String(first[0]));
  return {
    ...ready,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await exited;
    },
  };
}
