import { describe, expect, it } from 'vitest';
import { addOns } from '../../../../../src/ops/kubernetes/upgrade/checks/add-ons.ts';
import { checks } from '../../../../../src/ops/kubernetes/upgrade/checks/all.ts';
import { apiServices } from '../../../../../src/ops/kubernetes/upgrade/checks/api-services.ts';
import { backup } from '../../../../../src/ops/kubernetes/upgrade/checks/backup.ts';
import { certificates } from '../../../../../src/ops/kubernetes/upgrade/checks/certificates.ts';
import { customResources } from '../../../../../src/ops/kubernetes/upgrade/checks/custom-resources.ts';
import { dataAge } from '../../../../../src/ops/kubernetes/upgrade/checks/data-date.ts';
import { disruptionBudgets } from '../../../../../src/ops/kubernetes/upgrade/checks/disruption-budgets.ts';
import { drains } from '../../../../../src/ops/kubernetes/upgrade/checks/drains.ts';
import { largeCluster } from '../../../../../src/ops/kubernetes/upgrade/checks/large-cluster.ts';
import { nodes } from '../../../../../src/ops/kubernetes/upgrade/checks/nodes.ts';
import { webhooks } from '../../../../../src/ops/kubernetes/upgrade/checks/webhooks.ts';
import type { Check } from '../../../../../src/ops/kubernetes/upgrade/finding.ts';
import type { CustomResource, Observed, Webhook } from '../../../../../src/ops/kubernetes/upgrade/observed.ts';
import { found, gap, inDays, known, node, says, well } from '../observed.ts';

const crd = (rest: Partial<CustomResource>): Partial<Observed> => ({
  customResources: known([
    {
      name: 'widgets.example.com',
      storedVersions: ['v1'],
      versions: [
        { name: 'v1', isServed: true, isStorage: true, isDeprecated: false },
        { name: 'v1beta1', isServed: true, isStorage: false, isDeprecated: true },
      ],
      conversion: { kind: 'none' },
      ...rest,
    },
  ]),
});
const webhook = (rest: Partial<Webhook>): Partial<Observed> => ({
  webhooks: known([
    {
      ...{ name: 'guard', target: 'shop/guard', isServed: known(true), failurePolicy: 'Fail', timeoutSeconds: 10 },
      ...{ matchesKubeSystem: false, matchesExactly: false, apiVersions: ['apps/v1'] },
      ...rest,
    },
  ]),
});
const pdb = (disruptionsAllowed: number, expectedPods: number, currentHealthy = expectedPods) => ({
  disruptionBudgets: known([
    {
      name: 'shop/web',
      isCounted: true,
      disruptionsAllowed,
      expectedPods,
      currentHealthy,
      desiredHealthy: expectedPods,
    },
  ]),
});
const certificate = (days: number) => ({
  certificates: known([known({ name: 'kube-apiserver on cp-1', expiresAt: inDays(days) })]),
});
const backupOf = (days: number, isVerified: boolean) => ({
  backup: known({ id: 'r-1', takenAt: inDays(-days), isVerified }),
});
const service = (isAvailable: boolean) => ({
  apiServices: known([
    { name: 'v1beta1.metrics.k8s.io', service: 'kube-system/metrics-server', isAvailable, message: 'no endpoints' },
  ]),
});

/** What each check says of the cluster as it is. */
const rows: readonly (readonly [Check, string, Partial<Observed>, readonly string[]])[] = [
  [customResources, 'stored as written', crd({}), []],
  [customResources, 'stored as before', crd({ storedVersions: ['v1beta1', 'v1'] }), ['warning: widgets.example.com']],
  [
    customResources,
    'stored as what is gone',
    crd({ storedVersions: ['v1alpha1', 'v1'] }),
    ['blocker: widgets.example.com'],
  ],
  [customResources, 'converted', crd({ conversion: { kind: 'webhook', target: 'a/b', isServed: known(true) } }), []],
  [
    customResources,
    'converted by nobody',
    crd({ conversion: { kind: 'webhook', target: 'a/b', isServed: known(false) } }),
    ['blocker: widgets.example.com'],
  ],
  [
    customResources,
    'converted elsewhere',
    crd({ conversion: { kind: 'webhook', target: 'a/b', isServed: gap('a/b') } }),
    ['unknown: a/b'],
  ],
  [customResources, 'not seen', { customResources: gap('CRDs') }, ['unknown: CRDs']],

  [webhooks, 'served', webhook({}), []],
  [webhooks, 'dead and strict', webhook({ isServed: known(false) }), ['blocker: guard']],
  [webhooks, 'dead and lenient', webhook({ isServed: known(false), failurePolicy: 'Ignore' }), ['warning: guard']],
  [webhooks, 'elsewhere and strict', webhook({ isServed: gap('https://a') }), ['unknown: https://a']],
  [webhooks, 'elsewhere and lenient', webhook({ isServed: gap('https://a'), failurePolicy: 'Ignore' }), []],
  [webhooks, 'in kube-system', webhook({ matchesKubeSystem: true }), ['warning: guard']],
  [webhooks, 'in kube-system, lenient', webhook({ matchesKubeSystem: true, failurePolicy: 'Ignore' }), []],
  [webhooks, 'slow', webhook({ timeoutSeconds: 30 }), ['warning: guard']],
  [webhooks, 'exact', webhook({ matchesExactly: true }), ['warning: guard']],
  [webhooks, 'not seen', { webhooks: gap('webhooks') }, ['unknown: webhooks']],

  [apiServices, 'available', service(true), []],
  [apiServices, 'unavailable', service(false), ['warning: v1beta1.metrics.k8s.io']],
  [apiServices, 'not seen', { apiServices: gap('APIServices') }, ['unknown: APIServices']],

  [disruptionBudgets, 'allows one', pdb(1, 3), []],
  [disruptionBudgets, 'allows none', pdb(0, 3), ['blocker: shop/web']],
  [disruptionBudgets, 'matches no pod', pdb(0, 0), []],
  [
    disruptionBudgets,
    'not counted by its controller',
    {
      disruptionBudgets: known([
        {
          ...{ name: 'shop/web', isCounted: false, disruptionsAllowed: 0, expectedPods: 0 },
          ...{ currentHealthy: 0, desiredHealthy: 0 },
        },
      ]),
    },
    ['unknown: what disruption budgets allow: shop/web'],
  ],
  [disruptionBudgets, 'not seen', { disruptionBudgets: gap('PDBs') }, ['unknown: PDBs']],

  [drains, 'nothing', {}, []],
  [
    drains,
    'a bare pod',
    { barePods: known([{ name: 'shop/debug', node: 'w-1' }]) },
    ['blocker: 1 pod without a controller'],
  ],
  [
    drains,
    'single replicas',
    { singleReplicas: known([1, 2].map((nth) => ({ name: `Deployment shop/${nth}`, replicas: 1 }))) },
    ['warning: 2 workloads with one replica'],
  ],
  [
    drains,
    'not seen',
    { barePods: gap('pods'), singleReplicas: gap('workloads') },
    ['unknown: pods', 'unknown: workloads'],
  ],

  [certificates, 'good for long', certificate(200), []],
  [certificates, 'for 20 days', certificate(20), ['warning: certificate of kube-apiserver on cp-1']],
  [certificates, 'until tomorrow', certificate(1), ['blocker: certificate of kube-apiserver on cp-1']],
  [certificates, 'expired', certificate(-3), ['blocker: certificate of kube-apiserver on cp-1']],
  [certificates, 'one not seen', { certificates: known([gap('etcd on cp-2')]) }, ['unknown: etcd on cp-2']],

  [backup, 'fresh and verified', backupOf(0.5, true), []],
  [backup, 'old', backupOf(2, true), ['blocker: backup of prod-1']],
  [backup, 'not verified', backupOf(0.5, false), ['blocker: backup of prod-1']],
  [backup, 'none', { backup: known(undefined) }, ['blocker: backup of prod-1']],
  [backup, 'not seen', { backup: gap('the bucket') }, ['unknown: the bucket']],

  [
    nodes,
    'a control-plane node down',
    { nodes: known([node('cp-1', 'v1.33.4', { isReady: false })]) },
    ['blocker: cp-1'],
  ],
  [nodes, 'a worker down', { nodes: known([node('w-1', 'v1.33.4', { isReady: false })]) }, ['warning: w-1']],
  [
    nodes,
    'under pressure',
    { nodes: known([node('w-1', 'v1.33.4', { troubles: ['DiskPressure'] })]) },
    ['warning: w-1'],
  ],
  [nodes, 'cordoned', { nodes: known([node('w-1', 'v1.33.4', { isCordoned: true })]) }, ['note: w-1']],
  [nodes, 'of two minors', { nodes: known([node('w-1', 'v1.33.4'), node('w-2', 'v1.32.1')]) }, ['note: kubelets']],
  [nodes, 'not seen', { nodes: gap('nodes') }, ['unknown: nodes']],

  [addOns, 'CoreDNS as kubeadm brings it', {}, []],
  [addOns, 'older CoreDNS', { coredns: known('v1.11.3') }, ['note: CoreDNS v1.11.3']],
  [addOns, 'newer CoreDNS', { coredns: known('v1.13.1') }, ['warning: CoreDNS v1.13.1']],
  [addOns, 'no CoreDNS', { coredns: known(undefined) }, ['note: cluster DNS']],
  [addOns, 'old pause', { pause: known(['3.9', '3.10.1']) }, ['note: pause 3.9']],
  [addOns, 'pause 3.10 before 3.10.1', { pause: known(['3.10']) }, ['note: pause 3.10']],
  [addOns, 'not seen', { coredns: gap('CoreDNS'), pause: gap('pause') }, ['unknown: CoreDNS', 'unknown: pause']],

  [largeCluster, 'all as it should be', {}, []],
  [largeCluster, 'nodes without Leases', { nodeLeases: known(3) }, ['warning: node Leases']],
  [largeCluster, 'etcd v2', { storageBackend: known('etcd2') }, ['blocker: storage backend']],
  [largeCluster, 'JSON', { storageMediaType: known('application/json') }, ['warning: storage media type']],
  [
    largeCluster,
    'not seen',
    { nodeLeases: gap('leases'), storageBackend: gap('backend'), storageMediaType: gap('type') },
    ['unknown: leases', 'unknown: backend', 'unknown: type'],
  ],

  [dataAge, 'fresh', {}, []],
  [dataAge, 'old', { at: inDays(200) }, ['warning: data of 2026-08-23']],
];

describe('the cluster as it is', () => {
  it.each(rows.map(([check, what, rest, expected]) => [check.name, what, check, rest, expected] as const))(
    '%s: %s',
    (_, __, check, rest, expected) => {
      expect(says(check, well(rest))).toEqual(expected);
    },
  );
});

describe('add-ons over several hops', () => {
  it('that are raised on the way are told once', () => {
    const old = well({ coredns: known('v1.9.3'), pause: known(['3.9']) });
    expect(says(addOns, old, '1.33.4', '1.36')).toEqual(['note: CoreDNS v1.9.3', 'note: pause 3.9']);
  });

  it('that nobody saw are unknown once', () => {
    const unread = well({ coredns: gap('CoreDNS'), pause: gap('pause') });
    expect(says(addOns, unread, '1.33.4', '1.36')).toEqual(['unknown: CoreDNS', 'unknown: pause']);
  });

  it('that become old on the way are told there', () => {
    const last = well({ coredns: known('v1.14.2'), pause: known(['3.10.1']) });
    expect(says(addOns, last, '1.33.4', '1.36').filter((one) => one.startsWith('note'))).toEqual([
      'note: pause 3.10.1',
    ]);
  });
});

describe('nodes that are not ready', () => {
  it('say what to do with several as with one', () => {
    const away = ['w-1', 'w-2'].map((name) => node(name, 'v1.33.4', { isReady: false }));
    expect(found(nodes, well({ nodes: known(away) }))).toMatchObject([
      {
        subject: 'w-1; w-2',
        evidence: 'Not ready: nothing there can be drained or upgraded.',
        next: expect.stringContaining('Bring back what is to stay'),
      },
    ]);
  });
});

describe('thousands of nodes', () => {
  it('are one finding, which names them all', () => {
    const many = Array.from({ length: 5000 }, (_, nth) => node(`w-${nth}`, 'v1.33.4', { isReady: false }));
    expect(says(nodes, well({ nodes: known(many) }))).toEqual(['warning: 5 000 nodes: w-0; w-1; w-2; and 4997 more']);
  });
});

describe('all checks', () => {
  it('bear one name each', () => {
    expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
    expect(checks).toHaveLength(27);
  });

  it('have nothing to stop a cluster that is well', () => {
    const said = checks.flatMap((check) => says(check, well())).filter((one) => !one.startsWith('note'));
    expect(said).toEqual([]);
  });

  it.each(Object.keys(well()).filter((key) => 'known' in Object(well()[key as keyof Observed])))(
    'never pass over that %s could not be seen',
    (key) => {
      const observed = { ...well(), [key]: gap(key) };
      expect(checks.flatMap((check) => says(check, observed))).toContain(`unknown: ${key}`);
    },
  );

  it('name the step that comes next in every finding', () => {
    for (const [check, , rest] of rows)
      for (const one of check.check(well(rest), { from: 33, to: 34, isFirst: true })) expect(one.next).toMatch(/\w/);
  });
});

describe('data that ends before the target does', () => {
  it('is a warning', () => {
    expect(says(dataAge, well(), '1.36.2', '1.37')).toEqual(['warning: data of 2026-08-23']);
  });
});
