import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogueOf } from '../../src/adapters/catalogue.ts';
import { createInformer } from '../../src/adapters/informer.ts';
import { createTakeovers } from '../../src/adapters/takeovers.ts';
import { Fault } from '../../src/chatops/errors.ts';
import { loadRegistry } from '../../src/chatops/registry.ts';
import { type LeaderWatch, watchLeaders } from '../../src/main/leader-watch.ts';
import type { Informer } from '../../src/ports/informer.ts';
import type { Runs } from '../../src/ports/runs.ts';
import type { Takeovers } from '../../src/ports/takeovers.ts';
import type { Tracer } from '../../src/ports/tracer.ts';
import { memoryShelf } from '../../src/slack/shelf.ts';
import { type Bot, channels, createBot } from '../bot.ts';
import { clusterOf } from '../fakes/cluster.ts';
import { createFakeEtcd } from '../fakes/etcd.ts';
import { createFakeKubernetes, type FakeKubernetes, lease, leasesPath } from '../fakes/kubernetes.ts';
import { aSchedule } from '../fakes/schedules.ts';
import { createFakeTracer } from '../fakes/tracer.ts';

const scheduler = 'kube-scheduler';
let bot: Bot;
let kubernetes: FakeKubernetes;
let informer: Informer;
let takeovers: Takeovers;
let open: LeaderWatch[];
let leads: string;
let transitions: number;

const cluster = clusterOf({}, { hasKubernetes: true, takeoversPerHour: 2, channels: [channels.prod] });
const catalogue = catalogueOf([cluster]);
const schedules = [aSchedule({ name: 'leaders', job: 'leaders', says: 'changes' })];
const logger = { info() {}, warn() {}, error() {} };

const written = (now: Date) => {
  const own = lease(scheduler, leads, now);
  return { ...own, spec: { ...own.spec, leaseTransitions: transitions } };
};

beforeEach(async () => {
  const clock = { now: () => bot.clock.now() };
  [leads, transitions, open] = ['cp-1_a', 0, []];
  kubernetes = createFakeKubernetes(clock);
  kubernetes.has(leasesPath, (now) => [lease('kube-controller-manager', 'cp-1_b', now), written(now)]);
  informer = createInformer(kubernetes);
  takeovers = createTakeovers({ shelf: memoryShelf(() => clock.now().getTime()), clock });
  bot = await createBot({
    etcd: createFakeEtcd({ 'prod-1': { members: 3 } }),
    kubernetes,
    informer,
    takeovers,
    catalogue,
  });
});
afterEach(async () => {
  await Promise.all(open.map((watch) => watch.close()));
});

async function watch(
  change: { readonly runs?: Runs; readonly site?: string; readonly tracer?: Tracer } = {},
): Promise<LeaderWatch> {
  const { clock, runs, enqueue } = bot;
  const registry = await loadRegistry();
  const parts = { informer, takeovers, catalogue, schedules, registry, runs, clock, logger, enqueue };
  const one = watchLeaders({ ...parts, ...change }, change.site ?? 'main');
  open.push(one);
  await settled();
  return one;
}
/** All is in memory: what follows from a piece of news is done within the turns that are queued now. */
const settled = () => turn();

async function changesHands(times: number) {
  for (let nth = 0; nth < times; nth += 1) {
    bot.clock.advance(1000);
    transitions += 1;
    leads = `cp-${transitions % 3}_${transitions}`;
    const now = bot.clock.now();
    kubernetes.tells(leasesPath, { kind: 'changed', object: written(now), at: now });
    await settled();
  }
}
/** What the channel was told: the titles of runs that have a card. */
async function told(): Promise<readonly string[]> {
  await bot.works();
  const runs = await bot.runs.list({ limit: 20 });
  const cards = bot.letters().flatMap(({ letter }) => (letter.kind === 'card' ? [letter.runId] : []));
  return runs.flatMap(({ id, report }) => (cards.includes(id) && report ? [report.title] : []));
}
const minutePasses = async (one: LeaderWatch, minutes = 1) => {
  for (let nth = 0; nth < minutes; nth += 1) {
    bot.clock.advance(60_000);
    await one.look();
  }
};
const flapping = 'prod-1: kube-scheduler changed hands more than 2 times within an hour';

describe('a leader that changes hands', () => {
  it('is nobody’s business until it does so too often: then the channel hears of it, once', async () => {
    await watch();
    await changesHands(2);
    expect(bot.queued).toEqual([]);
    await changesHands(1);
    expect(await told()).toEqual([flapping]);
    await changesHands(2);
    expect(bot.queued).toEqual([]);
    expect(await told()).toEqual([flapping]);
  });

  it('no more is told of too, when an hour has gone', async () => {
    const one = await watch();
    await changesHands(3);
    await told();
    await minutePasses(one, 59);
    expect(bot.queued).toEqual([]);
    await minutePasses(one, 2);
    expect(await told()).toEqual(['prod-1: all that must be led has its leader', flapping]);
  });

  it('begins a trace with the run that tells of it, and none before', async () => {
    const tracer = createFakeTracer();
    await watch({ tracer });
    await changesHands(2);
    expect(tracer.entered).toEqual([]);
    await changesHands(1);
    expect(tracer.entered).toEqual([['leaders', { schedule: 'leaders/prod-1', job: 'leaders', target: 'prod-1' }]]);
  });

  it('starts one run, however many workers of the site see it', async () => {
    await watch();
    await watch();
    await changesHands(3);
    expect(bot.queued).toHaveLength(1);
  });

  it('is not watched by workers of another site', async () => {
    await watch({ site: 'elsewhere' });
    await changesHands(3);
    expect(bot.queued).toEqual([]);
    expect(await takeovers.lately('prod-1')).toBeUndefined();
  });

  it('is told of with the next minute where that could not be said at once', async () => {
    let isDown = true;
    const admit: Runs['admit'] = async (run) => {
      if (isDown) throw new Fault('Redis is away', { port: 'runs', operation: 'admit', retryable: true });
      return bot.runs.admit(run);
    };
    const one = await watch({ runs: { ...bot.runs, admit } });
    await changesHands(3);
    expect(bot.queued).toEqual([]);
    isDown = false;
    await minutePasses(one);
    expect(await told()).toEqual([flapping]);
  });
});

it('does not claim to watch while nothing is heard', async () => {
  const one = await watch();
  const fault = new Fault('no', {
    port: 'kubernetes',
    operation: 'read',
    code: 'KUBERNETES_FORBIDDEN',
    retryable: false,
  });
  kubernetes.tells(leasesPath, { kind: 'deaf', fault });
  await settled();
  await minutePasses(one, 6);
  expect(await takeovers.lately('prod-1')).toBeUndefined();
  await changesHands(1);
  expect(await takeovers.lately('prod-1')).toMatchObject({ byComponent: new Map([[scheduler, 1]]) });
});
