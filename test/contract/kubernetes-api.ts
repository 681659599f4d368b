import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { z } from 'zod';
import { type Api, ask, List, Thing, Version, type WatchEvent, watch } from './ask-api-server.ts';

const lastNames = (events: readonly WatchEvent[]): readonly string[] =>
  events.map(({ type, object }) => `${type} ${object.metadata.name ?? ''}`.trim());

/** What an API server does, whoever it is: in a namespace of its own, which is made first. Skipped where `start` is a reason why it cannot be. */
export function kubernetesApi(name: string, start: (() => Promise<Api>) | string): void {
  if (typeof start === 'string') {
    describe.skip(`${name}: ${start}`, () => it('is not here', () => {}));
    return;
  }
  describe(name, () => {
    let api: Api;
    const space = `contract-${Date.now().toString(36)}`;
    const path = `/api/v1/namespaces/${space}/configmaps`;
    const make = (config: string, labels: Record<string, string> = {}) =>
      ask(api, {
        method: 'POST',
        path,
        headers: json,
        body: { metadata: { name: config, labels }, data: { of: config } },
      });
    const json = { 'Content-Type': 'application/json' };
    const list = async (query: Record<string, string> = {}, headers: Record<string, string> = {}) => {
      const answer = await ask(api, { path, query, headers });
      expect(answer.status).toBe(200);
      return List.parse(answer.body);
    };
    const namesIn = ({ items }: z.infer<typeof List>) => items.map(({ metadata }) => metadata.name);

    let minor = 0;
    /** Real API servers of before do otherwise; the sandbox's does as the newest. */
    const since = (first: number, context: TestContext) =>
      context.skip(minor < first, `this API server is 1.${minor}, and that came with 1.${first} at the latest`);

    beforeAll(async () => {
      api = await start();
      minor = Number(Version.parse((await ask(api, { path: '/version' })).body).minor.replace(/\D+$/, ''));
      await ask(api, {
        method: 'POST',
        path: '/api/v1/namespaces',
        headers: json,
        body: { metadata: { name: space } },
      });
      // A real API server puts one of its own into each namespace when its controllers run; without them there is none.
      for (const config of ['a', 'b', 'c', 'd', 'e'])
        expect((await make(config, { own: 'yes', of: config })).status).toBe(201);
    });
    afterAll(async () => await api?.stop());

    it('says its version and that it is ready to anybody', async () => {
      const { status, body } = await ask(api, { path: '/version', token: null });
      expect(status).toBe(200);
      expect(body).toMatchObject({ major: '1', gitVersion: expect.stringMatching(/^v1\.\d+\.\d+/) });
      expect(await ask(api, { path: '/readyz', token: null })).toMatchObject({ status: 200, text: 'ok' });
      expect((await ask(api, { path: '/readyz', query: { verbose: '' } })).text).toMatch(
        /^\[\+\]ping ok\n(.|\n)*readyz check passed\n$/,
      );
      expect((await ask(api, { path: '/readyz/etcd' })).text).toBe('ok');
      expect((await ask(api, { path: '/readyz/no-such' })).status).toBe(404);
    });

    it('knows nobody with a wrong token, and says so before anything else', async () => {
      for (const asked of ['/version', path, '/nowhere'])
        expect(await ask(api, { path: asked, token: 'wrong' })).toMatchObject({
          status: 401,
          body: { reason: 'Unauthorized' },
        });
    });

    it('refuses with the right that is missing, even what there is not', async () => {
      const told = async (asked: string, query: Record<string, string> = {}) => {
        const { status, body } = await ask(api, { path: asked, query, token: api.tokens.nobody });
        return [status, Thing.parse(body).message?.replace(/User "[^"]*"/, 'User "x"')];
      };
      expect(await told(path)).toEqual([
        403,
        `configmaps is forbidden: User "x" cannot list resource "configmaps" in API group "" in the namespace "${space}"`,
      ]);
      expect(await told(`${path}/a`)).toEqual([
        403,
        `configmaps "a" is forbidden: User "x" cannot get resource "configmaps" in API group "" in the namespace "${space}"`,
      ]);
      expect(await told('/api/v1/nodes', { watch: '1' })).toEqual([
        403,
        'nodes is forbidden: User "x" cannot watch resource "nodes" in API group "" at the cluster scope',
      ]);
      expect(await told('/apis/nosuch.example.com/v1/things')).toEqual([
        403,
        'things.nosuch.example.com is forbidden: User "x" cannot list resource "things" in API group "nosuch.example.com" at the cluster scope',
      ]);
      expect(await told('/metrics')).toEqual([403, 'forbidden: User "x" cannot get path "/metrics"']);
    });

    it('pages through a list as of one moment, whatever happens meanwhile', async () => {
      const first = await list({ limit: '2', labelSelector: 'own' });
      expect(first.metadata.remainingItemCount).toBeUndefined();
      await make('bb', { own: 'yes' });
      await ask(api, { method: 'DELETE', path: `${path}/e` });
      const second = await list({ limit: '2', labelSelector: 'own', continue: first.metadata.continue ?? '' });
      const third = await list({ limit: '2', labelSelector: 'own', continue: second.metadata.continue ?? '' });
      expect([first, second, third].map(namesIn)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
      expect(new Set([first, second, third].map(({ metadata }) => metadata.resourceVersion)).size).toBe(1);
      expect(third.metadata.continue).toBeUndefined();
      expect(namesIn(await list({ labelSelector: 'own' }))).toEqual(['a', 'b', 'bb', 'c', 'd']);
    });

    it('counts what remains where nothing is selected, and ignores the limit at resourceVersion 0', async () => {
      const { items, metadata } = await list({ limit: '1' });
      expect(metadata.remainingItemCount).toBe((await list()).items.length - items.length);
      const all = await list({ limit: '1', resourceVersion: '0' });
      expect(all.items.length).toBeGreaterThan(1);
      expect(all.metadata.continue).toBeUndefined();
    });

    it('goes on without consistency where a list began too long ago', async () => {
      const { metadata } = await list();
      await api.forget(Number(metadata.resourceVersion));
      const token = Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: 1, start: 'b\0' })).toString('base64url');
      const { status, body } = await ask(api, { path, query: { limit: '2', continue: token } });
      const gone = Thing.parse(body);
      expect([status, gone.code]).toEqual([410, 410]);
      const rest = await list({ limit: '2', continue: gone.metadata.continue ?? '' });
      expect(namesIn(rest)).toEqual(['bb', 'c']);
    });

    it.for([
      [400, { limit: 'abc' }, 20],
      [400, { labelSelector: 'a=b=c' }, 20],
      [400, { fieldSelector: 'spec.foo=bar' }, 20],
      [400, { continue: 'bm90LWEtdG9rZW4' }, 20],
      [400, { resourceVersion: 'abc' }, 36],
      [504, { resourceVersion: '999999999' }, 20],
      [422, { watch: '1', sendInitialEvents: 'true', allowWatchBookmarks: 'true' }, 32],
      [500, { watch: '1', resourceVersion: 'abc' }, 20],
    ] as const)('answers %i to %o', async ([status, query, first], context) => {
      since(first, context);
      expect((await ask(api, { path, query })).body).toMatchObject({ kind: 'Status', code: status });
    });

    it('selects by labels and by fields', async () => {
      const selected = async (query: Record<string, string>) => namesIn(await list(query));
      expect(await selected({ labelSelector: 'of in (a, c),own=yes' })).toEqual(['a', 'c']);
      expect(await selected({ labelSelector: 'own,of notin (a)' })).toEqual(['b', 'bb', 'c', 'd']);
      expect(await selected({ labelSelector: 'own,!of' })).toEqual(['bb']);
      expect(await selected({ labelSelector: 'own,of!=a', fieldSelector: 'metadata.name!=b' })).toEqual([
        'bb',
        'c',
        'd',
      ]);
      expect(await selected({ fieldSelector: 'metadata.name=c' })).toEqual(['c']);
      expect(await selected({ labelSelector: 'own=no' })).toEqual([]);
    });

    it('gives metadata only, or a table, to whoever takes that', async () => {
      const metadata = await list(
        { labelSelector: 'of=a' },
        { Accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' },
      );
      expect(metadata.kind).toBe('PartialObjectMetadataList');
      expect(metadata.items[0]).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'a' } });
      expect(metadata.items[0]).not.toHaveProperty('data');
      const { body } = await ask(api, {
        path,
        query: { labelSelector: 'of=a', includeObject: 'None' },
        headers: { Accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' },
      });
      expect(body).toMatchObject({
        kind: 'Table',
        rows: [{ cells: ['a', expect.anything(), expect.any(String)], object: null }],
      });
      expect((await ask(api, { path, headers: { Accept: 'application/xml' } })).status).toBe(406);
    });

    it('tells a watch what exists, then what happens, and what comes into sight and leaves it', async () => {
      const before = await list();
      const patch = (config: string, body: object) =>
        ask(api, {
          method: 'PATCH',
          path: `${path}/${config}`,
          headers: { 'Content-Type': 'application/merge-patch+json' },
          body,
        });
      const meanwhile = async () => {
        await make('w-a', { w: '1' });
        await patch('w-a', { metadata: { labels: { w: null } } });
        await patch('w-a', { metadata: { labels: { w: '2' } } });
        await patch('w-a', { data: { x: 'y' } });
        await ask(api, { method: 'DELETE', path: `${path}/w-a` });
      };
      const from = { resourceVersion: before.metadata.resourceVersion ?? '', labelSelector: 'w' };
      const live = await watch(api, { path, query: from }, { events: 5, ms: 10_000, meanwhile });
      const told = ['ADDED w-a', 'DELETED w-a', 'ADDED w-a', 'MODIFIED w-a', 'DELETED w-a'];
      expect(lastNames(live.events)).toEqual(told);
      expect(lastNames((await watch(api, { path, query: from }, { events: 5, ms: 10_000 })).events)).toEqual(told);
      // What left sight is told as it was last seen.
      expect(live.events[1]?.object.metadata.labels).toEqual({ w: '1' });
      const all = await watch(api, { path, query: { labelSelector: 'of in (a,b)' } }, { events: 2, ms: 10_000 });
      // In no order of their own.
      expect(lastNames(all.events).toSorted()).toEqual(['ADDED a', 'ADDED b']);
    });

    it('tells a watch that began too long ago with status 200 and an error in it', async () => {
      const { status, events, endedBy } = await watch(api, { path, query: { resourceVersion: '1' } }, { ms: 10_000 });
      expect([status, endedBy, events.length]).toEqual([200, 'server', 1]);
      expect(events[0]).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } });
    });

    it('ends a watch when its time is over', async () => {
      const { events, endedBy } = await watch(
        api,
        { path, query: { timeoutSeconds: '1', labelSelector: 'of=a' } },
        { ms: 10_000 },
      );
      expect([endedBy, lastNames(events)]).toEqual(['server', ['ADDED a']]);
    });

    it('streams a list to a watch, with a mark at its end', async (context) => {
      since(32, context);
      const query = {
        sendInitialEvents: 'true',
        resourceVersionMatch: 'NotOlderThan',
        allowWatchBookmarks: 'true',
        labelSelector: 'of=a',
      };
      const { events } = await watch(api, { path, query }, { events: 2, ms: 10_000 });
      expect(lastNames(events)).toEqual(['ADDED a', 'BOOKMARK']);
      expect(events[1]?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
    });

    it('refuses to write over what somebody else wrote', async () => {
      const { body } = await ask(api, { path: `${path}/a` });
      const put = (data: object, resourceVersion?: string) => {
        const { metadata } = Thing.parse(body);
        const whole = {
          ...Thing.parse(body),
          data,
          metadata: { ...metadata, ...(resourceVersion ? { resourceVersion } : {}) },
        };
        return ask(api, { method: 'PUT', path: `${path}/a`, headers: json, body: whole });
      };
      expect((await put({ of: 'one' })).status).toBe(200);
      expect(await put({ of: 'two' })).toMatchObject({ status: 409, body: { reason: 'Conflict' } });
      expect(await make('a')).toMatchObject({ status: 409, body: { reason: 'AlreadyExists' } });
      expect(await make('Bad_Name')).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
      expect(await ask(api, { path: `${path}/none` })).toMatchObject({ status: 404, body: { reason: 'NotFound' } });
      expect((await ask(api, { method: 'POST', path: `${path}/a`, headers: json, body: {} })).status).toBe(405);
      expect(
        (await ask(api, { method: 'POST', path, headers: { 'Content-Type': 'text/plain' }, body: 'x' })).status,
      ).toBe(415);
    });

    it('warns of deprecated APIs and counts who asked for them', async () => {
      const { path: deprecated, warning, gauge } = minor < 33 ? deprecatedThen : deprecatedNow;
      const { headers } = await ask(api, { path: deprecated });
      expect(headers.warning).toBe(`299 - "${warning}"`);
      expect((await ask(api, { path: '/metrics' })).text).toContain(`apiserver_requested_deprecated_apis{${gauge}} 1`);
    });

    it('says what it serves, group by group', async () => {
      expect((await ask(api, { path: '/apis/coordination.k8s.io/v1' })).body).toMatchObject({
        kind: 'APIResourceList',
        resources: expect.arrayContaining([expect.objectContaining({ name: 'leases', kind: 'Lease' })]),
      });
      expect((await ask(api, { path: '/apis', headers: { Accept: 'application/json' } })).body).toMatchObject({
        kind: 'APIGroupList',
      });
      expect(await ask(api, { path: '/apis/nosuch.example.com/v1/things' })).toMatchObject({
        status: 404,
        text: '404 page not found\n',
      });
      expect(await ask(api, { path: '/apis/coordination.k8s.io/v1/nosuch' })).toMatchObject({
        status: 404,
        body: { reason: 'NotFound' },
      });
    });

    it('says all it serves at once to whoever takes that', async (context) => {
      since(30, context);
      const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
      expect((await ask(api, { path: '/apis', headers: { Accept: accept } })).body).toMatchObject({
        kind: 'APIGroupDiscoveryList',
      });
    });
  });
}

/** An API that any cluster has and should use no more. */
const deprecatedNow = {
  path: '/api/v1/endpoints',
  warning: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  gauge: 'group="",removed_release="",resource="endpoints",subresource="",version="v1"',
};
const deprecatedThen = {
  path: '/api/v1/componentstatuses',
  warning: 'v1 ComponentStatus is deprecated in v1.19+',
  gauge: 'group="",removed_release="",resource="componentstatuses",subresource="",version="v1"',
};
