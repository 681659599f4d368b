import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeCertificates } from '../../sandbox/certificates.ts';
import {
  type KubernetesOptions,
  type SandboxKubernetes,
  startKubernetes,
} from '../../sandbox/kubernetes/kubernetes.ts';
import { type Exchange, recorded } from '../recordings/recordings.ts';
import { ask, type Question, watch } from './ask-api-server.ts';
import { headersOf, normalised } from './kubernetes-replay.ts';

// Each recording is a world: the objects it shows are put into the sandbox's API server, which is then asked the same in the same order.

const List = z.object({ kind: z.string(), apiVersion: z.string(), items: z.array(z.looseObject({})).nullable() });
const One = z.looseObject({ kind: z.string(), apiVersion: z.string(), metadata: z.looseObject({ uid: z.string() }) });

/** Objects as whole lists and gets show them, of the last time each was seen. */
function worldOf(exchanges: readonly Exchange[]): readonly object[] {
  const seen = new Map<string, object>();
  for (const { response } of exchanges) {
    const list = List.safeParse(response.body).data;
    const kind = list?.kind.replace(/List$/, '');
    if (kind === 'PartialObjectMetadata' || kind === 'ComponentStatus' || kind === 'APIGroupDiscovery') continue;
    const some = list
      ? (list.items ?? []).map((item) => ({ kind, apiVersion: list.apiVersion, ...item }))
      : [response.body];
    for (const one of some) {
      const object = One.safeParse(one).data;
      if (object && object.kind !== 'PartialObjectMetadata') seen.set(object.metadata.uid, object);
    }
  }
  return [...seen.values()];
}

const users = [
  { name: 'system:serviceaccount:bot:nothing', rights: [] },
  {
    name: 'system:serviceaccount:bot:throttled',
    rights: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['*'], nonResourceURLs: [] }],
  },
  {
    name: 'system:serviceaccount:bot:minimal',
    rights: [{ apiGroups: [''], resources: ['nodes'], verbs: ['list'], nonResourceURLs: [] }],
  },
];

let directory: string;
let clock = Date.now();
const open: SandboxKubernetes[] = [];
let certificates: Awaited<ReturnType<typeof makeCertificates>>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-replay-'));
  certificates = await makeCertificates(join(directory, 'certificates'));
});
afterAll(async () => {
  for (const kubernetes of open) await kubernetes.stop();
  await rm(directory, { recursive: true, force: true });
});

async function worldFrom(exchanges: readonly Exchange[], options: Partial<KubernetesOptions> = {}) {
  const times = { futureMs: 50, readMs: 100, writeMs: 50 };
  const kubernetes = await startKubernetes({ directory, certificates, users, times, now: () => clock, ...options });
  open.push(kubernetes);
  kubernetes.load(worldOf(exchanges));
  return kubernetes;
}

function questionOf(kubernetes: SandboxKubernetes, { as, request }: Exchange): Question {
  const account = /ServiceAccount (\w+)\/(\w+)/.exec(as);
  const known = account
    ? kubernetes.token(`system:serviceaccount:${account[1]}:${account[2]}`)
    : kubernetes.token('admin');
  const token = as === 'no credentials' ? null : as.startsWith('invalid') || as.startsWith('expired') ? 'wrong' : known;
  return { ...request, token };
}

const serverOf = (kubernetes: SandboxKubernetes) => ({
  url: kubernetes.url,
  ca: kubernetes.certificates.ca.certificate,
  tokens: { admin: kubernetes.token('admin'), nobody: '' },
});

/** Asks as it was asked, at the time and the revision at which it was. */
async function replay(kubernetes: SandboxKubernetes, exchange: Exchange) {
  const { headers, body } = exchange.response;
  clock = Date.parse(headers.date ?? '') || clock;
  const revision = z.object({ metadata: z.object({ resourceVersion: z.string() }) }).safeParse(body).data;
  if (revision && exchange.request.method === 'GET' && /List$|^Table$/.test(String(Object(body).kind))) {
    if (!exchange.request.query.continue && !/Exact/.test(exchange.request.query.resourceVersionMatch ?? ''))
      kubernetes.store.advance(Number(revision.metadata.resourceVersion));
  }
  return ask(serverOf(kubernetes), questionOf(kubernetes, exchange));
}

/** Which answers are compared to the letter; `as` names it in the report. */
function named(exchanges: readonly Exchange[]): readonly (readonly [string, Exchange])[] {
  return exchanges.map((exchange) => {
    const { method, path, query } = exchange.request;
    return [`${method} ${path} ${new URLSearchParams(query)} ${exchange.note ?? ''}`.trim(), exchange] as const;
  });
}

const same = (answer: Awaited<ReturnType<typeof ask>>, { response }: Exchange, isWritten = false) => {
  expect(answer.status).toBe(response.status);
  expect(headersOf(answer.headers)).toEqual(headersOf(response.headers));
  const body = typeof response.body === 'string' ? answer.text : answer.body;
  expect(normalised(body, isWritten)).toEqual(normalised(response.body, isWritten));
};

describe('nodes in each form', async () => {
  const exchanges = recorded('node-forms');
  let kubernetes: SandboxKubernetes;
  beforeAll(async () => {
    kubernetes = await worldFrom(exchanges);
  });
  it.each(named(exchanges.filter(({ note }) => !note?.startsWith('resourceVersion=0'))))('%s', async (_, exchange) => {
    same(await replay(kubernetes, exchange), exchange);
  });
});

describe('pods', () => {
  const exchanges = recorded('pods');
  let kubernetes: SandboxKubernetes;
  beforeAll(async () => {
    kubernetes = await worldFrom(exchanges);
  });
  // Only the pods of kube-system were recorded; others remain where all are listed.
  const whole = exchanges.filter(({ request }) => request.path !== '/api/v1/pods' && !request.query.includeObject);
  it.each(named(whole))('%s', async (_, exchange) => same(await replay(kubernetes, exchange), exchange));

  it('are rows of a table', async () => {
    const Rows = z.object({ rows: z.array(z.object({ cells: z.array(z.unknown()) })) });
    const exchange = exchanges.find(({ request }) => request.query.includeObject);
    if (!exchange) throw new Error('no table was recorded');
    const [rows, real] = [(await replay(kubernetes, exchange)).body, exchange.response.body].map(
      (body) => Rows.parse(body).rows,
    );
    expect(rows?.length).toBeGreaterThan(5);
    // The addons in it were not all recorded by themselves.
    for (const row of rows ?? []) expect(real).toContainEqual(row);
  });
});

describe('pages', () => {
  it('are as they were, while objects come and go, and after that is forgotten', async () => {
    const exchanges = recorded('paging');
    const [first, second, ...rest] = exchanges;
    const kubernetes = await worldFrom(exchanges.slice(0, 3));
    if (!first || !second) throw new Error('the recording is empty');
    same(await replay(kubernetes, first), first);
    const path = first.request.path;
    const admin = serverOf(kubernetes);
    await ask(admin, { method: 'DELETE', path: `${path}/cm-059` });
    await ask(admin, {
      method: 'POST',
      path,
      headers: { 'Content-Type': 'application/json' },
      body: { metadata: { name: 'cm-030a' } },
    });
    expect(kubernetes.store.revision()).toBe(2125);
    for (const exchange of [second, ...rest]) {
      const { note = '' } = exchange;
      if (note.startsWith('token of page 1 after compaction')) kubernetes.store.compact();
      if (note.startsWith('going on')) kubernetes.store.advance(2157);
      const answer = await replay(kubernetes, exchange);
      // The recorder reduced these to names, and says another revision where it waited.
      const isReduced =
        note.startsWith('resourceVersion=0') || note.startsWith('negative') || note.includes('in the future');
      if (isReduced) expect([note, answer.status]).toEqual([note, exchange.response.status]);
      else same(answer, exchange, note.startsWith('going on'));
    }
  });
});

describe('errors', () => {
  const exchanges = recorded('errors').filter(({ note = '', response }) => {
    // Webhooks, the schemas of kinds and requests in flight are beyond the sandbox; 429 is a knob.
    const isBeyond =
      /webhook|strict decoding|Warn \(the default\)|429|allowed again|503 unavailable|in the future/.test(note);
    return response.body !== undefined && !isBeyond;
  });
  let kubernetes: SandboxKubernetes;
  beforeAll(async () => {
    const space = {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { name: 'cm-001', namespace: 'paging', uid: '48ab04eb-8679-44f0-b729-627d35a25b7b' },
    };
    kubernetes = await worldFrom([...recorded('node-forms')]);
    kubernetes.load([space]);
    kubernetes.store.advance(5800);
  });
  it.each(named(exchanges))('%s', async (_, exchange) => {
    const answer = await replay(kubernetes, exchange);
    if (exchange.request.path === '/version' && answer.status === 200)
      expect(Object.keys(Object(answer.body))).toEqual(Object.keys(Object(exchange.response.body)));
    else same(answer, exchange);
  });

  it('in the text of priority and fairness, when told to', async () => {
    const throttled = recorded('errors').find(({ response }) => response.status === 429);
    if (!throttled) throw new Error('nothing was throttled');
    kubernetes.knobs.fail({ resource: 'configmaps', status: 429 });
    same(await replay(kubernetes, throttled), throttled);
    expect((await replay(kubernetes, throttled)).status).toBe(200);
  });
});

describe('health and discovery', () => {
  const exchanges = recorded('health-and-discovery');
  let kubernetes: SandboxKubernetes;
  beforeAll(async () => {
    kubernetes = await worldFrom([]);
  });
  const whole = exchanges.filter(({ request }) => !/^\/(version|apis?$|api\/v1$)/.test(request.path));
  it.each(named(whole))('%s', async (_, exchange) => same(await replay(kubernetes, exchange), exchange));

  it('say of each resource what was said of it', async () => {
    for (const exchange of exchanges.filter(({ request }) => /^\/(api|apis|api\/v1)$/.test(request.path))) {
      const answer = await replay(kubernetes, exchange);
      expect(headersOf(answer.headers)).toEqual(headersOf(exchange.response.headers));
      const [served, said] = [answer.body, exchange.response.body].map(facts);
      for (const [name, fact] of said ?? [])
        if (served?.has(name)) expect([name, served.get(name)]).toEqual([name, fact]);
      const missing = [...(said?.keys() ?? [])].filter((name) => !served?.has(name));
      expect(
        missing.filter((name) => /^(v1 )?(nodes|pods|configmaps|leases|poddisruptionbudgets|apiservices)/.test(name)),
      ).toEqual([]);
    }
  });
});

/** What each resource is, by name, however it is told. */
function facts(body: unknown): ReadonlyMap<string, unknown> {
  const Legacy = z.object({ resources: z.array(z.looseObject({ name: z.string() })) });
  const All = z.object({
    items: z.array(
      z.object({
        versions: z.array(
          z.object({ version: z.string(), resources: z.array(z.looseObject({ resource: z.string() })).optional() }),
        ),
      }),
    ),
  });
  const legacy = Legacy.safeParse(body).data?.resources.map((one) => [one.name, normalised(one)] as const);
  const all = All.safeParse(body).data?.items.flatMap(({ versions }) =>
    versions.flatMap(({ version, resources = [] }) =>
      resources.map((one) => [`${version} ${one.resource}`, normalised(one)] as const),
    ),
  );
  return new Map(legacy ?? all ?? []);
}

describe('deprecated APIs', () => {
  it('warn and are counted, as long as they are served', async () => {
    const exchanges = recorded('deprecations');
    const betas = [
      'networking.k8s.io/v1beta1',
      'resource.k8s.io/v1beta1',
      'storage.k8s.io/v1beta1',
      'coordination.k8s.io/v1beta1',
    ];
    const [on, off] = [await worldFrom(exchanges.slice(0, -2), { runtimeConfig: betas }), await worldFrom([])];
    for (const exchange of exchanges) {
      const isOff = exchange.response.status === 404;
      // The world holds objects as they were last; component statuses come in any order.
      const isEarlier = exchange.note?.startsWith('applied') || exchange.response.events;
      const answer = isEarlier ? undefined : await replay(isOff ? off : on, exchange);
      if (!answer) continue;
      if (exchange.request.path.endsWith('/componentstatuses'))
        expect(answer.headers.warning).toBe(exchange.response.headers.warning);
      else if (exchange.request.path !== '/metrics') same(answer, exchange);
      else
        expect(gauges(answer.text)).toEqual(
          gauges(String(exchange.response.body)).filter(
            (line) => !line.includes('deviceclasses') && !line.includes('ipaddresses'),
          ),
        );
    }
  });
});

const gauges = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line.startsWith('apiserver_requested_deprecated_apis{'));

describe('what stands in the way of an upgrade', () => {
  const exchanges = recorded('upgrade-obstacles');
  let kubernetes: SandboxKubernetes;
  beforeAll(async () => {
    kubernetes = await worldFrom(exchanges);
  });
  const whole = exchanges.filter(
    ({ request, note = '' }) =>
      // The superseded release was recorded without its payload only.
      request.path !== '/apis' && !request.path.endsWith('/apiservices') && !note.startsWith('metadata only'),
  );
  it.each(named(whole))('%s', async (_, exchange) => same(await replay(kubernetes, exchange), exchange, true));

  it('is a group that is stale', async () => {
    const { body } = await ask(serverOf(kubernetes), {
      path: '/apis',
      headers: { Accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' },
    });
    expect(body).toMatchObject({
      items: expect.arrayContaining([
        { metadata: { name: 'metrics.k8s.io' }, versions: [{ version: 'v1beta1', freshness: 'Stale' }] },
      ]),
    });
  });
});

describe('a frozen etcd', () => {
  it('is told by the checks, by reads that need it and by writes', async () => {
    const kubernetes = await worldFrom([]);
    kubernetes.knobs.freezeEtcd();
    const exchanges = recorded('etcd-frozen-probes');
    const frozenAt = clock;
    for (const exchange of exchanges) {
      // What was recorded took 12 s to show.
      clock = frozenAt + 12_000;
      const query = Object.fromEntries(
        Object.entries(exchange.request.query).map(([name, value]) => [name, value === '5s' ? '0s' : value]),
      );
      const answer = await ask(serverOf(kubernetes), { ...exchange.request, query });
      same(answer, exchange);
    }
    const cached = await ask(serverOf(kubernetes), { path: '/api/v1/nodes', query: { resourceVersion: '0' } });
    expect(cached.status).toBe(200);
    kubernetes.knobs.clear();
    expect((await ask(serverOf(kubernetes), { path: '/readyz' })).text).toBe('ok');
  });
});

describe('watches', () => {
  const exchanges = recorded('watch-forms');
  const json = { 'Content-Type': 'application/json' };
  const merge = { 'Content-Type': 'application/merge-patch+json' };
  let kubernetes: SandboxKubernetes;
  beforeAll(async () => {
    kubernetes = await worldFrom(exchanges.slice(0, 1));
    kubernetes.store.advance(3297);
  });
  const shown = (events: readonly unknown[]) => events.map((event) => normalised(event, true));
  const linesOf = ({ response }: Exchange) => (response.events ?? []).map(({ line }): unknown => JSON.parse(line));

  it('say what was said, in every form', async () => {
    const path = '/api/v1/namespaces/paging/configmaps';
    let isChanged = false;
    for (const exchange of exchanges.slice(1)) {
      const { note = '', request, response } = exchange;
      if (note.startsWith('from the list version')) {
        const admin = serverOf(kubernetes);
        const patch = (name: string, body: object) =>
          ask(admin, { method: 'PATCH', path: `${path}/${name}`, headers: merge, body });
        await ask(admin, {
          method: 'POST',
          path,
          headers: json,
          body: { metadata: { name: 'w-c', labels: { w: '1' } }, data: Object(linesData(exchange)) },
        });
        await patch('w-a', { metadata: { labels: { w: null } } });
        await patch('w-a', { metadata: { labels: { w: '2' } } });
        await patch('w-b', { metadata: { annotations: { x: 'y' } } });
        await ask(admin, { method: 'DELETE', path: `${path}/w-c` });
        isChanged = true;
      }
      expect(isChanged || !note.includes('replayed')).toBe(true);
      if (!response.events) {
        same(await replay(kubernetes, exchange), exchange);
        continue;
      }
      clock = Date.parse(response.headers.date ?? '');
      const expected = linesOf(exchange);
      const seen = await watch(
        serverOf(kubernetes),
        { path: request.path, query: request.query, headers: request.headers },
        { events: expected.length, ms: 5000 },
      );
      expect([note, headersOf(seen.headers)]).toEqual([note, headersOf(response.headers)]);
      if (note.includes('too old'))
        expect(seen.events[0]).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
      else expect([note, shown(seen.events)]).toEqual([note, shown(expected)]);
    }
  });

  const linesData = (exchange: Exchange): unknown =>
    z.object({ object: z.object({ data: z.unknown() }) }).parse(linesOf(exchange)[0]).object.data;
});
