import { describe, expect, it } from 'vitest';
import { Fault } from '../../../../../src/chatops/errors.ts';
import { assess } from '../../../../../src/ops/kubernetes/upgrade/assess.ts';
import { hops } from '../../../../../src/ops/kubernetes/upgrade/hops.ts';
import { deprecatedCalls } from '../../../../../src/ops/kubernetes/upgrade/observe/deprecated-calls.ts';
import { observe } from '../../../../../src/ops/kubernetes/upgrade/observe/observe.ts';
import type { Observed } from '../../../../../src/ops/kubernetes/upgrade/observed.ts';
import { type FakeKubernetes, nodesPath } from '../../../../fakes/kubernetes.ts';
import { recorded } from '../../../../recordings/recordings.ts';
import { known, now, well } from '../observed.ts';
import { recordedCluster as clusterAt, podsPath } from '../recorded-cluster.ts';

const slicesPath = '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices';
const kubeadmPath = '/api/v1/namespaces/kube-system/configmaps/kubeadm-config';

const recordedCluster = () => clusterAt({ now: () => now });
const { at, etcd, storedInEtcd, certificates, backup, backupMaxAgeMs, manifests, deprecatedCalls: calls } = well();
const elsewhere = { at, etcd, storedInEtcd, certificates, backup, backupMaxAgeMs, manifests, deprecatedCalls: calls };
const look = (kubernetes: FakeKubernetes, said = 'v1.36.2', to = 37) =>
  observe({ kubernetes, cluster: 'prod-1', options: {} }, { said, to }, elsewhere);
const seenOf = <K extends keyof Observed>(observed: Observed, key: K) => {
  const piece = observed[key] as object;
  expect(piece, key).toHaveProperty('known');
  return (piece as { known: unknown }).known;
};

describe('what is seen of a recorded cluster', () => {
  it('is its versions, from pods and nodes', async () => {
    const observed = await look(recordedCluster());
    expect(seenOf(observed, 'apiServers')).toEqual([
      { name: 'cp-1', version: known('v1.36.2'), emulates: undefined },
      { name: 'cp-2', version: known('v1.36.2'), emulates: undefined },
      { name: 'cp-3', version: known('v1.35.5'), emulates: undefined },
    ]);
    expect(seenOf(observed, 'nodes')).toContainEqual(
      expect.objectContaining({ name: 'cp-1', isControlPlane: true, isReady: true, kubelet: 'v1.36.2', troubles: [] }),
    );
    expect(seenOf(observed, 'coredns')).toMatch(/^v1\./);
    expect(seenOf(observed, 'storageBackend')).toBe('etcd3');
    expect(seenOf(observed, 'etcd')).toContainEqual(
      expect.objectContaining({ name: 'cp-1', quotaBytes: 2 * 1024 ** 3 }),
    );
  });

  it('is what stands in the way of an upgrade', async () => {
    const kubernetes = recordedCluster();
    kubernetes.has(slicesPath, () => [{ endpoints: null }]);
    const observed = await look(kubernetes);
    expect(seenOf(observed, 'disruptionBudgets')).toContainEqual(
      expect.objectContaining({ name: 'shop/web', disruptionsAllowed: 0 }),
    );
    expect(seenOf(observed, 'customResources')).toContainEqual(
      expect.objectContaining({ name: 'widgets.example.com', storedVersions: ['v1beta1', 'v1'] }),
    );
    expect(seenOf(observed, 'webhooks')).toEqual([
      expect.objectContaining({
        target: 'shop/dead-webhook',
        failurePolicy: 'Fail',
        isServed: known(false),
        matchesKubeSystem: false,
      }),
    ]);
    const away = (seenOf(observed, 'apiServices') as { name: string; isAvailable: boolean }[]).filter(
      (one) => !one.isAvailable,
    );
    expect(away.map(({ name }) => name)).toContain('v1beta1.custom.metrics.k8s.io');
    const found = assess(observed, hops('1.36.2', '1.37')).hops[0]?.findings ?? [];
    const blockers = found
      .filter(({ severity }) => severity === 'blocker')
      .map(({ check, subject }) => `${check}: ${subject}`);
    expect(blockers).toContain('disruption-budgets: shop/web');
    expect(blockers).toContain('webhooks: check.example.com of validating configuration fail-closed');
    expect(blockers).toContain('api-server-versions: kube-apiserver on cp-3');
    expect(blockers.some((one) => one.includes('shop/nothing'))).toBe(false);
  });

  it('is the kinds of Helm releases, and nothing else of a secret', async () => {
    const observed = await look(recordedCluster());
    const releases = seenOf(observed, 'helmReleases') as {
      name: string;
      kinds: { known: { apiVersion: string }[] };
    }[];
    expect(releases[0]).toMatchObject({ name: 'shop/shop' });
    expect(releases[0]?.kinds.known.length).toBeGreaterThan(0);
    expect(JSON.stringify(releases).length).toBeLessThan(2000);
  });

  it('is what was called, from the metrics of one API server', () => {
    const metrics = recorded('deprecations').find(
      ({ request, note }) => request.path === '/metrics' && note === 'after',
    );
    const called = deprecatedCalls(String(metrics?.response.body));
    expect(called).toContainEqual(
      expect.objectContaining({
        group: 'networking.k8s.io',
        version: 'v1beta1',
        resource: 'servicecidrs',
        removedRelease: '1.37',
      }),
    );
    expect(called).toContainEqual(
      expect.objectContaining({ group: '', resource: 'endpoints', removedRelease: undefined }),
    );
  });
});

describe('what cannot be seen', () => {
  const forbidden = (right: string) =>
    new Fault(`The API server of prod-1 refuses: ${right}.`, {
      ...{
        port: 'kubernetes',
        operation: 'read',
        code: 'KUBERNETES_FORBIDDEN',
        retryable: false,
        next: 'Grant that right.',
      },
    });

  it.each([
    [nodesPath, ['nodes', 'pause', 'settings']],
    [
      podsPath,
      [
        'apiServers',
        'controllerManagers',
        'schedulers',
        'cloudControllerManagers',
        'coredns',
        'settings',
        'storageBackend',
        'storageMediaType',
      ],
    ],
    ['/api/v1/secrets', ['helmReleases']],
    ['/apis/policy/v1/poddisruptionbudgets', ['disruptionBudgets']],
    ['/apis/apiextensions.k8s.io/v1/customresourcedefinitions', ['customResources']],
    ['/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations', ['webhooks']],
    ['/apis/apiregistration.k8s.io/v1/apiservices', ['apiServices']],
    ['/apis/apps/v1/statefulsets', ['singleReplicas']],
    ['/api/v1/pods', ['barePods']],
    ['/apis/networking.k8s.io/v1/servicecidrs', ['stored']],
    [kubeadmPath, ['kubeadm', 'settings']],
    ['/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases', ['nodeLeases']],
    ['/api/v1/nodes/cp-1/proxy/configz', ['settings']],
  ])('of %s is a gap with the right that is missing', async (path, keys) => {
    const kubernetes = recordedCluster();
    kubernetes.fails(path, forbidden(`no ${path}`));
    const observed = await look(kubernetes);
    for (const key of keys) expect(JSON.stringify(observed[key as keyof Observed]), key).toContain(`no ${path}`);
    expect(
      assess(observed, hops('1.36.2', '1.37')).hops[0]?.findings.some(({ severity }) => severity === 'unknown'),
    ).toBe(true);
  });

  it('is none of how old the oldest API server is: what went since then is looked for too', async () => {
    const kubernetes = recordedCluster();
    kubernetes.fails('/apis/scheduling.k8s.io/v1alpha1/workloads', forbidden('no workloads'));
    // 1.36 removes that, and cp-3 runs 1.35.
    expect(JSON.stringify((await look(kubernetes)).stored)).toContain('no workloads');
  });

  it('is a gap where API servers are no pods', async () => {
    const kubernetes = recordedCluster();
    kubernetes.has(podsPath, () => []);
    const observed = await look(kubernetes);
    expect(observed.apiServers).toMatchObject({ gap: { what: 'where kube-apiserver runs' } });
    // Which says it once for all that depends on it.
    expect(observed.storageBackend).toEqual(observed.apiServers);
    expect(observed.storageMediaType).toEqual(observed.apiServers);
  });

  it('is none of the pause image where there is no node that could have one', async () => {
    const kubernetes = recordedCluster();
    kubernetes.has(nodesPath, () => []);
    expect((await look(kubernetes)).pause).toEqual(known([]));
  });

  it('is a gap, and says where, where an object is not as Kubernetes writes it', async () => {
    const kubernetes = recordedCluster();
    kubernetes.has(nodesPath, () => [{ metadata: { name: 'w-1' }, status: { secret: 'hidden' } }]);
    const { nodes } = await look(kubernetes);
    expect(nodes).toMatchObject({ gap: { what: 'nodes', needs: expect.stringContaining('status.nodeInfo') } });
    expect(JSON.stringify(nodes)).not.toContain('hidden');
  });

  it('is no gap where the signal ends it', async () => {
    const kubernetes = recordedCluster();
    const stop = new Error('stopped');
    const list = () => {
      throw stop;
    };
    await expect(look({ ...kubernetes, list })).rejects.toBe(stop);
  });
});
