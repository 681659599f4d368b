import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEtcd } from '../sandbox/etcd.ts';
import { createEtcd } from '../src/adapters/etcd.ts';
import { createObjects } from '../src/adapters/objects.ts';
import { takeSnapshot } from '../src/ops/etcd/snapshot/take-snapshot.ts';
import { median, note, rounded } from './instruments/figures.ts';
import { grow } from './instruments/grow.ts';
import { idleMachine } from './instruments/idle-machine.ts';
import { type Store, startStore } from './snapshot/store.ts';
import { benchCluster } from './verify/cluster.ts';
import { type MeasuredVerify, readOnly, restoreAlone, type VerifyScene, verify } from './verify/ways.ts';

/**
 * Trying a backup out against what a restore takes in any case, taken in turns, medians of all rounds:
 *   alone   curl, `zstd -d` on the way, `etcdctl snapshot restore`: nothing is started, counted or compared
 *   verify  Salvor's drill, from the backup's name until its result is written: reads and checks, restores, starts etcd, compares, clears away
 *   bytes   the same with --bytes-only
 * Each waits for an idle machine first; the first round warms up and is not counted. The etcd that the backup is of is gone by then.
 */
export async function measure(flags: readonly string[]) {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      rounds: { type: 'string', default: '5' },
      megabytes: { type: 'string', default: '510' },
      directory: { type: 'string', default: tmpdir() },
    },
  });
  const directory = await mkdtemp(join(values.directory, 'salvor-bench-'));
  const store = await startStore(join(directory, 's3'));
  try {
    const { key, megabytes } = await backupOf(Number(values.megabytes), directory, store);
    const rounds = await takeTurns({ store, key, directory }, Number(values.rounds));
    return { ...result(rounds), databaseMb: megabytes, cores: availableParallelism() };
  } finally {
    await store.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function backupOf(megabytes: number, directory: string, store: Store) {
  const cluster = await startEtcd({ directory: join(directory, 'etcd'), members: 1 });
  const etcd = createEtcd({ bench: { endpoints: cluster.endpoints } });
  const objects = createObjects({ bench: store.connection });
  try {
    await grow(cluster, megabytes);
    const { manifest } = await takeSnapshot(
      { etcd, objects, clock: { now: () => new Date() } },
      {
        cluster: benchCluster,
        runId: 'bench',
        askedAt: new Date(),
        actor: { kind: 'person', id: 'bench', name: 'bench' },
      },
      { signal: new AbortController().signal, step: (_name, work) => work(), beforeCommit: async () => {} },
    );
    return { key: manifest.stored.key, megabytes: Math.round(manifest.database.sizeBytes / 1e6) };
  } finally {
    etcd.close();
    objects.close();
    await cluster.stop();
    await rm(join(directory, 'etcd'), { recursive: true });
  }
}

const ways = { alone: restoreAlone, verify, bytes: readOnly };
type Way = keyof typeof ways;
type Rounds = Readonly<Record<Way, readonly MeasuredVerify[]>>;

async function takeTurns(scene: VerifyScene, rounds: number): Promise<Rounds> {
  const taken: Record<Way, MeasuredVerify[]> = { alone: [], verify: [], bytes: [] };
  for (let round = 0; round <= rounds; round++) {
    for (const name of ['alone', 'verify', 'bytes'] as const) {
      await idleMachine();
      const measured = await ways[name](scene);
      note(
        `round ${round} ${name}: ${measured.seconds.toFixed(2)} s ${measured.parts ? JSON.stringify(measured.parts) : ''}`,
      );
      if (round > 0) taken[name].push(measured);
    }
  }
  return taken;
}

function result({ alone, verify: ours, bytes }: Rounds) {
  const medianOf = (way: readonly MeasuredVerify[], value: (each: MeasuredVerify) => number | undefined) =>
    rounded(median(way.map((each) => value(each) ?? 0)));
  const seconds = (way: readonly MeasuredVerify[]) => medianOf(way, (each) => each.seconds);
  const part = (name: string) => medianOf(ours, ({ parts }) => parts?.[name]);
  return {
    toRestoreAlone: rounded(seconds(ours) / seconds(alone)),
    bytesToRestoreAlone: rounded(seconds(bytes) / seconds(alone)),
    ourSeconds: seconds(ours),
    aloneSeconds: seconds(alone),
    parts: { read: part('read'), restore: part('restore'), start: part('start'), check: part('check') },
    ourCpuSeconds: medianOf(ours, ({ cpuSeconds }) => cpuSeconds),
    peakRssMb: Math.max(...ours.map(({ peakRssMb }) => peakRssMb ?? 0)),
    longestBlockMs: Math.max(...ours.map(({ longestBlockMs }) => longestBlockMs ?? 0)),
    rounds: ours.length,
  };
}
