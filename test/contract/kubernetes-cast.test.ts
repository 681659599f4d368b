import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Cast, startCast } from '../../sandbox/kubernetes/cast.ts';
import { startKubelets } from '../../sandbox/kubernetes/kubelets.ts';
import { type SandboxKubernetes, startKubernetes } from '../../sandbox/kubernetes/kubernetes.ts';
import type { LockKind } from '../../sandbox/kubernetes/leader-lock.ts';
import { createKubernetes } from '../../src/adapters/kubernetes.ts';
import { recorded } from '../recordings/recordings.ts';

// A hundred times as fast as the real ones.
const election = { leaseDurationMs: 150, renewDeadlineMs: 100, retryPeriodMs: 20 };

let directory: string;
let kubernetes: SandboxKubernetes;
let cast: Cast;
const { signal } = new AbortController();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-cast-'));
  kubernetes = await startKubernetes({ directory });
  cast = startCast(kubernetes, { election });
});
afterAll(async () => {
  cast.stop();
  await kubernetes.stop();
  await rm(directory, { recursive: true, force: true });
});

const Lease = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    holderIdentity: z.string(),
    leaseDurationSeconds: z.number(),
    leaseTransitions: z.number(),
    acquireTime: z.coerce.date(),
    renewTime: z.coerce.date(),
  }),
});
const lease = (component: string) =>
  Lease.parse(JSON.parse(kubernetes.store.get('coordination.k8s.io/leases', `kube-system/${component}`)?.text() ?? ''))
    .spec;
/** The first record of a component from now on that somebody else wrote. */
function nextHolder(component: string) {
  const { holderIdentity } = lease(component);
  return new Promise<ReturnType<typeof lease>>((resolve) => {
    const stop = kubernetes.store.watch('coordination.k8s.io/leases', () => {
      const now = lease(component);
      if (now.holderIdentity === holderIdentity) return;
      stop();
      resolve(now);
    });
  });
}
/** Every record of a component from now on, without what renewals alone change. */
function history(component: string) {
  const seen: { readonly holder: string; readonly transitions: number; readonly seconds: number }[] = [];
  const stop = kubernetes.store.watch('coordination.k8s.io/leases', ({ after }) => {
    const { metadata, spec } = Lease.partial().parse(
      JSON.parse(after?.text() ?? '{}').spec?.acquireTime ? JSON.parse(after?.text() ?? '') : {},
    );
    if (metadata?.name !== component || !spec) return;
    const now = {
      holder: spec.holderIdentity.replace(/_.*/, ''),
      transitions: spec.leaseTransitions,
      seconds: spec.leaseDurationSeconds,
    };
    if (JSON.stringify(seen.at(-1)) !== JSON.stringify(now)) seen.push(now);
  });
  return { seen, stop };
}

describe('leaders', () => {
  it('are read by Salvor as those of a real cluster are', async () => {
    const kubeconfig = await kubernetes.kubeconfig('admin');
    const port = createKubernetes({ 'prod-1': { kubeconfig } });
    const path = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
    const names: unknown[] = [];
    for await (const { items } of port.list('prod-1', { path }))
      names.push(...items.map((item) => Object(item).metadata.name));
    const real = recorded('leaders-lease').find(({ request }) => request.path === path)?.response.body;
    const kinds = (list: readonly string[]) => [
      ...new Set(list.map((name) => name.replace(/^apiserver-[a-z2-7]{26}$/, 'apiserver-…'))),
    ];
    expect(kinds(names.map(String))).toEqual(
      kinds(Object(real).items.map((item: { metadata: { name: string } }) => item.metadata.name)),
    );
    expect(await port.version('prod-1', signal)).toBe('v1.36.2');
  });

  it('renew without a takeover, for longer than a Lease lasts', async () => {
    // By what its holder wrote: on a machine that kept it from renewing in time another leads, and is looked at in its place.
    const ledMs = () => {
      const { acquireTime, renewTime } = lease('kube-scheduler');
      return renewTime.getTime() - acquireTime.getTime();
    };
    await expect.poll(ledMs, { interval: 10 }).toBeGreaterThan(2 * election.leaseDurationMs);
  });

  it('release their Lease on SIGTERM when they are schedulers, and another takes it', async () => {
    const { seen, stop } = history('kube-scheduler');
    const { leaseTransitions: before } = lease('kube-scheduler');
    const old = cast.leader('kube-scheduler');
    old?.terminate();
    expect(lease('kube-scheduler')).toMatchObject({
      holderIdentity: '',
      leaseDurationSeconds: 1,
      leaseTransitions: before,
    });
    await expect.poll(() => cast.leader('kube-scheduler')?.node, { interval: 5 }).not.toBeUndefined();
    stop();
    expect(seen.at(-1)).toMatchObject({ transitions: before + 1 });
    expect(seen.at(-1)?.holder).not.toBe(old?.node);
    old?.start();
  });

  it('are taken over once their Lease is over when they were killed', async () => {
    const component = 'kube-controller-manager';
    const last = lease(component);
    const old = cast.candidates.find((one) => one.identity() === last.holderIdentity);
    const taken = nextHolder(component);
    old?.kill();
    const next = await taken;
    expect(next.holderIdentity).not.toBe(last.holderIdentity);
    expect(next.leaseTransitions).toBe(last.leaseTransitions + 1);
    // By what the two wrote, however long the machine lets anybody wait.
    expect(next.acquireTime.getTime() - last.renewTime.getTime()).toBeGreaterThanOrEqual(election.leaseDurationMs);
    old?.start();
  });

  it('give up when etcd is frozen, and say so to nobody', async () => {
    kubernetes.knobs.freezeEtcd();
    await expect.poll(() => cast.leader('kube-scheduler'), { interval: 10 }).toBeUndefined();
    kubernetes.knobs.thawEtcd();
    for (const one of cast.candidates) one.start();
    await expect.poll(() => cast.leader('kube-scheduler')?.node, { interval: 10 }).not.toBeUndefined();
  });

  it.each(['endpoints', 'configmaps', 'endpointsleases', 'configmapsleases'] as const)(
    'lead by %s in old clusters',
    async (lock: LockKind) => {
      const old = startCast(kubernetes, { lock, election, components: [`old-${lock}`], nodes: ['cp-1', 'cp-2'] });
      const collection = lock.startsWith('endpoints') ? '/endpoints' : '/configmaps';
      const record = () =>
        Object(JSON.parse(kubernetes.store.get(collection, `kube-system/old-${lock}`)?.text() ?? '{}')).metadata
          .annotations;
      expect(JSON.parse(record()['control-plane.alpha.kubernetes.io/leader'])).toMatchObject({
        leaseDurationSeconds: 1,
        leaderTransitions: 0,
        holderIdentity: expect.stringMatching(/^cp-1_/),
      });
      expect(kubernetes.store.get('coordination.k8s.io/leases', `kube-system/old-${lock}`) !== undefined).toBe(
        lock.endsWith('leases'),
      );
      old.stop();
    },
  );
});

it('a node whose kubelet is gone becomes unknown, and ready when it is back', async () => {
  const list = recorded('nodes').find(({ request }) => request.path === '/api/v1/nodes')?.response.body;
  kubernetes.load(Object(list).items.map((node: object) => ({ kind: 'Node', apiVersion: 'v1', ...node })));
  const kubelets = startKubelets(kubernetes.cluster, { renewEveryMs: 100, graceMs: 50 });
  const readiness = () => {
    const { conditions } = Object(JSON.parse(kubernetes.store.get('/nodes', 'worker-2')?.text() ?? '{}')).status;
    return conditions.find(({ type }: { type: string }) => type === 'Ready').status;
  };
  expect(kubernetes.store.get('coordination.k8s.io/leases', 'kube-node-lease/worker-2')).toBeDefined();
  kubelets.kill('worker-2');
  await expect.poll(readiness, { interval: 10 }).toBe('Unknown');
  kubelets.revive('worker-2');
  expect(readiness()).toBe('True');
  kubelets.stop();
});
