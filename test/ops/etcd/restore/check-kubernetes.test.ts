import { beforeEach, expect, it } from 'vitest';
import { Fault } from '../../../../src/chatops/errors.ts';
import { checkKubernetes } from '../../../../src/ops/etcd/restore/check-kubernetes.ts';
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
beforeEach(() => {
  clock = createFakeClock();
  kubernetes = createFakeKubernetes(clock);
  told = [];
});

/** Time passes only while it waits. */
const check = () =>
  checkKubernetes({
    ...{ kubernetes, cluster: 'prod-1', signal: new AbortController().signal, limitMs: 30_000 },
    detail: (text) => void told.push(text),
    pause: async (ms) => clock.advance(ms),
  });
const long = new Date('2026-01-01T00:00:00Z');

it('is well where leaders renew and kubelets give signs of life', async () => {
  expect(await check()).toEqual({
    good: ['cp-1 leads kube-controller-manager', 'cp-1 leads kube-scheduler', '3 of 3 nodes are ready'],
    troubles: [],
  });
});

it('waits for a leader: the one that was restored with the data is of another time', async () => {
  const since = clock.now().getTime();
  kubernetes.has(leasesPath, (now) => {
    const isElected = now.getTime() > since + 15_000;
    return [
      lease('kube-controller-manager', 'cp-1_a', new Date(now.getTime() + 1)),
      lease('kube-scheduler', isElected ? 'cp-3_b' : 'cp-2_old', isElected ? new Date(now.getTime() + 1) : long),
    ];
  });
  expect((await check()).good).toContain('cp-3 leads kube-scheduler');
  expect(told).toContain('waits for kube-scheduler to elect a leader');
});

it('says who has no leader after a while, and where to look', async () => {
  kubernetes.has(leasesPath, () => [
    lease('kube-controller-manager', '', long),
    lease('kube-scheduler', 'cp-1_a', long),
  ]);
  expect((await check()).troubles).toEqual([
    'kube-controller-manager has no leader yet: look at its logs on the control-plane nodes.',
    'kube-scheduler has no leader yet: look at its logs on the control-plane nodes.',
  ]);
});

it('takes the annotation of old components for what their Lease would say', async () => {
  kubernetes.has(leasesPath, () => []);
  kubernetes.has('/api/v1/namespaces/kube-system/endpoints', (now) =>
    ['kube-controller-manager', 'kube-scheduler'].map((name) => ({
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

it('names nodes that are not ready, and those whose last sign of life was restored with the data', async () => {
  kubernetes.has(nodesPath, () => [node('cp-1'), node('worker-1', 'Unknown'), node('worker-2')]);
  kubernetes.has(nodeLeasesPath, (now) => [
    ...['cp-1', 'worker-1'].map((name) => lease(name, name, new Date(now.getTime() + 1))),
    lease('worker-2', 'worker-2', long),
  ]);
  const { good, troubles } = await check();
  expect(good).toContain('1 of 3 nodes are ready');
  expect(troubles).toEqual(['Not ready yet: worker-1; worker-2. Look at kubelet there, or restart it.']);
});

it('says what right is missing, and looks at the rest', async () => {
  kubernetes.fails(
    nodeLeasesPath,
    new Fault('The API server of prod-1 refuses: leases.coordination.k8s.io is forbidden.', {
      ...{ port: 'kubernetes', operation: 'read', code: 'KUBERNETES_FORBIDDEN', retryable: false },
      next: 'Grant that right.',
    }),
  );
  const { good, troubles } = await check();
  expect(good).toHaveLength(2);
  expect(troubles).toEqual([
    'Nobody knows how nodes are: The API server of prod-1 refuses: leases.coordination.k8s.io is forbidden. Grant that right.',
  ]);
});
