import { describe, expect, it } from 'vitest';
import { Fault } from '../../../../../src/chatops/errors.ts';
import { apiRemovals } from '../../../../../src/ops/kubernetes/upgrade/facts/api-removals.ts';
import {
  placeOf,
  readStoredInEtcd,
  registryOf,
} from '../../../../../src/ops/kubernetes/upgrade/observe/stored-in-etcd.ts';
import type { SystemPod } from '../../../../../src/ops/kubernetes/upgrade/observe/system-pods.ts';
import { createFakeEtcd } from '../../../../fakes/etcd.ts';
import { inProtobuf } from '../../in-protobuf.ts';
import { gap, known } from '../observed.ts';

const made = () => createFakeEtcd({ 'prod-1': { members: 3 } });
const read = (etcd = made(), from = 33, to = 34, registry = { root: '/registry', elsewhere: [] as string[] }) =>
  readStoredInEtcd(etcd, 'prod-1', { ...registry, from, to }, {});
const alpha = inProtobuf('networking.k8s.io/v1alpha1', 'ServiceCIDR');

describe('what etcd holds', () => {
  it('is counted where no API server reads it afterwards, in protobuf and in JSON', async () => {
    const etcd = made();
    const { stores } = etcd.cluster('prod-1');
    for (let nth = 0; nth < 70; nth += 1) stores(`/registry/servicecidrs/alpha-${nth + 10}`, alpha);
    stores('/registry/servicecidrs/stays', inProtobuf('networking.k8s.io/v1', 'ServiceCIDR'));
    const claim = { apiVersion: 'resource.k8s.io/v1alpha3', kind: 'ResourceClaim', metadata: { name: 'gpu' } };
    stores('/registry/resourceclaims/shop/gpu', Buffer.from(JSON.stringify(claim)));
    expect(await read(etcd)).toEqual([
      known({ apiVersion: 'networking.k8s.io/v1alpha1', kind: 'ServiceCIDR', example: 'alpha-10', count: 70 }),
      known({ apiVersion: 'resource.k8s.io/v1alpha3', kind: 'ResourceClaim', example: 'shop/gpu', count: 1 }),
    ]);
  });

  it('is read of those kinds alone of which a version becomes unreadable, and of no secret', async () => {
    const etcd = made();
    const prefixes: string[] = [];
    const values: typeof etcd.values = (cluster, endpoint, options) => {
      prefixes.push(options.prefix);
      return etcd.values(cluster, endpoint, options);
    };
    await read({ ...etcd, values }, 33, 37);
    expect(prefixes).toContain('/registry/servicecidrs/');
    expect(prefixes).toContain('/registry/podgroups/');
    expect(new Set(prefixes).size).toBe(prefixes.length);
    for (let from = 16; from < 37; from += 1) await read({ ...etcd, values }, from, 37);
    expect(prefixes.filter((prefix) => /secret|configmap|pods\//.test(prefix))).toEqual([]);
  });

  it('is not asked for where nothing becomes unreadable', async () => {
    const etcd = made();
    etcd.cluster('prod-1').silence('etcd-1');
    etcd.fail(
      'survey',
      new Fault('away', { port: 'etcd', operation: 'survey', code: 'ETCD_UNREACHABLE', retryable: true }),
    );
    expect(await read(etcd, 32, 33)).toEqual([]);
  });

  it('is read from a follower', async () => {
    const etcd = made();
    const asked = new Set<string>();
    const values: typeof etcd.values = (cluster, endpoint, options) => {
      asked.add(endpoint);
      return etcd.values(cluster, endpoint, options);
    };
    await read({ ...etcd, values });
    expect([...asked]).toEqual([etcd.cluster('prod-1').endpoints[1]]);
  });

  it.each([
    ['Kubernetes encrypted it', Buffer.from('k8s:enc:aescbc:v1:key1:xxxx'), 'encrypts them (aescbc:v1:key1)'],
    ['it is nothing of Kubernetes', Buffer.from([1, 2, 3]), 'old is neither JSON nor protobuf'],
    ['its envelope is broken', Buffer.from('k8s\0\u00ff'), 'old is neither JSON nor protobuf'],
  ])('is a gap for one kind where %s, and for no other', async (_, value, needs) => {
    const etcd = made();
    etcd.cluster('prod-1').stores('/registry/ipaddresses/old', value);
    etcd.cluster('prod-1').stores('/registry/servicecidrs/old', alpha);
    const found = await read(etcd);
    expect(found.flatMap((one) => ('known' in one ? [one.known.kind] : []))).toEqual(['ServiceCIDR']);
    expect(found.flatMap((one) => ('gap' in one ? [one.gap] : []))).toEqual([
      { what: 'in which versions etcd holds ipaddresses', needs: expect.stringContaining(needs) },
    ]);
  });

  it('is a gap for kinds that API servers keep in another etcd', async () => {
    const etcd = made();
    etcd.cluster('prod-1').stores('/registry/servicecidrs/old', alpha);
    const found = await read(etcd, 33, 34, { root: '/registry', elsewhere: ['networking.k8s.io/servicecidrs'] });
    expect(found).toEqual([
      { gap: { what: 'in which versions etcd holds servicecidrs', needs: expect.stringContaining('overrides') } },
    ]);
  });

  it('is a gap where our user may not read it', async () => {
    const etcd = made();
    const refused = { port: 'etcd', operation: 'values', code: 'ETCD_PERMISSION', retryable: false } as const;
    etcd.fail(
      'values',
      new Fault('The etcd user may not do this.', { ...refused, next: 'This needs the root user.' }),
      99,
    );
    const found = await read(etcd);
    expect(found.length).toBeGreaterThan(0);
    for (const one of found) expect(one).toMatchObject({ gap: { needs: expect.stringContaining('the root user') } });
  });

  it('is a fault where it is no registry at all, or nobody answers', async () => {
    await expect(read(made(), 33, 34, { root: '/elsewhere', elsewhere: [] })).rejects.toThrow('no key in /elsewhere');
    const silent = made();
    for (const name of ['etcd-1', 'etcd-2', 'etcd-3']) silent.cluster('prod-1').silence(name);
    await expect(read(silent)).rejects.toThrow();
  });
});

describe('objects lie', () => {
  const pod = (flags: SystemPod['flags']): SystemPod => ({
    ...{ name: 'kube-apiserver-cp-1', node: 'cp-1', component: 'kube-apiserver', tag: 'v1.36.2' },
    ...{ isInShell: false, isStatic: true },
    ...{ address: undefined, references: [], mounts: [], flags },
  });

  it.each([
    ['where API servers put them by default', known([pod({})]), '/registry'],
    ['where API servers are told to', known([pod({}), pod({ 'etcd-prefix': '/kubernetes.io/' })]), '/kubernetes.io'],
    ['where API servers put them, though these cannot be seen', gap('pods'), '/registry'],
  ])('%s', (_, pods, root) => {
    expect(registryOf(pods).root).toBe(root);
  });

  it('in another etcd, of those kinds that API servers are told so of', () => {
    const overrides = '/events#https://10.0.0.1:2379;https://10.0.0.2:2379,apps/deployments#https://10.0.0.3:2379';
    expect(registryOf(known([pod({ 'etcd-servers-overrides': overrides })])).elsewhere).toEqual([
      '/events',
      'apps/deployments',
    ]);
  });

  it.each([
    ['apps/v1beta1', 'deployments', 'deployments'],
    ['extensions/v1beta1', 'ingresses', 'ingress'],
    ['networking.k8s.io/v1beta1', 'ingresses', 'ingress'],
    ['policy/v1beta1', 'poddisruptionbudgets', 'poddisruptionbudgets'],
    ['policy/v1beta1', 'podsecuritypolicies', 'podsecuritypolicy'],
    ['flowcontrol.apiserver.k8s.io/v1alpha1', 'flowschemas', 'flowschemas'],
    ['v1', 'nodes', 'minions'],
    ['v1', 'services', 'services/specs'],
    ['v1', 'endpoints', 'services/endpoints'],
    ['v1', 'replicationcontrollers', 'controllers'],
    ['apiextensions.k8s.io/v1beta1', 'customresourcedefinitions', 'apiextensions.k8s.io/customresourcedefinitions'],
    ['apiregistration.k8s.io/v1beta1', 'apiservices', 'apiregistration.k8s.io/apiservices'],
  ])('of %s %s in %s', (apiVersion, resource, place) => {
    expect(placeOf({ apiVersion, resource, kind: '' })).toBe(place);
  });
});

it('what becomes unreadable is told of kinds that are stored, never before they are served no more', () => {
  const rows = apiRemovals().rows.filter(({ unreadableIn }) => unreadableIn !== undefined);
  expect(rows).toHaveLength(29);
  for (const { apiVersion, kind, isStored, resource, removedIn = Infinity, unreadableIn = 0 } of rows) {
    expect(isStored && resource !== undefined, `${apiVersion} ${kind}`).toBe(true);
    expect(unreadableIn, `${apiVersion} ${kind}`).toBeGreaterThanOrEqual(removedIn);
  }
});
