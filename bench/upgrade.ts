import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startKubernetesProcess } from '../sandbox/kubernetes/process.ts';
import { note, rounded } from './instruments/figures.ts';
import { idleMachine } from './instruments/idle-machine.ts';
import { ours, typed, type UpgradeTask } from './upgrade/ways.ts';

interface Size {
  readonly nodes: number;
  readonly pods: number;
  readonly secrets: number;
}

/**
 * The whole verdict on an upgrade of a large cluster against listing its objects with the Kubernetes client, each in a process of its own; before them
 * the verdict on a tenth of the pods, whose memory should be the same. The API server is the sandbox's, in its own process: it has no etcd behind it
 * and makes objects as they are asked for, so what takes the most here is reading them.
 */
export async function measure(flags: readonly string[]) {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      nodes: { type: 'string', default: '5000' },
      pods: { type: 'string', default: '150000' },
      secrets: { type: 'string', default: '20000' },
    },
  });
  const size = { nodes: Number(values.nodes), pods: Number(values.pods), secrets: Number(values.secrets) };
  const small = await against({ ...size, pods: Math.round(size.pods / 10) }, take(ours));
  const { verdict, list } = await against(size, async (task) => ({
    verdict: await take(ours)(task),
    list: await take(typed)(task),
  }));
  return {
    ...{ seconds: rounded(verdict.seconds), peakRssMb: verdict.peakRssMb, bytesRead: verdict.bytesRead },
    toTypedList: rounded(verdict.seconds / list.seconds),
    ...{ typedSeconds: rounded(list.seconds), typedRssMb: list.peakRssMb },
    ...{ tenthOfPodsSeconds: rounded(small.seconds), tenthOfPodsPeakRssMb: small.peakRssMb },
    ...{ longestBlockMs: verdict.longestBlockMs, longestBusyMs: verdict.longestBusyMs },
    ...{ cpuSeconds: rounded(verdict.cpuSeconds), requests: verdict.requests },
    ...{ slowestLists: verdict.secondsOf, ...size, cores: availableParallelism() },
  };
}

async function against<T>(size: Size, measured: (task: UpgradeTask) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'salvor-bench-'));
  const kubernetes = await startKubernetesProcess({ directory, ...size, version: 'v1.36.2', heartbeats: true });
  try {
    return await measured({ kubeconfig: kubernetes.kubeconfig, version: '1.37' });
  } finally {
    await kubernetes.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

const take =
  <T>(way: (task: UpgradeTask) => Promise<T>) =>
  async (task: UpgradeTask): Promise<T> => {
    await idleMachine();
    const measured = await way(task);
    note(`${way.name}: ${JSON.stringify(measured)}`);
    return measured;
  };
