import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rightsIn } from '../../sandbox/kubernetes/access.ts';
import { type SandboxKubernetes, startKubernetes } from '../../sandbox/kubernetes/kubernetes.ts';
import { obstacles } from '../../sandbox/kubernetes/obstacles.ts';
import { smallCluster } from '../../sandbox/kubernetes/small-cluster.ts';
import { createKubernetes } from '../../src/adapters/kubernetes.ts';
import { checkUpgrade } from '../../src/ops/kubernetes/upgrade/check-upgrade.ts';
import type { Finding } from '../../src/ops/kubernetes/upgrade/finding.ts';
import { rowsOf } from '../../src/ops/kubernetes/upgrade/finding-rows.ts';
import { createBackupPlanter } from '../fakes/backups.ts';
import { clusterOf } from '../fakes/cluster.ts';
import { createFakeEtcd } from '../fakes/etcd.ts';
import { createFakeObjects } from '../fakes/objects.ts';
import { ask } from './ask-api-server.ts';

let directory: string;
let kubernetes: SandboxKubernetes;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-upgrade-'));
  const rights = rightsIn(await readFile('deploy/kubernetes/rbac.yaml', 'utf8'));
  const runtimeConfig = ['networking.k8s.io/v1beta1'];
  kubernetes = await startKubernetes({ directory, runtimeConfig, users: [{ name: 'salvor', rights }] });
  kubernetes.load(smallCluster('v1.36.2'));
});
afterAll(async () => {
  await kubernetes.stop();
  await rm(directory, { recursive: true, force: true });
});

const api = (method: string, path: string) =>
  ask(
    {
      ...{ url: kubernetes.url, ca: kubernetes.certificates.ca.certificate },
      tokens: { admin: kubernetes.token('admin'), nobody: '' },
    },
    { method, path },
  );

/** What a verdict finds, with the rights of Salvor's own manifest and no others. */
async function findings(): Promise<readonly Finding[]> {
  const clock = { now: () => new Date() };
  const cluster = clusterOf({}, { hasKubernetes: true, nodeBatches: { canary: 1, percent: 20 } });
  const objects = createFakeObjects(clock, { buckets: ['main'] });
  const plant = createBackupPlanter(objects, cluster);
  plant.verified(plant.own({ id: 'r-1', takenAt: new Date(Date.now() - 3_600_000) }));
  const etcd = createFakeEtcd({ 'prod-1': { members: 3 } });
  etcd.cluster('prod-1').runs('3.6.11');
  const port = createKubernetes({ 'prod-1': { kubeconfig: await kubernetes.kubeconfig('salvor') } });
  const { assessment } = await checkUpgrade(
    { etcd, kubernetes: port, objects, clock },
    cluster,
    { version: '1.37' },
    {
      ...{ signal: new AbortController().signal, detail() {}, step: (_name, work) => work() },
    },
  );
  return rowsOf(assessment).map(({ finding }) => finding);
}

/** 'severity check: subject'. */
const found = async () => (await findings()).map(({ severity, check, subject }) => `${severity} ${check}: ${subject}`);

const blockers = async () => (await found()).filter((one) => one.startsWith('blocker'));

/** Each with what is said of it, and how it is taken away. */
const inTheWay = [
  {
    says: 'blocker disruption-budgets: shop/web',
    puts: () => obstacles.noDisruptions(),
    at: '/apis/policy/v1/namespaces/shop/poddisruptionbudgets/web',
  },
  {
    says: 'blocker helm-releases: release shop/shop, revision 1',
    puts: () => obstacles.release('shop', 'networking.k8s.io/v1beta1', 'ServiceCIDR'),
    at: '/api/v1/namespaces/shop/secrets/sh.helm.release.v1.shop.v1',
  },
  {
    says: 'blocker webhooks: check.example.com of validating configuration check',
    puts: () => obstacles.deadWebhook(),
    at: '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/check',
  },
  {
    says: 'warning custom-resources: widgets.example.com',
    puts: () => obstacles.storedVersions(),
    at: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com',
  },
  {
    says: 'warning api-services: v1beta1.metrics.k8s.io',
    puts: () => obstacles.unavailableApi(),
    at: '/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io',
  },
];

it('says each obstacle, and one less once it is taken away', async () => {
  expect(await blockers()).toEqual([]);
  kubernetes.load(inTheWay.flatMap(({ puts }) => puts()));
  let left = inTheWay.map(({ says }) => says);
  for (const { says, at } of inTheWay) {
    const seen = (await found()).filter((one) => inTheWay.some((obstacle) => obstacle.says === one));
    expect(seen.toSorted()).toEqual(left.toSorted());
    expect((await api('DELETE', at)).status).toBe(200);
    left = left.filter((one) => one !== says);
  }
  expect(await blockers()).toEqual([]);
});

it('says which rights are missing, by name, and goes on', async () => {
  kubernetes.knobs.forbid({ resource: 'secrets' });
  kubernetes.knobs.forbid({ path: '/metrics' });
  const said = await found();
  kubernetes.knobs.clear();
  expect(said).toContain('unknown helm-releases: Helm releases');
  expect(said).toContain('unknown called-apis: the metrics of the API server on whichever the kubeconfig leads to');
  expect(said.filter((one) => one.startsWith('blocker'))).toEqual([]);
});

it('says that an API which goes is called, as long as the API server counts it', async () => {
  expect((await api('GET', '/apis/networking.k8s.io/v1beta1/servicecidrs')).status).toBe(200);
  expect(await blockers()).toEqual(['blocker called-apis: networking.k8s.io/v1beta1 servicecidrs']);
});

it('says by whom, from the audit log that the kubelet serves, and without the right to it what is missing', async () => {
  const called = async () => (await findings()).find(({ check }) => check === 'called-apis');
  expect((await called())?.evidence).toMatch(/since it started: by admin, 1 time, says the audit log\.$/);
  kubernetes.knobs.forbid({ resource: 'nodes', subresource: 'proxy' });
  const unread = await called();
  kubernetes.knobs.clear();
  expect(unread).toMatchObject({
    severity: 'blocker',
    next: expect.stringContaining('cannot get resource "nodes/proxy"'),
  });
});
