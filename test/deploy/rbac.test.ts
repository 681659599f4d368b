import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { createInformer } from '../../src/adapters/informer.ts';
import { roleFor } from '../../src/adapters/kubernetes/roles.ts';
import { createTakeovers } from '../../src/adapters/takeovers.ts';
import { lookAtControlPlane } from '../../src/ops/kubernetes/control-plane/look-at-control-plane.ts';
import { followLeaders } from '../../src/ops/kubernetes/leaders/follow-leaders.ts';
import { readLocks } from '../../src/ops/kubernetes/leaders/read-locks.ts';
import { readHeartbeats, readNodes } from '../../src/ops/kubernetes/nodes/read-nodes.ts';
import { checkUpgrade } from '../../src/ops/kubernetes/upgrade/check-upgrade.ts';
import { readStoredUses } from '../../src/ops/kubernetes/upgrade/observe/stored-uses.ts';
import type { Kubernetes } from '../../src/ports/kubernetes.ts';
import { memoryShelf } from '../../src/slack/shelf.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { clusterOf } from '../fakes/cluster.ts';
import { createFakeEtcd } from '../fakes/etcd.ts';
import { annotated, lease, leasesPath } from '../fakes/kubernetes.ts';
import { createFakeObjects } from '../fakes/objects.ts';
import { recordedCluster } from '../ops/kubernetes/upgrade/recorded-cluster.ts';

const Rule = z.object({
  apiGroups: z.array(z.string()).default([]),
  resources: z.array(z.string()).default([]),
  nonResourceURLs: z.array(z.string()).default([]),
  verbs: z.array(z.string()),
});
const Role = z.object({
  kind: z.enum(['Role', 'ClusterRole']),
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
  rules: z.array(Rule),
});
const text = readFileSync(new URL('../../deploy/kubernetes/rbac.yaml', import.meta.url), 'utf8');
const roles = parseAllDocuments(text).flatMap((document) => Role.safeParse(document.toJS()).data ?? []);

/** What the manifest grants, as 'list leases of coordination.k8s.io in kube-system'. */
const grantedBy = ({ metadata: { namespace }, rules }: z.infer<typeof Role>) =>
  rules.flatMap(({ apiGroups, resources, nonResourceURLs, verbs }) =>
    verbs.flatMap((verb) => [
      ...nonResourceURLs.map((url) => right(verb, url)),
      ...apiGroups.flatMap((group) => resources.map((resource) => right(verb, resource, group, namespace))),
    ]),
  );
const granted = roles.flatMap(grantedBy);
function right(verb: string, resource = '', group = '', namespace?: string): string {
  return `${verb} ${resource}${group === '' ? '' : ` of ${group}`}${namespace === undefined ? '' : ` in ${namespace}`}`;
}

/** Namespaces that Salvor has a role in; of any other it reads by a ClusterRole. */
const withRole = roles.flatMap(({ metadata: { namespace } }) => namespace ?? []);
function rightFor(verb: 'list' | 'watch' | 'get', path: string): string {
  const [isResource, group = '', rest = ''] = /^\/(?:api|apis\/([^/]+))\/[^/]+\/(.+)$/.exec(path) ?? [];
  if (isResource === undefined) return right(verb, path);
  const [, namespace, inIt = rest] = /^namespaces\/([^/]+)\/(.+)$/.exec(rest) ?? [];
  const [resource, , subresource] = inIt.split('/');
  const where = namespace !== undefined && withRole.includes(namespace) ? namespace : undefined;
  return right(verb, subresource === undefined ? resource : `${resource}/${subresource}`, group, where);
}

const used = new Set<string>();
/** 'list nodes' -> paths that were read by it. */
const paths = new Map<string, Set<string>>();
function uses(verb: 'list' | 'watch' | 'get', path: string): void {
  const needed = rightFor(verb, path);
  used.add(needed);
  paths.set(needed, (paths.get(needed) ?? new Set()).add(path));
}

const apiServer = (now: Date) => ({
  ...lease('apiserver-1', 'apiserver-1_uid', now),
  metadata: { name: 'apiserver-1', labels: { 'apiserver.kubernetes.io/identity': 'kube-apiserver' } },
});

beforeAll(async () => {
  const clock = createFakeClock();
  const fake = recordedCluster(clock);
  fake.has('/api/v1/pods', () => [{ metadata: { name: 'debug', namespace: 'shop' } }]);
  // One that the API server elects, so that candidates are read too.
  fake.has(leasesPath, (now) => {
    const own = lease('kube-scheduler', 'cp-1_a', now);
    return [{ ...own, spec: { ...own.spec, strategy: 'OldestEmulationVersion' } }, apiServer(now)];
  });
  // And who writes annotations too, so that these are watched.
  for (const kind of ['endpoints', 'configmaps']) {
    fake.has(`/api/v1/namespaces/kube-system/${kind}`, (now) => [annotated('kube-scheduler', 'cp-1_a', now)]);
  }
  const kubernetes: Kubernetes = {
    ...fake,
    load(cluster, options) {
      uses('get', '/metrics');
      return fake.load(cluster, options);
    },
    list(cluster, listing, options) {
      uses('list', listing.path);
      return fake.list(cluster, listing, options);
    },
    watch(cluster, listing, options) {
      uses('list', listing.path);
      uses('watch', listing.path);
      return fake.watch(cluster, listing, options);
    },
    object(cluster, path, options) {
      uses('get', path);
      return fake.object(cluster, path, options);
    },
    text(cluster, path, options) {
      uses('get', path);
      return fake.text(cluster, path, options);
    },
    lines(cluster, path, options) {
      uses('get', path);
      return fake.lines(cluster, path, options);
    },
  };
  const takeovers = createTakeovers({ shelf: memoryShelf(), clock });
  const etcd = createFakeEtcd({ 'prod-1': { members: 3 } });
  const cluster = clusterOf({}, { hasKubernetes: true, nodeBatches: { canary: 1, percent: 20 } });
  const informer = createInformer(kubernetes);
  await lookAtControlPlane({ etcd, kubernetes, informer, takeovers }, cluster);
  const objects = createFakeObjects(clock, { buckets: ['main'] });
  await checkUpgrade(
    { etcd, kubernetes, objects, clock },
    cluster,
    { version: '1.37' },
    {
      ...{ signal: new AbortController().signal, detail() {}, step: (_name, work) => work() },
    },
  );
  const looking = { kubernetes, cluster: 'prod-1', options: {} };
  // Of clusters of every minor that the data knows.
  for (let minor = 16; minor < 37; minor += 1) await readStoredUses(looking, minor, 37);
  const stop = new AbortController();
  const following = followLeaders(informer, 'prod-1', { tookOver() {}, hears() {}, deaf() {} }, stop.signal);
  // What a restore looks at afterwards.
  await readLocks(kubernetes, 'prod-1', { components: ['kube-controller-manager'] });
  await readNodes(kubernetes, 'prod-1');
  await readHeartbeats(kubernetes, 'prod-1');
  await turn();
  stop.abort();
  await following;
});

it('grants all that Salvor reads of a cluster', () => {
  expect([...used].filter((one) => !granted.includes(one))).toEqual([]);
});

it('is told of where a right is missing, by the role that holds it', () => {
  const named = roles.flatMap((role) => {
    const { kind, metadata } = role;
    const name = `${kind} ${metadata.name}${metadata.namespace === undefined ? '' : ` in ${metadata.namespace}`}`;
    return grantedBy(role).flatMap((one) => [...(paths.get(one) ?? [])].map((path) => ({ path, name })));
  });
  expect(named.length).toBeGreaterThanOrEqual(granted.length);
  expect(named.filter(({ path, name }) => roleFor(path) !== name)).toEqual([]);
});

it('grants nothing else', () => {
  expect(granted.filter((one) => !used.has(one))).toEqual([]);
  expect(granted).toHaveLength(new Set(granted).size);
});

it('grants what a real API server was seen to want for it: without the rule it answered 403', () => {
  const Removed = z.object({
    rule: z.object({ resources: z.array(z.string()).default([]) }),
    nowForbidden: z.array(z.string()),
  });
  const recording = readFileSync(new URL('../recordings/rbac-check.json', import.meta.url), 'utf8');
  const { ruleRemoved } = z.object({ ruleRemoved: z.array(Removed) }).parse(JSON.parse(recording));
  const forbidden = new Set(ruleRemoved.flatMap(({ nowForbidden }) => nowForbidden));
  const named = roles
    .filter(({ metadata }) => metadata.name !== 'salvor-stored')
    .flatMap(grantedBy)
    .map((one) => asRecorded[one] ?? one.replace(/^(\w+) ([\w/]+)(?: of [\w.]+)?(?: in ([\w-]+))?$/, recordedName));
  expect(named.filter((one) => !forbidden.has(one))).toEqual([
    // No API server of then had candidates.
    ...['leasecandidates kube-system list', 'leasecandidates kube-system watch'],
    'configmaps kube-system get',
    ...['pods list', 'pods get', 'deployments list', 'statefulsets list', 'endpointslices list'],
  ]);
});

/** 'leases kube-system list'. */
const recordedName = (_: string, verb: string, resource: string, namespace?: string): string =>
  [resource, namespace, verb].filter((part) => part !== undefined).join(' ');
/** Those that the recording calls by what they are for. */
const asRecorded: Readonly<Record<string, string>> = {
  'get /metrics': '/metrics',
  'list secrets': 'helm secrets list',
  'get nodes/proxy': 'nodes/proxy configz',
};
