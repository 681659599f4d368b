import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The sandbox's Kubernetes in a process of its own: for benchmarks, so that its memory and its time are not ours. */
export interface KubernetesProcess {
  readonly url: string;
  /** Path of a kubeconfig of system:masters. */
  readonly kubeconfig: string;
  readonly pid: number;
  /** Ends it and waits until it is gone; SIGTERM unless told otherwise. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface KubernetesProcessOptions {
  readonly directory: string;
  readonly apiServers?: number;
  readonly version?: string;
  /** All of them none: a small cluster of three control planes and two workers. */
  readonly nodes?: number;
  readonly pods?: number;
  readonly secrets?: number;
  /** Node leases that are renewed. */
  readonly heartbeats?: boolean;
}

export async function startKubernetesProcess(options: KubernetesProcessOptions): Promise<KubernetesProcess> {
  const { directory, apiServers = 1, version = 'v1.36.2', nodes = 0, pods = 0, secrets = 0, heartbeats } = options;
  const numbers = { 'api-servers': apiServers, version, nodes, pods, secrets };
  const words = Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const main = `${import.meta.dirname}/main.ts`;
  const all = [main, '--directory', directory, ...words, ...(heartbeats ? ['--heartbeats'] : [])];
  const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line'), exited]);
  if (child.exitCode !== null) throw new Error(`the sandbox's Kubernetes ended at once with ${child.exitCode}`);
  const ready: Pick<KubernetesProcess, 'url' | 'kubeconfig' | 'pid'> = JSON.parse(String(first[0]));
  return {
    ...ready,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await exited;
    },
  };
}
