import { describe, expect, it } from 'vitest';
import { Fault } from '../../../../../src/chatops/errors.ts';
import { readDisruptionBudgets } from '../../../../../src/ops/kubernetes/upgrade/observe/disruption-budgets.ts';
import { pathsOf, readStoredUses } from '../../../../../src/ops/kubernetes/upgrade/observe/stored-uses.ts';
import { matchesKubeSystem } from '../../../../../src/ops/kubernetes/upgrade/observe/webhooks.ts';
import { readBarePods, readSingleReplicas } from '../../../../../src/ops/kubernetes/upgrade/observe/workloads.ts';
import { createFakeKubernetes } from '../../../../fakes/kubernetes.ts';
import { now } from '../observed.ts';

const kubernetes = () => createFakeKubernetes({ now: () => now });
const looking = (fake: ReturnType<typeof kubernetes>) => ({ kubernetes: fake, cluster: 'prod-1', options: {} });

describe('objects and who wrote them', () => {
  it.each([
    [24, 25, '/apis/policy/v1/poddisruptionbudgets', 'PodDisruptionBudget'],
    [21, 22, '/apis/networking.k8s.io/v1/ingresses', 'Ingress'],
    [33, 34, '/apis/resource.k8s.io/v1alpha3/resourceclaims', 'ResourceClaim'],
    [24, 25, '/apis/policy/v1beta1/podsecuritypolicies', 'PodSecurityPolicy'],
  ])('of a hop from 1.%i to 1.%i are listed at %s', (from, to, path, kind) => {
    expect(pathsOf(from, to).get(path)).toBe(kind);
  });

  it('leave events and what is not stored alone', () => {
    const paths = [...pathsOf(20, 37).keys()];
    expect(paths.filter((path) => /events|reviews|undefined/.test(path))).toEqual([]);
  });

  it('are counted by version and manager', async () => {
    const fake = kubernetes();
    const budget = (name: string, hour: string, annotations: object = {}) => ({
      metadata: {
        ...{ name, namespace: 'shop', annotations },
        managedFields: [
          { manager: 'operator', apiVersion: 'policy/v1beta1', time: `2026-11-20T${hour}:00:00Z` },
          { manager: 'kubectl', apiVersion: 'policy/v1', time: '2026-11-21T00:00:00Z' },
        ],
      },
    });
    const applied = {
      'kubectl.kubernetes.io/last-applied-configuration':
        '{"apiVersion":"policy/v1beta1","kind":"PodDisruptionBudget"}',
    };
    fake.has('/apis/policy/v1/poddisruptionbudgets', () => [
      budget('a', '10'),
      budget('b', '12', applied),
      budget('c', '11', { 'kubectl.kubernetes.io/last-applied-configuration': 'torn' }),
    ]);
    fake.fails(
      '/apis/autoscaling/v2/horizontalpodautoscalers',
      new Fault('none', { port: 'kubernetes', operation: 'read', code: 'KUBERNETES_ABSENT', retryable: false }),
    );
    const about = { apiVersion: 'policy/v1beta1', kind: 'PodDisruptionBudget' };
    expect(await readStoredUses(looking(fake), 24, 25)).toEqual([
      {
        ...about,
        via: 'managedFields',
        manager: 'operator',
        count: 3,
        example: 'shop/a',
        newestAt: new Date('2026-11-20T12:00:00Z'),
      },
      { ...about, via: 'last-applied', manager: undefined, count: 1, example: 'shop/b', newestAt: undefined },
    ]);
  });
});

describe('disruption budgets', () => {
  it('are counted where their controller has seen them as they stand', async () => {
    const fake = kubernetes();
    const zeros = { disruptionsAllowed: 0, expectedPods: 0, currentHealthy: 0, desiredHealthy: 0 };
    const budget = (name: string, generation: number, status: object) => ({
      metadata: { name, namespace: 'shop', generation },
      status,
    });
    fake.has('/apis/policy/v1/poddisruptionbudgets', () => [
      budget('seen', 2, { ...zeros, observedGeneration: 2 }),
      budget('changed', 2, { ...zeros, observedGeneration: 1 }),
      budget('never', 1, zeros),
    ]);
    expect((await readDisruptionBudgets(looking(fake), 36)).map(({ name, isCounted }) => [name, isCounted])).toEqual([
      ['shop/seen', true],
      ['shop/changed', false],
      ['shop/never', false],
    ]);
  });
});

describe('workloads', () => {
  it('with one replica are found, told or not', async () => {
    const fake = kubernetes();
    const scaled = (name: string, replicas?: number) => ({ metadata: { name, namespace: 'shop' }, spec: { replicas } });
    fake.has('/apis/apps/v1/deployments', () => [
      scaled('one', 1),
      scaled('two', 2),
      scaled('none', 0),
      scaled('untold'),
    ]);
    expect((await readSingleReplicas(looking(fake))).map(({ name }) => name)).toEqual([
      'Deployment shop/one',
      'Deployment shop/untold',
    ]);
  });

  it('without a controller are found, with their node', async () => {
    const fake = kubernetes();
    const pod = (name: string, owners?: object[]) => ({
      metadata: { name, namespace: 'shop', ownerReferences: owners },
    });
    fake.has('/api/v1/pods', () => [
      pod('bare'),
      pod('owned', [{ controller: true }]),
      pod('kept', [{ controller: false }]),
      // Of a static pod; kubelets of old gave it no owner.
      {
        metadata: { name: 'etcd-cp-1', namespace: 'kube-system', annotations: { 'kubernetes.io/config.mirror': 'a' } },
      },
    ]);
    fake.holds('/api/v1/namespaces/shop/pods/bare', { spec: { nodeName: 'w-2' } });
    expect(await readBarePods(looking(fake))).toEqual([
      { name: 'shop/bare', node: 'w-2' },
      { name: 'shop/kept', node: undefined },
    ]);
  });
});

describe('webhooks', () => {
  it.each([
    [{}, true],
    [{ matchLabels: { 'kubernetes.io/metadata.name': 'shop' } }, false],
    [{ matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } }, true],
    [{ matchLabels: { team: 'a' } }, false],
    [{ matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] }] }, false],
    [{ matchExpressions: [{ key: 'skip', operator: 'DoesNotExist' }] }, true],
    [{ matchExpressions: [{ key: 'team', operator: 'Exists' }] }, false],
    [{ matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['a'] }] }, true],
  ])('with the selector %j match kube-system: %s', (selector, matches) => {
    expect(matchesKubeSystem(selector)).toBe(matches);
  });
});
