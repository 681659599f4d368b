import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { createTakeovers } from '../../src/adapters/takeovers.ts';
import { lookAtControlPlane } from '../../src/ops/kubernetes/control-plane/look-at-control-plane.ts';
import { followLeaders } from '../../src/ops/kubernetes/leaders/follow-leaders.ts';
import { readLocks } from '../../src/ops/kubernetes/leaders/read-locks.ts';
import { readHeartbeats, readNodes } from '../../src/ops/kubernetes/nodes/read-nodes.ts';
import type { Kubernetes } from '../../src/ports/kubernetes.ts';
import { memoryShelf } from '../../src/slack/shelf.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { clusterOf } from '../fakes/cluster.ts';
import { createFakeEtcd } from '../fakes/etcd.ts';
import { createFakeKubernetes, lease, leasesPath } from '../fakes/kubernetes.ts';

const Rule = z.object({
  apiGroups: z.array(z.string()).default([]),
  resources: z.array(z.string()).default([]),
  nonResourceURLs: z.array(z.string()).default([]),
  verbs: z.array(z.string()),
});
const Role = z.object({
  kind: z.enum(['Role', 'ClusterRole']),
  metadata: z.object({ namespace: z.string().optional() }),
  rules: z.array(Rule),
});
const text = readFileSync(new URL('../../deploy/kubernetes/rbac.yaml', import.meta.url), 'utf8');
const roles = parseAllDocuments(text).flatMap((document) => Role.safeParse(document.toJS()).data ?? []);

/** What the manifest grants, as 'list leases of coordination.k8s.io in kube-system' and 'get /metrics'. */
const granted = roles.flatMap(({ metadata: { namespace }, rules }) =>
  rules.flatMap(({ apiGroups, resources, nonResourceURLs, verbs }) => [
    ...apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => right(verb, resource, group, namespace))),
    ),
    ...nonResourceURLs.flatMap((path) => verbs.map((verb) => right(verb, path))),
  ]),
);
function right(verb: string, resource = '', group = '', namespace?: string): string {
  return `${verb} ${resource}${group === '' ? '' : ` of ${group}`}${namespace === undefined ? '' : ` in ${namespace}`}`;
}
function rightFor(verb: string, path: string): string {
  const [, group = '', rest = ''] = /^\/(?:api|apis\/([^/]+))\/[^/]+\/(.+)$/.exec(path) ?? [];
  const [, namespace, resource = rest] = /^namespaces\/([^/]+)\/(.+)$/.exec(rest) ?? [];
  return right(verb, resource, group, namespace);
}

const used = new Set<string>();

const apiServer = (now: Date) => ({
  ...lease('apiserver-1', 'apiserver-1_uid', now),
  metadata: { name: 'apiserver-1', labels: { 'apiserver.kubernetes.io/identity': 'kube-apiserver' } },
});

beforeAll(async () => {
  const clock = createFakeClock();
  const fake = createFakeKubernetes(clock);
  // One that the API server elects, so that candidates are read too.
  fake.has(leasesPath, (now) => {
    const own = lease('kube-scheduler', 'cp-1_a', now);
    return [{ ...own, spec: { ...own.spec, strategy: 'OldestEmulationVersion' } }, apiServer(now)];
  });
  const kubernetes: Kubernetes = {
    ...fake,
    load(cluster, options) {
      used.add(right('get', '/metrics'));
      return fake.load(cluster, options);
    },
    list(cluster, listing, options) {
      used.add(rightFor('list', listing.path));
      return fake.list(cluster, listing, options);
    },
    watch(cluster, listing, options) {
      used.add(rightFor('list', listing.path)).add(rightFor('watch', listing.path));
      return fake.watch(cluster, listing, options);
    },
  };
  const takeovers = createTakeovers({ shelf: memoryShelf(), clock });
  const etcd = createFakeEtcd({ 'prod-1': { members: 3 } });
  await lookAtControlPlane({ etcd, kubernetes, takeovers }, clusterOf({}, { hasKubernetes: true }));
  const stop = new AbortController();
  const following = followLeaders(
    kubernetes,
    'prod-1',
    { tookOver() {}, hears: () => stop.abort(), deaf() {} },
    stop.signal,
  );
  // What a restore looks at afterwards.
  await readLocks(kubernetes, 'prod-1', { components: ['kube-controller-manager'] });
  await readNodes(kubernetes, 'prod-1');
  await readHeartbeats(kubernetes, 'prod-1');
  await following;
});

it('grants all that Salvor reads of a cluster', () => {
  expect([...used].filter((one) => !granted.includes(one))).toEqual([]);
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
  // As the recording has it: 'leases kube-system list'. No API server of then had candidates.
  const named = granted.map((one) => {
    const [, verb, resource, namespace] = /^(\w+) ([\w/]+)(?: of [\w.]+)?(?: in ([\w-]+))?$/.exec(one) ?? [];
    if (resource?.startsWith('/')) return resource;
    return [resource, namespace, verb].filter((part) => part !== undefined).join(' ');
  });
  expect(named.filter((one) => !forbidden.has(one))).toEqual(['leasecandidates kube-system list']);
});
