import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEtcd } from '../sandbox/etcd.ts';
import { median, note, rounded } from './instruments/figures.ts';
import { grow, sizeOf } from './instruments/grow.ts';
import { idleMachine } from './instruments/idle-machine.ts';
import { startStore } from './snapshot/store.ts';
import { type Measured, ours, rawRead, type Scene, saveZstdUpload, script } from './snapshot/ways.ts';

/**
 * Four ways to get the same database out of etcd, taken in turns, medians of all rounds:
 *   raw     curl reads the stream and throws it away: the physical limit
 *   ours    Salvor's pipeline, in a process of its own, to the sandbox's S3
 *   save    `etcdctl snapshot save` to disk, `zstd -1`, upload by curl
 *   script  `etcdctl snapshot save` to disk, copy of the data directory, `tar zcf`, upload by curl
 * Each waits for an idle machine first. The first round warms up and is not counted. Ratios are of wall-clock seconds; the machine is shared with etcd and the store.
 */
export async function measure(flags: readonly string[]) {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      rounds: { type: 'string', default: '5' },
      megabytes: { type: 'string', default: '510' },
      'large-megabytes': { type: 'string', default: '1500' },
      /** Leaves out the old script, which takes longer than everything else together. */
      quick: { type: 'boolean', default: false },
      directory: { type: 'string', default: tmpdir() },
    },
  });
  const directory = await mkdtemp(join(values.directory, 'salvor-bench-'));
  const cluster = await startEtcd({ directory: join(directory, 'etcd'), members: 1 });
  const store = await startStore(join(directory, 's3'));
  try {
    const scene = { cluster, store, directory };
    await grow(cluster, Number(values.megabytes));
    const rounds = await takeTurns(scene, Number(values.rounds), values.quick);
    const databaseMb = await sizeOf(cluster);
    const large = Number(values['large-megabytes']);
    const peakRssMbLarge = large > 0 ? await peakAt(scene, large) : undefined;
    return {
      ...result(rounds),
      databaseMb,
      peakRssMbLarge,
      largeMb: await sizeOf(cluster),
      cores: availableParallelism(),
    };
  } finally {
    await store.stop();
    await cluster.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

type Rounds = Readonly<Record<'raw' | 'ours' | 'save' | 'script', readonly Measured[]>>;

async function takeTurns(scene: Scene, rounds: number, isQuick: boolean): Promise<Rounds> {
  const ways = { raw: rawRead, ours, save: saveZstdUpload, script: isQuick ? undefined : script };
  const taken: Record<keyof Rounds, Measured[]> = { raw: [], ours: [], save: [], script: [] };
  for (let round = 0; round <= rounds; round++) {
    for (const [name, way] of Object.entries(ways)) {
      // The script is as slow cold as warm.
      if (!way || (round === 0 && way === script)) continue;
      await idleMachine();
      const measured = await way(scene);
      note(`round ${round} ${name}: ${measured.seconds.toFixed(2)} s`);
      if (round > 0 && isWay(name)) taken[name].push(measured);
    }
  }
  return taken;
}

const isWay = (name: string): name is keyof Rounds => ['raw', 'ours', 'save', 'script'].includes(name);

function result({ raw, ours: own, save, script: old }: Rounds) {
  const seconds = (way: readonly Measured[]) => median(way.map((each) => each.seconds));
  return {
    toRawRead: rounded(seconds(own) / seconds(raw)),
    scriptToOurs: old.length > 0 ? rounded(seconds(old) / seconds(own)) : undefined,
    saveZstdUploadToOurs: rounded(seconds(save) / seconds(own)),
    peakRssMb: Math.max(...own.map((each) => each.peakRssMb ?? 0)),
    ourSeconds: rounded(seconds(own)),
    rawReadSeconds: rounded(seconds(raw)),
    ourCpuSeconds: rounded(median(own.map((each) => each.cpuSeconds ?? 0))),
    storedMb: rounded(median(own.map((each) => each.storedMb ?? 0))),
    rounds: own.length,
  };
}

async function peakAt(scene: Scene, megabytes: number): Promise<number> {
  await grow(scene.cluster, megabytes);
  const peaks = [await ours(scene), await ours(scene), await ours(scene)].map((each) => each.peakRssMb ?? 0);
  return Math.max(...peaks);
}
