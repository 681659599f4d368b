import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface UpgradeTask {
  readonly kubeconfig: string;
  /** Where the cluster is to go. */
  readonly version: string;
}

export interface MeasuredUpgrade {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
  readonly requests: number;
  readonly bytesRead: number;
  readonly longestBlockMs: number;
  /** Of that, what this process itself was busy: on a machine that others use, the rest is theirs. */
  readonly longestBusyMs: number;
  /** Of the slowest lists, by path. */
  readonly secondsOf: Readonly<Record<string, number>>;
}

export interface MeasuredList {
  readonly seconds: number;
  readonly peakRssMb: number;
}

/** Salvor's verdict. */
export const ours = (task: UpgradeTask): Promise<MeasuredUpgrade> => inProcess('ours.ts', task);

/** All nodes, secrets and pods, typed and kept: of 150,000 pods they are some GB of heap. */
export const typed = (task: UpgradeTask): Promise<MeasuredList> =>
  inProcess('typed.ts', task, ['--max-old-space-size=12000']);

async function inProcess<T>(file: string, task: UpgradeTask, flags: readonly string[] = []): Promise<T> {
  const main = new URL(file, import.meta.url).pathname;
  const { stdout } = await run(process.execPath, [...flags, main, JSON.stringify(task)]);
  return JSON.parse(stdout);
}
