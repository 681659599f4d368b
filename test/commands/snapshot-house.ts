import { expect } from 'vitest';
import { createCatalogue } from '../../src/adapters/catalogue.ts';
import type { RunRecord } from '../../src/chatops/run.ts';
import { Settings } from '../../src/config/schema.ts';
import { type BackupManifest, parseManifest } from '../../src/ops/etcd/backup/manifest.ts';
import type { Etcd } from '../../src/ports/etcd.ts';
import type { Kubernetes } from '../../src/ports/kubernetes.ts';
import type { Objects } from '../../src/ports/objects.ts';
import { type Bot, createBot, startedRun } from '../bot.ts';
import { createFakeEtcd, type FakeCluster, type FakeEtcd } from '../fakes/etcd.ts';
import { createFakeObjects, type FakeObjects } from '../fakes/objects.ts';
import { people } from '../people.ts';

/** A bot with clusters to save and a bucket to save them in. */
export interface House {
  readonly bot: Bot;
  readonly etcd: FakeEtcd;
  readonly prod: FakeCluster;
  readonly objects: FakeObjects;
  /** Alice types it, a worker works it off; answers how it ended and what people read then. */
  snapshot(words?: string): Promise<Ended>;
  /** The same when two workers have died of it before: whatever fails now is not tried again. */
  lastAttempt(): Promise<Ended>;
  /** What lies in the bucket; a test that fails leaves nothing there. */
  manifests(): readonly BackupManifest[];
  keys(): readonly string[];
}

interface Ended {
  readonly run: RunRecord;
  readonly says: string;
}

export interface HouseSetup {
  readonly bucket?: 'there' | 'absent';
  /** prod-1 has a Kubernetes that answers so; none unless given. */
  readonly kubernetes?: Kubernetes;
  /** Backups of prod-1 are to be locked for 30 days, in a bucket made with or without Object Lock. */
  readonly locks?: 'in a bucket with Object Lock' | 'in a bucket without';
  /** Backups of prod-1 are copied to a second bucket. */
  readonly copies?: boolean;
  /** Stands between the worker and the bucket. */
  readonly between?: (objects: FakeObjects) => Objects;
  /** Stands between the worker and etcd. */
  readonly betweenEtcd?: (etcd: FakeEtcd) => Etcd;
  /** Of prod-1; three unless given. */
  readonly members?: number;
  /** What salvor.yaml says of prod-1's quota; nothing unless given. */
  readonly quotaBytes?: number;
}

export async function openHouse(setup: HouseSetup = {}): Promise<House> {
  const { bucket = 'there', kubernetes, locks, copies, between, betweenEtcd, members = 3, quotaBytes } = setup;
  const clock = { now: () => house.bot.clock.now() };
  const etcd = createFakeEtcd({ 'prod-1': { members }, staging: { members: 1 } }, clock);
  const objects = createFakeObjects(clock, {
    ...{ buckets: bucket === 'there' ? ['main', 'second'] : [], absent: ['main'] },
    locking: locks === 'in a bucket with Object Lock' ? ['main'] : [],
  });
  const bot = await createBot({
    etcd: betweenEtcd ? betweenEtcd(etcd) : etcd,
    objects: between ? between(objects) : objects,
    ...(kubernetes ? { kubernetes } : {}),
    ...(kubernetes || locks || copies || quotaBytes ? { catalogue: catalogueOf(setup) } : {}),
  });
  const keys = () => (bucket === 'there' ? objects.keys('main') : []);
  const ask = async (words: string): Promise<string> => {
    const { id } = startedRun(await bot.types(people.alice, words));
    expect(bot.reply()).toBe(`run ${id} started\n`);
    return id;
  };
  const finish = async (id: string): Promise<Ended> => {
    await bot.works();
    const run = await bot.runs.find(id);
    if (!run) throw new Error(`there is no run ${id}`);
    return { run, says: await bot.result(id) };
  };
  const house: House = {
    ...{ bot, etcd, prod: etcd.cluster('prod-1'), objects, keys },
    snapshot: async (words = '/salvor snapshot prod-1') => finish(await ask(words)),
    async lastAttempt() {
      const id = await ask('/salvor snapshot prod-1');
      await bot.runs.begin(id, 'worker-0');
      await bot.runs.begin(id, 'worker-0');
      return finish(id);
    },
    manifests: () =>
      keys()
        .filter((key) => key.includes('/manifests/'))
        .map((key) => parseManifest(String(objects.peek({ bucket: 'main', key })))),
  };
  return house;
}

function catalogueOf({ kubernetes, locks, copies, quotaBytes }: HouseSetup) {
  const lock = { mode: 'governance', days: 30 };
  const copy = { bucket: 'second', prefix: 'copies/prod-1' };
  const cluster = {
    ...{ environment: 'production', channels: ['C0PROD'] },
    etcd: { endpoints: ['http://127.0.0.1:2379'], allowHttp: true, quotaBytes },
    backup: { bucket: 'main', prefix: 'etcd/prod-1', ...(locks ? { lock } : {}), ...(copies ? { copy } : {}) },
    ...(kubernetes ? { kubernetes: { kubeconfig: '/etc/salvor/kubeconfig' } } : {}),
  };
  const settings = {
    slack: { team: 'T0LOCAL' },
    buckets: { main: { bucket: 'etcd-backups' }, second: { bucket: 'elsewhere' } },
  };
  return createCatalogue(Settings.parse({ ...settings, clusters: { 'prod-1': cluster } }));
}
