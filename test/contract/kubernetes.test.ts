import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createKubernetes } from '../../src/adapters/kubernetes.ts';
import type { Listing } from '../../src/ports/kubernetes.ts';
import { recorded } from '../recordings/recordings.ts';
import { type BareApiServer, serveBareApi } from './bare-api-server.ts';

/** What kube-apiserver v1.36.2 answers to GET /version, word for word. */
const version = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.2',
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: 'go1.26.0',
  compiler: 'gc',
  platform: 'linux/amd64',
};
const unauthorised = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'Unauthorized',
  reason: 'Unauthorized',
  code: 401,
};

let server: BareApiServer;
let pages: readonly { readonly items: readonly object[]; readonly continue?: string }[] | undefined;
let queries: object[] = [];
let accepted: string | undefined;
let answer: { readonly status: number; readonly type: string; readonly body: string } | 'silence';

beforeAll(async () => {
  server = await serveBareApi((request, response) => {
    const url = new URL(request.url ?? '', 'http://api');
    accepted = request.headers.accept;
    if (pages) {
      const query = Object.fromEntries(url.searchParams);
      queries.push(query);
      const page =
        query.continue === undefined ? pages[0] : pages.find((_, at) => pages?.[at - 1]?.continue === query.continue);
      response.writeHead(200, { 'content-type': 'application/json', date: 'Mon, 23 Nov 2026 16:43:06 GMT' });
      return void response.end(JSON.stringify({ metadata: { continue: page?.continue }, items: page?.items ?? null }));
    }
    if (answer === 'silence') return;
    const isKnown = url.pathname !== '/nowhere';
    response.writeHead(isKnown ? answer.status : 404, { 'content-type': answer.type });
    response.end(answer.body);
  });
});
beforeEach(() => {
  pages = undefined;
  queries = [];
});
afterAll(() => server.close());

const asked = (signal?: AbortSignal) => createKubernetes({ 'prod-1': server.access }).version('prod-1', signal);
const json = (status: number, body: object) => ({ status, type: 'application/json', body: JSON.stringify(body) });

it('says the version as the API server says it', async () => {
  answer = json(200, version);
  expect(await asked()).toBe('v1.36.2');
});

it.each([
  ['an API server that knows nobody', json(401, unauthorised), 'does not know who asks'],
  ['a proxy’s page with status 200', { status: 200, type: 'text/html', body: '<html>sign in</html>' }, 'is not one'],
  ['a proxy without a backend', { status: 503, type: 'text/plain', body: 'no healthy upstream' }, 'answers 503'],
] as const)('is a fault with %s', async (_, what, says) => {
  answer = what;
  await expect(asked()).rejects.toThrow(says);
  await expect(asked()).rejects.toMatchObject({ name: 'Fault', port: 'kubernetes', operation: 'read' });
});

it('ends when it is told to, though nothing answers', async () => {
  answer = 'silence';
  const stop = new AbortController();
  const asking = asked(stop.signal);
  stop.abort(new Error('stopped'));
  await expect(asking).rejects.toThrow('stopped');
});

it('names a cluster that has no kubeconfig', async () => {
  await expect(createKubernetes({}).version('prod-2')).rejects.toThrow('prod-2 has no kubeconfig in salvor.yaml');
});

describe('one object, and text', () => {
  const kubernetes = () => createKubernetes({ 'prod-1': server.access });
  const configMap = { kind: 'ConfigMap', metadata: { name: 'kubeadm-config' } };
  const path = '/api/v1/namespaces/kube-system/configmaps/kubeadm-config';

  it.each([401, 403, 503])('are a fault with a status of %i', async (status) => {
    answer = json(status, { ...unauthorised, code: status });
    await expect(kubernetes().object('prod-1', path)).rejects.toMatchObject({ name: 'Fault', port: 'kubernetes' });
    await expect(kubernetes().text('prod-1', '/metrics')).rejects.toMatchObject({ name: 'Fault', port: 'kubernetes' });
  });

  it('are read as they come', async () => {
    answer = json(200, configMap);
    expect(await kubernetes().object('prod-1', path)).toEqual(configMap);
    answer = { status: 200, type: 'text/plain', body: 'apiserver_requests 1\n' };
    expect(await kubernetes().text('prod-1', '/metrics')).toBe('apiserver_requests 1\n');
    expect(accepted).toBe('text/plain');
  });

  it('are not there where the API server has none', async () => {
    answer = json(200, configMap);
    expect(await kubernetes().object('prod-1', '/nowhere')).toBeUndefined();
    await expect(kubernetes().text('prod-1', '/nowhere')).rejects.toMatchObject({ code: 'KUBERNETES_ABSENT' });
  });

  it('are no object where a proxy answers with its page', async () => {
    answer = { status: 200, type: 'text/html', body: '<html>sign in</html>' };
    await expect(kubernetes().object('prod-1', path)).rejects.toMatchObject({ code: 'KUBERNETES_ANSWER' });
  });
});

describe('a list', () => {
  const kubernetes = () => createKubernetes({ 'prod-1': server.access });
  const path = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
  const listed = async (options: Partial<Listing> = {}) => {
    const items: unknown[] = [];
    for await (const page of kubernetes().list('prod-1', { path, ...options })) items.push(...page.items);
    return items;
  };

  it('asks for metadata alone where no more is wanted', async () => {
    pages = [{ items: [{ metadata: { name: 'a' } }] }];
    await listed();
    expect(accepted).toBe('application/json');
    await listed({ metadataOnly: true });
    expect(accepted).toBe('application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1');
  });

  it('comes page by page, whole, with the API server’s own time', async () => {
    pages = [{ items: [{ metadata: { name: 'a' } }], continue: 'c1' }, { items: [{ metadata: { name: 'b' } }] }];
    expect(await listed({ labelSelector: 'x!=y' })).toEqual([{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }]);
    expect(queries).toEqual([
      { limit: '500', labelSelector: 'x!=y' },
      { limit: '500', labelSelector: 'x!=y', continue: 'c1' },
    ]);
    for await (const { at } of kubernetes().list('prod-1', { path })) expect(at.getUTCFullYear()).toBe(2026);
  });

  it.each([
    [
      403,
      'KUBERNETES_FORBIDDEN',
      /refuses: leases\.coordination\.k8s\.io is forbidden: User .* cannot list resource "leases"/,
    ],
    [401, 'KUBERNETES_UNAUTHORIZED', /does not know who asks/],
    [504, 'KUBERNETES_ANSWER', /answers 504 to .*Too large resource version/],
  ])('that a real API server answers with %i is a fault that says why', async (status, code, says) => {
    const real = recorded('errors').find(
      ({ request, response }) => request.path === path && response.status === status,
    );
    answer = json(status, Object(real?.response.body));
    await expect(listed()).rejects.toMatchObject({ code, message: expect.stringMatching(says) });
  });

  it('that was refused says which role is missing', async () => {
    answer = json(403, { message: 'leases is forbidden' });
    await expect(listed()).rejects.toMatchObject({
      next: 'Grant Role salvor in kube-system of deploy/kubernetes/rbac.yaml.',
    });
  });

  it('that began too long ago is to be begun anew', async () => {
    const real = recorded('errors').find(({ response }) => response.status === 410);
    answer = json(410, Object(real?.response.body));
    await expect(listed()).rejects.toMatchObject({ code: 'KUBERNETES_EXPIRED', retryable: true });
  });

  it('that is a proxy’s page is none', async () => {
    answer = { status: 200, type: 'text/html', body: '<html>sign in</html>' };
    await expect(listed()).rejects.toMatchObject({ code: 'KUBERNETES_ANSWER' });
  });
});

describe('an API server', () => {
  const ready = (timeLimitMs: number, signal?: AbortSignal) =>
    createKubernetes({ 'prod-1': server.access }).ready('prod-1', {
      timeLimitMs,
      ...(signal ? { signal } : {}),
    });

  it('is ready when it says so', async () => {
    answer = { status: 200, type: 'text/plain', body: 'ok' };
    await ready(0);
  });

  it('is waited for no longer than it may take', async () => {
    answer = { status: 500, type: 'text/plain', body: '[-]etcd failed: reason withheld' };
    await expect(ready(0)).rejects.toMatchObject({ name: 'Fault', code: 'KUBERNETES_NOT_READY', retryable: false });
  });

  const readiness = (address?: string) =>
    createKubernetes({ 'prod-1': server.access }).readiness('prod-1', {
      address,
    });

  it.each([
    [200, [], true],
    [500, ['etcd-readiness'], false],
    [500, ['etcd', 'etcd-readiness'], false],
  ])('says with %i which checks fail: %j', async (status, failing, isReady) => {
    const real = recorded('etcd-frozen').find(
      ({ request, response: { body } }) =>
        request.path === '/readyz' &&
        failing.join() === [...String(body).matchAll(/^\[-\](\S+)/gm)].map(([, one]) => one).join(),
    );
    answer = { status: real?.response.status ?? 0, type: 'text/plain', body: String(real?.response.body) };
    expect(answer.status).toBe(status);
    expect(await readiness()).toEqual({ isReady, failing });
  });

  it('that is a proxy says nothing of readiness', async () => {
    answer = { status: 200, type: 'text/html', body: '<html>sign in</html>' };
    await expect(readiness()).rejects.toMatchObject({ code: 'KUBERNETES_ANSWER' });
    answer = { status: 500, type: 'text/plain', body: 'upstream error' };
    await expect(readiness()).rejects.toMatchObject({ code: 'KUBERNETES_ANSWER', retryable: true });
  });

  it('is not sent credentials at an address that the cluster told, where no certificate is verified', async () => {
    await expect(readiness('10.0.0.99:6443')).rejects.toMatchObject({ code: 'KUBERNETES_CONFIG' });
  });

  it('is waited for until somebody says stop', async () => {
    answer = { status: 500, type: 'text/plain', body: '' };
    const stop = new AbortController();
    const waiting = ready(60_000, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
  });
});
