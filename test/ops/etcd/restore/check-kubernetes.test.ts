import { beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../../../src/chatops/errors.ts';
import { checkKubernetes } from '../../../../src/ops/etcd/restore/check-kubernetes.ts';
import { nodesBefore } from '../../../../src/ops/etcd/restore/check-nodes.ts';
import { createFakeClock, type FakeClock } from '../../../fakes/clock.ts';
import {
  createFakeKubernetes,
  type FakeKubernetes,
  lease,
  leasesPath,
  node,
  nodeLeasesPath,
  nodesPath,
} from '../../../fakes/kubernetes.ts';

let clock: FakeClock;
let kubernetes: FakeKubernetes;
let told: string[];
let stop: AbortController;
beforeEach(() => {
  clock = createFakeClock();
  kubernetes = createFakeKubernetes(clock);
  told = [];
  stop = new AbortController();
});

/** Time passes only while it waits. */
const check = (before?: Readonly<Record<string, boolean>>) =>
  checkKubernetes({
    ...{ kubernetes, cluster: 'prod-1', signal: stop.signal, limitMs: 30_000 },
    before: before && new Map(Object.entries(before)),
    detail: (text) => void told.push(text),
    pause: async (ms) => clock.advance(ms),
    elapsedMs: () => clock.now().getTime(),
  });
const long = new Date('2026-01-01T00:00:00Z');
const both = ['kube-controller-manager', 'kube-scheduler'];
/** Renewed right now. */
const fresh = (now: Date) => new Date(now.getTime() + 1);
const fault = (code: string, retryable: boolean) =>
  new Fault('The API server of prod-1 says no.', {
    ...{ port: 'kubernetes', operation: 'read', code, retryable },
    next: 'Mend it.',
  });

it('is well where leaders renew and kubelets give signs of life', async () => {
  expect(await check()).toEqual({
    good: ['cp-1 leads kube-controller-manager', 'cp-1 leads kube-scheduler', '3 of 3 nodes are ready'],
    troubles: [],
  });
});

describe('leaders', () => {
  it('are waited for: the one that was restored with the data is of another time', async () => {
    const since = clock.now().getTime();
    kubernetes.has(leasesPath, (now) => {
      const isElected = now.getTime() > since + 15_000;
      return [
        lease('kube-controller-manager', 'cp-1_a', fresh(now)),
        lease('kube-scheduler', isElected ? 'cp-3_b' : 'cp-2_old', isElected ? fresh(now) : long),
      ];
    });
    expect((await check()).good).toContain('cp-3 leads kube-scheduler');
    expect(told).toContain('waits for kube-scheduler to elect a leader');
  });

  it('count whose clock is minutes behind the API server’s', async () => {
    kubernetes.has(leasesPath, (now) => both.map((name) => lease(name, 'cp-2_a', new Date(now.getTime() - 300_000))));
    expect((await check()).good).toContain('cp-2 leads kube-scheduler');
  });

  it('that are not there after a while are told of, with where to look', async () => {
    kubernetes.has(leasesPath, (now) => [
      lease('kube-controller-manager', '', fresh(now)),
      lease('kube-scheduler', 'cp-1_a', long),
    ]);
    expect((await check()).troubles).toEqual([
      'kube-controller-manager has no leader yet: look at its logs on the control-plane nodes, or restart it there.',
      'kube-scheduler has no leader yet: look at its logs on the control-plane nodes, or restart it there.',
    ]);
  });

  it('of whom nothing is written are not guessed at', async () => {
    kubernetes.has(leasesPath, (now) => [lease('kube-controller-manager', 'cp-1_a', fresh(now))]);
    expect((await check()).troubles).toEqual([
      'Nothing says who leads kube-scheduler: look whether it runs. With --leader-elect=false it writes nothing.',
    ]);
  });

  it('of old components are those of their annotation', async () => {
    kubernetes.has(leasesPath, () => []);
    kubernetes.has('/api/v1/namespaces/kube-system/endpoints', (now) =>
      both.map((name) => ({
        metadata: {
          name,
          annotations: {
            'control-plane.alpha.kubernetes.io/leader': JSON.stringify({
              holderIdentity: 'cp-2_x',
              renewTime: new Date(now.getTime() + 1000).toISOString(),
            }),
          },
        },
      })),
    );
    expect((await check()).good).toContain('cp-2 leads kube-scheduler');
  });
});

describe('nodes', () => {
  it('that are not ready, and those whose last sign of life was restored with the data, are named', async () => {
    kubernetes.has(nodesPath, () => [node('cp-1'), node('worker-1', 'Unknown'), node('worker-2')]);
    kubernetes.has(nodeLeasesPath, (now) => [
      ...['cp-1', 'worker-1'].map((name) => lease(name, name, fresh(now))),
      lease('worker-2', 'worker-2', long),
    ]);
    const { good, troubles } = await check();
    expect(good).toContain('1 of 3 nodes are ready');
    expect(troubles).toEqual(['Not ready yet: worker-1; worker-2. Look at kubelet there, or restart it.']);
  });

  it('are waited for: a kubelet tells that it is ready only after its first sign of life', async () => {
    const since = clock.now().getTime();
    kubernetes.has(nodesPath, (now) => [node('cp-1', now.getTime() > since + 8_000 ? 'True' : 'Unknown')]);
    expect((await check({ 'cp-1': true })).good).toContain('1 of 1 nodes are ready, as before');
    expect(told).toContain('waits for 1 of 1 nodes to be ready');
  });

  it('that were not ready before either keep nobody waiting', async () => {
    kubernetes.has(nodesPath, () => [node('cp-1'), node('worker-1', 'Unknown')]);
    const { good, troubles } = await check({ 'cp-1': true, 'worker-1': false });
    expect(good.slice(2)).toEqual(['1 of 2 nodes are ready, as before', 'not ready before either: worker-1']);
    expect([troubles, told]).toEqual([[], []]);
  });

  it('that joined or were taken out since the backup are told of, with what to do', async () => {
    kubernetes.has(nodesPath, () => [node('cp-1'), node('cp-2'), node('worker-gone', 'True')]);
    const { good, troubles } = await check({ 'cp-1': true, 'cp-2': true, 'worker-new': true });
    expect(good).toContain('2 of 3 nodes are ready, 3 of 3 were before');
    expect(troubles).toEqual([
      'Joined since the backup, so Kubernetes does not know them now: worker-new. Restart kubelet there: it registers only when it starts.',
      'Taken out since the backup, and back without a kubelet: worker-gone. Take them out again: kubectl delete node.',
    ]);
  });

  it('whose kubelets have no Leases count by what they write to the node', async () => {
    const since = clock.now().getTime();
    kubernetes.has(nodeLeasesPath, () => []);
    kubernetes.has(nodesPath, (now) => [
      node('old-1', 'True', now.getTime() > since + 5_000 ? fresh(now) : long),
      node('old-2', 'True', long),
    ]);
    const { good, troubles } = await check();
    expect(good).toContain('1 of 2 nodes are ready');
    expect(troubles).toEqual(['Not ready yet: old-2. Look at kubelet there, or restart it.']);
  });

  it('are not read again and again while kubelets are silent: they are large', async () => {
    let times = 0;
    kubernetes.has(nodesPath, () => {
      times++;
      return [node('cp-1')];
    });
    kubernetes.has(nodeLeasesPath, () => [lease('cp-1', 'cp-1', long)]);
    await check();
    expect(times).toBe(2);
  });

  it('as they were before are unknown where nobody can tell', async () => {
    const were = () => nodesBefore(kubernetes, 'prod-1', stop.signal);
    kubernetes.has(nodesPath, () => [node('cp-1'), node('worker-1', 'False')]);
    expect([...((await were()) ?? [])]).toEqual([
      ['cp-1', true],
      ['worker-1', false],
    ]);
    kubernetes.fails(nodesPath, fault('KUBERNETES_UNREACHABLE', true));
    expect(await were()).toBeUndefined();
  });
});

describe('an API server', () => {
  it('that refuses is a gap that names what is missing; the rest is looked at', async () => {
    kubernetes.fails(leasesPath, fault('KUBERNETES_FORBIDDEN', false));
    expect(await check()).toEqual({
      good: ['3 of 3 nodes are ready'],
      troubles: ['Nobody knows who leads: The API server of prod-1 says no. Mend it.'],
    });
    kubernetes.fails(leasesPath, undefined);
    kubernetes.fails(nodeLeasesPath, fault('KUBERNETES_FORBIDDEN', false));
    expect((await check()).troubles).toEqual([
      'Nobody knows how nodes are: The API server of prod-1 says no. Mend it.',
    ]);
  });

  it('that has just started and fails now and then is asked again', async () => {
    const since = clock.now().getTime();
    kubernetes.has(leasesPath, (now) => {
      if (now.getTime() < since + 4_000) throw fault('KUBERNETES_UNREACHABLE', true);
      return both.map((name) => lease(name, 'cp-1_a', fresh(now)));
    });
    expect((await check()).troubles).toEqual([]);
    expect(told).toContain('waits for an answer. The API server of prod-1 says no.');
  });

  it('that never answers is told of at the end', async () => {
    kubernetes.fails(leasesPath, fault('KUBERNETES_UNREACHABLE', true));
    expect((await check()).troubles).toEqual(['Nobody knows who leads: The API server of prod-1 says no. Mend it.']);
  });

  it('is not waited for once somebody says stop', async () => {
    kubernetes.has(leasesPath, () => {
      stop.abort(new Error('stopped'));
      throw fault('KUBERNETES_UNREACHABLE', true);
    });
    await expect(check()).rejects.toThrow('stopped');
  });
});
