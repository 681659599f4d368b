import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rightsIn } from '../../sandbox/kubernetes/access.ts';
import { fill } from '../../sandbox/kubernetes/fill.ts';
import { type SandboxKubernetes, startKubernetes } from '../../sandbox/kubernetes/kubernetes.ts';
import { smallCluster } from '../../sandbox/kubernetes/small-cluster.ts';
import { ask, watch } from './ask-api-server.ts';

let directory: string;
let kubernetes: SandboxKubernetes;
const server = (nth = 0) => ({
  url: kubernetes.apiServers[nth]?.url ?? '',
  ca: kubernetes.certificates.ca.certificate,
  tokens: { admin: kubernetes.token('admin'), nobody: '' },
});

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-knobs-'));
  const rights = rightsIn(await readFile('deploy/kubernetes/rbac.yaml', 'utf8'));
  kubernetes = await startKubernetes({ directory, apiServers: 2, users: [{ name: 'salvor', rights }] });
  kubernetes.load(smallCluster('v1.36.2'));
});
afterEach(() => {
  for (const { knobs } of kubernetes.apiServers) knobs.clear();
});
afterAll(async () => {
  await kubernetes.stop();
  await rm(directory, { recursive: true, force: true });
});

const nodes = '/api/v1/nodes';

describe('what an API server can be told to do wrong', () => {
  it('is an error, as often as told', async () => {
    kubernetes.knobs.fail({ resource: 'nodes', status: 503, times: 2 });
    const statuses = [];
    for (let nth = 0; nth < 3; nth += 1) statuses.push((await ask(server(), { path: nodes })).status);
    expect(statuses).toEqual([503, 503, 200]);
    expect(kubernetes.knobs.seen({ resource: 'nodes', verb: 'list' })).toBe(3);
  });

  it('is a right that Salvor’s manifest gave', async () => {
    const asSalvor = { path: nodes, token: kubernetes.token('salvor') };
    expect((await ask(server(), asSalvor)).status).toBe(200);
    expect((await ask(server(), { ...asSalvor, path: '/api/v1/namespaces' })).status).toBe(403);
    kubernetes.knobs.forbid({ resource: 'nodes' });
    expect((await ask(server(), asSalvor)).status).toBe(403);
    expect((await ask(server(), { path: nodes })).status).toBe(200);
  });

  it('is a watch that ends, or breaks, or says nothing', async () => {
    const label = (name: string, value: string) =>
      ask(server(1), {
        ...{ method: 'PATCH', path: `${nodes}/${name}`, headers: { 'Content-Type': 'application/merge-patch+json' } },
        body: { metadata: { labels: { told: value } } },
      });
    const cut = (how: 'end' | 'reset') => async () => {
      await expect.poll(() => kubernetes.knobs.cutWatches(how), { interval: 10 }).toBe(1);
    };
    expect(await watch(server(), { path: nodes }, { ms: 5000, meanwhile: cut('end') })).toMatchObject({
      endedBy: 'server',
    });
    await expect(watch(server(), { path: nodes }, { ms: 5000, meanwhile: cut('reset') })).rejects.toThrow();
    const silent = async () => {
      kubernetes.knobs.silenceWatches(true);
      await label('cp-1', 'unheard');
    };
    const heard = await watch(
      server(),
      { path: nodes, query: { labelSelector: 'told' } },
      { ms: 500, meanwhile: silent },
    );
    expect(heard.events).toEqual([]);
    // The other API server is not silent.
    expect(
      (await watch(server(1), { path: nodes, query: { labelSelector: 'told' } }, { events: 1, ms: 5000 })).events,
    ).toHaveLength(1);
  });

  it('is a check that fails, of one API server only', async () => {
    kubernetes.knobs.failCheck('informer-sync');
    expect(await ask(server(), { path: '/readyz' })).toMatchObject({
      status: 500,
      text: expect.stringContaining('[-]informer-sync failed'),
    });
    expect((await ask(server(1), { path: '/readyz' })).status).toBe(200);
  });

  it('is to be down, and to forget', async () => {
    await kubernetes.knobs.down();
    await expect(ask(server(), { path: nodes })).rejects.toThrow('ECONNREFUSED');
    await kubernetes.knobs.up();
    const { body } = await ask(server(), { path: nodes, query: { limit: '1' } });
    await ask(server(), { method: 'DELETE', path: `${nodes}/worker-2` });
    kubernetes.knobs.compact();
    expect(
      (await ask(server(), { path: nodes, query: { limit: '1', continue: Object(body).metadata.continue } })).status,
    ).toBe(410);
  });

  it('is a proxy’s page, or silence', async () => {
    kubernetes.knobs.intercept({ path: nodes });
    expect(await ask(server(), { path: nodes })).toMatchObject({
      status: 200,
      body: expect.stringContaining('<html>'),
    });
    kubernetes.knobs.hang({ path: nodes });
    const late = new Promise((resolve) => setTimeout(resolve, 200, 'late').unref());
    expect(await Promise.race([ask(server(), { path: nodes }).catch(() => 'cut'), late])).toBe('late');
  });
});

it('holds as many objects as a big cluster, which are made when they are asked for', async () => {
  const before = process.memoryUsage().heapUsed;
  fill(kubernetes.store, { nodes: 50, pods: 20_000, secrets: 2000 });
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100e6);
  const page = await ask(server(), { path: '/api/v1/pods', query: { limit: '500' } });
  expect(Object(page.body).metadata.remainingItemCount).toBe(20_000 + 12 - 500);
  expect(page.text.length / 500).toBeGreaterThan(6000);
  const zipped = await ask(server(), {
    ...{ path: '/api/v1/pods', query: { limit: '500' }, headers: { 'Accept-Encoding': 'gzip' } },
  });
  expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip' });
  expect(zipped.text.length).toBeLessThan(page.text.length / 4);
  const again = await ask(server(), { path: '/api/v1/pods', query: { limit: '500' } });
  expect(again.text === page.text).toBe(true);
  const releases = await ask(server(), {
    path: '/api/v1/secrets',
    query: { labelSelector: 'owner=helm,status=deployed' },
  });
  expect(Object(releases.body).items).toHaveLength(40);
});

it('bookmarks a quiet watch once in a while, for those who ask for it', async () => {
  const quick = await startKubernetes({
    directory,
    certificates: kubernetes.certificates,
    times: { bookmarkEveryMs: 50 },
  });
  const admin = {
    url: quick.url,
    ca: quick.certificates.ca.certificate,
    tokens: { admin: quick.token('admin'), nobody: '' },
  };
  const query = { resourceVersion: String(quick.store.revision()), allowWatchBookmarks: 'true' };
  const { events } = await watch(admin, { path: nodes, query }, { events: 2, ms: 5000 });
  const bookmark = { type: 'BOOKMARK', object: { kind: 'Node', metadata: { resourceVersion: query.resourceVersion } } };
  expect(events).toMatchObject([bookmark, bookmark]);
  const silent = await watch(admin, { path: nodes, query: { resourceVersion: query.resourceVersion } }, { ms: 200 });
  expect(silent.events).toEqual([]);
  await quick.stop();
});

it('serves what older releases still served, when told so, and says when it is gone', async () => {
  const gone = { since: '1.21', removed: '1.25' };
  const psp = {
    group: 'policy',
    version: 'v1beta1',
    resource: 'podsecuritypolicies',
    kind: 'PodSecurityPolicy',
    namespaced: false,
  };
  const old = await startKubernetes({
    ...{ directory, certificates: kubernetes.certificates, version: 'v1.24.17', kinds: [{ ...psp, deprecated: gone }] },
  });
  old.load([{ kind: 'PodSecurityPolicy', apiVersion: 'policy/v1beta1', metadata: { name: 'restricted' }, spec: {} }]);
  const admin = {
    url: old.url,
    ca: old.certificates.ca.certificate,
    tokens: { admin: old.token('admin'), nobody: '' },
  };
  const answer = await ask(admin, { path: '/apis/policy/v1beta1/podsecuritypolicies' });
  expect(answer.headers.warning).toBe(
    '299 - "policy/v1beta1 PodSecurityPolicy is deprecated in v1.21+, unavailable in v1.25+"',
  );
  expect((await ask(admin, { path: '/version' })).body).toMatchObject({ gitVersion: 'v1.24.17', minor: '24' });
  expect((await ask(admin, { path: '/metrics' })).text).toContain(
    'removed_release="1.25",resource="podsecuritypolicies"',
  );
  await old.stop();
});
