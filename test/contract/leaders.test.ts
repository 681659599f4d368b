import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Certificates, makeCertificates } from '../../sandbox/certificates.ts';
import { type Cast, startCast } from '../../sandbox/kubernetes/cast.ts';
import { type SandboxKubernetes, startKubernetes } from '../../sandbox/kubernetes/kubernetes.ts';
import type { LockKind } from '../../sandbox/kubernetes/leader-lock.ts';
import { catalogueOf } from '../../src/adapters/catalogue.ts';
import { clock } from '../../src/adapters/clock.ts';
import { createInformer } from '../../src/adapters/informer.ts';
import { createKubernetes } from '../../src/adapters/kubernetes.ts';
import { createTakeovers } from '../../src/adapters/takeovers.ts';
import { type LeaderWatch, watchLeaders } from '../../src/main/leader-watch.ts';
import { lookAtControlPlane } from '../../src/ops/kubernetes/control-plane/look-at-control-plane.ts';
import { readLeaders } from '../../src/ops/kubernetes/leaders/read-leaders.ts';
import { memoryShelf } from '../../src/slack/shelf.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { clusterOf } from '../fakes/cluster.ts';
import { createFakeEtcd } from '../fakes/etcd.ts';
import { createFakeOutbox } from '../fakes/outbox.ts';
import { createFakeRuns } from '../fakes/runs.ts';

// A worker watches a cluster whose leaders move, over the wire, and somebody asks who leads.

const scheduler = 'kube-scheduler';
const cluster = clusterOf({}, { hasKubernetes: true });
const catalogue = catalogueOf([cluster]);
/** They try a hundred times as often as real ones, and are believed as long. */
const election = { retryPeriodMs: 20 };

let directory: string;
let certificates: Certificates;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-leaders-'));
  certificates = await makeCertificates(join(directory, 'certificates'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

let sandbox: SandboxKubernetes;
let cast: Cast;
let watch: LeaderWatch | undefined;
afterEach(async () => {
  await watch?.close();
  cast.stop();
  await sandbox.stop();
});

interface Scene {
  readonly lock?: LockKind;
  readonly version?: string;
  readonly isWatched?: boolean;
}

async function opens({ lock = 'leases', version = 'v1.36.2', isWatched = true }: Scene = {}) {
  const nodes = ['cp-1', 'cp-2'];
  sandbox = await startKubernetes({ directory, certificates, version, apiServers: nodes.length });
  cast = startCast(sandbox, { nodes, lock, election });
  const kubernetes = createKubernetes({ 'prod-1': { kubeconfig: await sandbox.kubeconfig('admin') } });
  let skippedMs = 0;
  const informer = createInformer(kubernetes, { elapsedMs: () => performance.now() + skippedMs });
  const takeovers = createTakeovers({ shelf: memoryShelf(), clock });
  const logger = { info() {}, warn() {}, error() {} };
  const parts = { informer, takeovers, catalogue, schedules: [], registry: { jobs: new Map() }, clock, logger };
  const fakeClock = createFakeClock();
  const noRuns = { runs: createFakeRuns(fakeClock, createFakeOutbox(fakeClock)), async enqueue() {} };
  watch = isWatched ? watchLeaders({ ...parts, ...noRuns }, 'main') : undefined;
  const minor = Number(version.split('.')[1]);
  const leaders = () => readLeaders(informer, 'prod-1', minor);
  // From then on all is told without a list.
  const listedFor = async () => {
    const before = lists();
    await leaders();
    return lists() - before;
  };
  if (isWatched) await expect.poll(listedFor, { interval: 10 }).toBe(0);
  listedBefore = lists();
  return {
    ports: { etcd: createFakeEtcd({ 'prod-1': { members: 1 } }), kubernetes, informer, takeovers },
    leaders,
    async takenOver() {
      const lately = await takeovers.lately('prod-1');
      return lately?.byComponent.get(scheduler) ?? 0;
    },
    /** Nothing is heard meanwhile, as far as the informer knows. */
    passes(ms: number) {
      skippedMs += ms;
    },
  };
}

/** How often who leads was listed, by whatever it is written in. */
const lists = () =>
  ['leases', 'endpoints', 'configmaps']
    .map((resource) => sandbox.knobs.seen({ verb: 'list', resource, namespace: 'kube-system' }))
    .reduce((sum, each) => sum + each, 0);
const watches = (resource: string) => sandbox.knobs.seen({ verb: 'watch', resource, namespace: 'kube-system' });
/** Of Leases, and of each object that may hold an annotation. */
const all = 7;
let listedBefore = 0;
const listed = () => lists() - listedBefore;

/** The scheduler's leader ends; answers who leads when somebody does. */
async function changesHands(): Promise<string> {
  const before = cast.leader(scheduler);
  before?.terminate();
  await expect.poll(() => cast.leader(scheduler)?.node, { interval: 5 }).not.toBe(undefined);
  before?.start();
  return cast.leader(scheduler)?.identity() ?? '';
}

describe('who leads a cluster that is watched', () => {
  it('is told without a list, with its API servers, and one watch does', async () => {
    const { leaders, ports } = await opens();
    const { leaderships, apiServers, gaps } = await leaders();
    expect(leaderships).toMatchObject([
      { component: scheduler, state: 'leading', node: 'cp-1', kinds: ['Lease'] },
      { component: 'kube-controller-manager', state: 'leading', node: 'cp-1' },
    ]);
    expect(apiServers).toMatchObject([
      { host: 'cp-1', isAlive: true },
      { host: 'cp-2', isAlive: true },
    ]);
    expect(gaps).toEqual([]);
    const { kubernetes } = await lookAtControlPlane(ports, cluster);
    expect(kubernetes?.leaderships).toMatchObject([{ node: 'cp-1' }, { node: 'cp-1' }]);
    expect(listed()).toBe(0);
    expect([watches('leases'), watches('endpoints'), watches('configmaps')]).toEqual([1, 0, 0]);
  });

  it('is whoever took over, as soon as the watch tells of it', async () => {
    const { leaders, takenOver } = await opens();
    const next = await changesHands();
    await expect.poll(takenOver, { interval: 5 }).toBe(1);
    expect((await leaders()).leaderships?.[0]).toMatchObject({ state: 'leading', lock: { holder: next } });
    expect(listed()).toBe(0);
  });

  it('is told as well when the watch has expired meanwhile: all is listed anew, once', async () => {
    const { leaders, takenOver } = await opens();
    await sandbox.knobs.down();
    const next = await changesHands();
    sandbox.knobs.compact();
    await sandbox.knobs.up();
    await expect.poll(takenOver, { interval: 20 }).toBe(1);
    const once = listed();
    expect((await leaders()).leaderships?.[0]).toMatchObject({ state: 'leading', lock: { holder: next } });
    expect([once, listed()]).toEqual([1, 1]);
  });
});

describe('who leads is listed', () => {
  it('where nobody watches', async () => {
    const { leaders } = await opens({ isWatched: false });
    expect((await leaders()).leaderships?.[0]).toMatchObject({ state: 'leading', node: 'cp-1' });
    expect(listed()).toBe(all);
  });

  it('where the watch says nothing for longer than leaders take to renew', async () => {
    const { leaders, passes } = await opens();
    sandbox.knobs.silenceWatches(true);
    const next = await changesHands();
    passes(10_001);
    expect((await leaders()).leaderships?.[0]).toMatchObject({ state: 'leading', lock: { holder: next } });
    expect(listed()).toBe(1);
  });

  it('while nothing is heard: why that fails too is told', async () => {
    const { leaders } = await opens();
    await sandbox.knobs.down();
    await expect.poll(async () => (await leaders()).gaps.length, { interval: 10 }).toBeGreaterThan(0);
    expect((await leaders()).gaps[0]?.fault.code).toBe('KUBERNETES_UNREACHABLE');
  });
});

describe('a cluster whose components write annotations alone, before 1.17', () => {
  it.each(['endpoints', 'configmaps'] as const)('on %s, is watched there, and takeovers are seen', async (lock) => {
    const { leaders, takenOver } = await opens({ lock, version: 'v1.16.15' });
    await expect.poll(() => watches(lock), { interval: 10 }).toBe(2);
    const next = await changesHands();
    await expect.poll(takenOver, { interval: 5 }).toBe(1);
    expect((await leaders()).leaderships?.[0]).toMatchObject({ state: 'leading', lock: { holder: next } });
    expect(listed()).toBe(0);
  });

  it('is told of as any other; one that writes Leases too has each takeover counted once', async () => {
    const { leaders, takenOver } = await opens({ lock: 'endpointsleases', version: 'v1.19.16' });
    await expect.poll(() => watches('endpoints'), { interval: 10 }).toBe(2);
    await changesHands();
    const next = await changesHands();
    await expect.poll(takenOver, { interval: 5 }).toBe(2);
    await expect
      .poll(async () => (await leaders()).leaderships?.[0], { interval: 5 })
      .toMatchObject({ state: 'leading', lock: { holder: next }, kinds: ['Lease', 'Endpoints'], rivals: [] });
    expect(await takenOver()).toBe(2);
  });
});
