import { setTimeout as wait } from 'node:timers/promises';
import { catalogueOf } from '../../src/adapters/catalogue.ts';
import { clock } from '../../src/adapters/clock.ts';
import { createEtcd } from '../../src/adapters/etcd.ts';
import { createInformer } from '../../src/adapters/informer.ts';
import { createKubernetes } from '../../src/adapters/kubernetes.ts';
import { createTakeovers } from '../../src/adapters/takeovers.ts';
import { watchLeaders } from '../../src/main/leader-watch.ts';
import { lookAtControlPlane } from '../../src/ops/kubernetes/control-plane/look-at-control-plane.ts';
import { readLeaders } from '../../src/ops/kubernetes/leaders/read-leaders.ts';
import type { Cluster } from '../../src/ports/catalogue.ts';
import type { Takeovers } from '../../src/ports/takeovers.ts';
import { memoryShelf } from '../../src/slack/shelf.ts';
import { createFakeClock } from '../../test/fakes/clock.ts';
import { clusterOf } from '../../test/fakes/cluster.ts';
import { createFakeOutbox } from '../../test/fakes/outbox.ts';
import { createFakeRuns } from '../../test/fakes/runs.ts';
import { note } from '../instruments/figures.ts';
import { idleMachine } from '../instruments/idle-machine.ts';
import { peakRssMb, withRequests } from '../instruments/requests.ts';
import { type InTurn, nowMs, type OursTask, type ToldOfOurs } from './told.ts';

// A worker that watches all clusters and answers `leaders`, in a process of its own, so that its memory is nobody else's. What is told of takeovers
// is kept in memory instead of Redis, and no schedule starts runs.
const task: OursTask = JSON.parse(process.argv[2] ?? '');
const tell = (told: ToldOfOurs) => void process.send?.(told);
const minor = 36;
const restMs = 20_000;
/** In which ways take turns, since the machine may be busier at one time than at another. */
const rounds = 3;
/** Asked at once, as by a few people. */
const atOnce = 4;

const names = Object.keys(task.kubeconfigs);
const etcd = createEtcd(Object.fromEntries(names.map((name) => [name, { endpoints: [task.endpoint] }])));
const kubernetes = createKubernetes(
  Object.fromEntries(names.map((name) => [name, { kubeconfig: task.kubeconfigs[name] ?? '' }])),
);
const informer = createInformer(kubernetes);
const kept = createTakeovers({ shelf: memoryShelf(), clock });
const takeovers: Takeovers = {
  ...kept,
  async note(takeover) {
    await kept.note(takeover);
    tell({ kind: 'noted', cluster: takeover.cluster, acquiredMs: takeover.at.getTime(), atMs: nowMs() });
  },
};
const ports = { etcd, kubernetes, informer, takeovers };

const clusters = names.map((name) => clusterOf({}, { name, hasKubernetes: true }));
const cluster = (name: string): Cluster => clusters.find((one) => one.name === name) ?? clusterOf();
const silent = {
  info() {},
  warn() {},
  error: (facts: object, text: string) => note(`${text} ${JSON.stringify(facts)}`),
};
const fakeClock = createFakeClock();
const noRuns = { runs: createFakeRuns(fakeClock, createFakeOutbox(fakeClock)), async enqueue() {} };
const parts = { ...ports, ...noRuns, clock, schedules: [], registry: { jobs: new Map() }, logger: silent };

/** Answers as ever, and as where nobody watches. */
const ways = { watched: informer, listed: kubernetes };
type Way = keyof typeof ways;

const answer = (way: Way) => async (name: string) => {
  const { gaps, kubernetes: look } = await lookAtControlPlane({ ...ports, informer: ways[way] }, cluster(name));
  if (gaps.length > 0 || look?.leaderships?.length !== 2) throw new Error(`${name}: ${gaps[0]?.fault.message}`);
};
const whoLeads = (way: Way) => async (name: string) => {
  const { gaps, leaderships } = await readLeaders(ways[way], name, minor);
  if (gaps.length > 0 || leaderships?.length !== 2) throw new Error(`${name}: ${gaps[0]?.fault.message}`);
};

const watch = watchLeaders({ ...parts, catalogue: catalogueOf(clusters) }, 'main');
for (const name of names) while ((await withRequests(() => whoLeads('watched')(name))).requests > 0) await wait(20);
note(`${names.length} clusters are watched, ${peakRssMb()} MB`);
await idleMachine();
const watchCpuPercent = await cpuPercent(restMs);
await measured(names.length, answer('watched'));
note(`each was asked once, ${peakRssMb()} MB`);

tell({ kind: 'watches' });
const answerMs = await measured(task.asks, answer('watched'));
const rssMb = peakRssMb();
note(`${task.asks} were answered, ${rssMb} MB`);

const taken: Record<Way, InTurn> = {
  watched: { answerMs: [], whoLeadsMs: [], requests: 0 },
  listed: { answerMs: [], whoLeadsMs: [], requests: 0 },
};
for (let round = 0; round < rounds; round += 1) {
  for (const way of ['watched', 'listed'] as const) {
    taken[way].answerMs.push(...(await measured(task.asks / 10, answer(way))));
    taken[way].whoLeadsMs.push(...(await measured(task.asks / 10, whoLeads(way), 1)));
    taken[way].requests = (await withRequests(() => answer(way)('c-0'))).requests;
  }
}
await watch.close();
tell({ kind: 'measured', figures: { answerMs, ...taken, watchCpuPercent, peakRssMb: rssMb } });
etcd.close();
process.disconnect?.();

/** Of each ask, clusters in turn. */
async function measured(count: number, ask: (name: string) => Promise<void>, width = atOnce): Promise<number[]> {
  const left = Array.from({ length: count }, (_, nth) => names[nth % names.length] ?? '');
  const took: number[] = [];
  const one = async () => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      const begun = performance.now();
      await ask(name);
      took.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: width }, one));
  return took;
}

async function cpuPercent(forMs: number): Promise<number> {
  const before = process.cpuUsage();
  await wait(forMs);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 10 / forMs;
}
