import { describe, expect, it } from 'vitest';
import { dataDate } from '../../../../src/ops/kubernetes/upgrade/data-date.ts';
import { apiRemovals } from '../../../../src/ops/kubernetes/upgrade/facts/api-removals.ts';
import { etcdFacts, lastShippedWith } from '../../../../src/ops/kubernetes/upgrade/facts/etcd.ts';
import { removedSettings } from '../../../../src/ops/kubernetes/upgrade/facts/removed-settings.ts';
import { versionSkew } from '../../../../src/ops/kubernetes/upgrade/facts/version-skew.ts';
import { removalOf, removalOfResource } from '../../../../src/ops/kubernetes/upgrade/removals.ts';

describe('the tables of facts', () => {
  it('are whole, each row with its source', () => {
    expect(apiRemovals().rows).toHaveLength(147);
    expect(removedSettings().rows).toHaveLength(308);
    expect(versionSkew().rules).toHaveLength(18);
    expect(etcdFacts().shipped).toHaveLength(22);
    expect(etcdFacts().hops).toHaveLength(21);
    expect(dataDate()).toBe('2026-08-23');
  });

  it('bear no two rows for one kind', () => {
    const keys = apiRemovals().rows.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('know every etcd of every hop that etcd itself gates', () => {
    const gated = etcdFacts().hops.filter(({ minimumSourcePatch }) => minimumSourcePatch);
    expect(gated.map(({ toEtcd, minimumSourcePatch }) => [toEtcd, minimumSourcePatch])).toEqual([
      ['3.6.5-0', '3.5.26'],
      ['3.7.0-0', '3.6.11'],
    ]);
    for (const { toEtcd, minimumSourcePatch } of gated) {
      const gate = etcdFacts().gates.find(({ to }) => toEtcd.startsWith(`${to}.`));
      expect(gate?.minimum).toBe(minimumSourcePatch);
    }
    expect(lastShippedWith(34)).toMatchObject({ etcd: '3.6.5-0', coredns: '1.12.1', pause: '3.10.1' });
  });

  it('name what must be deleted first', () => {
    const which = apiRemovals().rows.filter(({ mustBeDeletedFirst }) => mustBeDeletedFirst);
    expect([...new Set(which.map(({ apiVersion }) => apiVersion))].toSorted()).toEqual([
      'networking.k8s.io/v1alpha1',
      'resource.k8s.io/v1alpha2',
      'resource.k8s.io/v1alpha3',
      'storagemigration.k8s.io/v1alpha1',
    ]);
  });
});

/** Where the scanner pluto 5 says otherwise than Kubernetes' own lifecycle tags, which are what counts. */
describe('removals that scanners tell otherwise', () => {
  it.each([
    ['rbac.authorization.k8s.io/v1alpha1', 'ClusterRole', 23, 22],
    ['rbac.authorization.k8s.io/v1alpha1', 'ClusterRoleBinding', 23, 22],
    ['rbac.authorization.k8s.io/v1alpha1', 'Role', 23, 22],
    ['rbac.authorization.k8s.io/v1alpha1', 'RoleBinding', 23, 22],
    ['scheduling.k8s.io/v1alpha1', 'PriorityClass', 23, 17],
    ['flowcontrol.apiserver.k8s.io/v1beta1', 'FlowSchema', 26, 29],
    ['flowcontrol.apiserver.k8s.io/v1beta1', 'PriorityLevelConfiguration', 26, 29],
    ['admissionregistration.k8s.io/v1alpha1', 'ValidatingAdmissionPolicy', 32, 33],
    ['admissionregistration.k8s.io/v1alpha1', 'ValidatingAdmissionPolicyBinding', 32, 33],
    ['resource.k8s.io/v1beta1', 'DeviceClass', 38, 36],
    ['resource.k8s.io/v1beta1', 'ResourceClaim', 38, 36],
    ['resource.k8s.io/v1beta1', 'ResourceClaimTemplate', 38, 36],
    ['resource.k8s.io/v1beta1', 'ResourceSlice', 38, 36],
  ])('%s %s: 1.%i, where pluto says 1.%i', (apiVersion, kind, kubernetes, pluto) => {
    const row = removalOf(apiVersion, kind);
    expect(row?.removedIn).toBe(kubernetes);
    expect(row?.pluto?.removedIn).toBe(pluto);
  });

  it('are these and no others', () => {
    const other = apiRemovals().rows.filter(
      ({ pluto, removedIn }) => typeof pluto?.removedIn === 'number' && pluto.removedIn !== removedIn,
    );
    expect(other).toHaveLength(13);
  });

  it.each([
    ['coordination.k8s.io/v1alpha1', 'LeaseCandidate', 32],
    ['resource.k8s.io/v1alpha2', 'ResourceClaim', 31],
    ['storage.k8s.io/v1alpha1', 'CSIStorageCapacity', 24],
    ['authentication.k8s.io/v1beta1', 'SelfSubjectReview', 33],
  ])('%s %s, of which pluto knows nothing, goes in 1.%i', (apiVersion, kind, removedIn) => {
    expect(removalOf(apiVersion, kind)).toMatchObject({ removedIn });
    expect(removalOf(apiVersion, kind)?.pluto).toBeUndefined();
  });

  it.each([
    ['apps/v1beta1', 'ReplicaSet'],
    ['flowcontrol.apiserver.k8s.io/v1beta1', 'FlowControl'],
  ])('%s %s, which only pluto names, never existed', (apiVersion, kind) => {
    expect(removalOf(apiVersion, kind)).toBeUndefined();
    expect(apiRemovals().onlyInPluto.some((one) => one.apiVersion === apiVersion && one.kind === kind)).toBe(true);
  });
});

describe('a resource as the metric of calls names it', () => {
  it.each([
    ['policy', 'v1beta1', 'pods', 'eviction', 'Eviction'],
    ['policy', 'v1beta1', 'poddisruptionbudgets', '', 'PodDisruptionBudget'],
    ['policy', 'v1beta1', 'poddisruptionbudgets', 'status', 'PodDisruptionBudget'],
    ['authentication.k8s.io', 'v1beta1', 'tokenreviews', '', 'TokenReview'],
    ['extensions', 'v1beta1', 'deployments', 'scale', 'Scale'],
    ['', 'v1', 'endpoints', '', 'Endpoints'],
    ['', 'v1', 'pods', '', undefined],
  ])('%s %s %s/%s is %s', (group, version, resource, subresource, kind) => {
    expect(removalOfResource({ group, version, resource, subresource })?.kind).toBe(kind);
  });

  it('finds the items of a list', () => {
    expect(removalOf('networking.k8s.io/v1beta1', 'IngressList')?.kind).toBe('Ingress');
  });
});
