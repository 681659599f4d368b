import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createKubernetes } from '../../src/adapters/kubernetes.ts';
import type { WatchNews } from '../../src/ports/kubernetes.ts';
import { type Exchange, recorded } from '../recordings/recordings.ts';
import { type BareApiServer, serveBareApi } from './bare-api-server.ts';

const path = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
const json = { 'content-type': 'application/json', date: 'Mon, 23 Nov 2026 16:43:06 GMT' };

type Answer = (response: ServerResponse) => void;
/** An API server that answers lists with one recorded, and watches one after the other as told; then with silence. */
let server: BareApiServer;
let watches: Answer[];
let lists: Answer[];
let asked: string[];
let pauses: number[];
let stop: AbortController;

const [leases] = recorded('leaders-lease');
const listed: Answer = (response) => response.writeHead(200, json).end(JSON.stringify(leases?.response.body));

beforeAll(async () => {
  server = await serveBareApi((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://api');
    const isWatch = searchParams.get('watch') === '1';
    asked.push(isWatch ? `watch ${searchParams.get('resourceVersion')}` : 'list');
    const answer = isWatch ? watches.shift() : (lists.shift() ?? listed);
    if (answer) answer(response);
    else response.writeHead(200, json).flushHeaders();
  });
});
beforeEach(() => {
  [watches, lists, asked, pauses] = [[], [], [], []];
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
  server.cut();
});
afterAll(() => server.close());

const exchange = (name: string, isMeant: (one: Exchange) => boolean): Exchange => {
  const found = recorded(name).find(isMeant);
  if (!found) throw new Error(`${name} has no such exchange`);
  return found;
};
const noted = (name: string, words: string) => exchange(name, ({ note }) => note?.includes(words) ?? false);
const linesOf = ({ response }: Exchange) => (response.events ?? []).map(({ line }) => line);

/** Lines of a watch, which then ends, is cut, or stays open without a word. */
const tells =
  (lines: readonly string[], then: 'ends' | 'is cut' | 'is silent' = 'ends'): Answer =>
  (response) => {
    response.writeHead(200, json);
    response.write(lines.map((line) => `${line}\n`).join(''), () => {
      if (then === 'is cut') response.destroy();
      if (then === 'ends') response.end();
    });
  };
const answers =
  ({ response: { status = 0, headers, body } }: Exchange): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': headers['content-type'] ?? 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

/** What is told until `isEnough`. */
async function heard(isEnough: (all: readonly WatchNews[]) => boolean, silenceMs = 60_000) {
  const pause = async (ms: number) => void pauses.push(ms);
  const kubernetes = createKubernetes({ 'prod-1': server.access }, { pause });
  const all: WatchNews[] = [];
  for await (const news of kubernetes.watch('prod-1', { path }, { signal: stop.signal, silenceMs })) {
    all.push(news);
    if (isEnough(all)) break;
  }
  return all;
}
const count = (kind: WatchNews['kind'], most: number) => (all: readonly WatchNews[]) =>
  all.filter((one) => one.kind === kind).length >= most;
const faults = (all: readonly WatchNews[]) => all.flatMap((one) => (one.kind === 'deaf' ? [one.fault] : []));
const versionOf = (line: string | undefined) =>
  z.object({ object: z.object({ metadata: z.object({ resourceVersion: z.string() }) }) }).parse(JSON.parse(line ?? ''))
    .object.metadata.resourceVersion;

const steady = linesOf(noted('leaders-lease', 'SIGTERM of the scheduler leader'));

describe('a watch', () => {
  it('lists once, tells of every change, and goes on where it was when the API server ends it', async () => {
    watches = [tells(steady.slice(0, 5)), tells(steady.slice(5))];
    const all = await heard(count('changed', steady.length));
    expect(all.map(({ kind }) => kind)).toEqual(['listed', ...steady.map(() => 'changed')]);
    expect(asked).toEqual(['list', 'watch 1421', `watch ${versionOf(steady[4])}`]);
  });

  it('leaves times as the text they are, and tells when by the API server’s clock', async () => {
    watches = [tells(steady)];
    const [first, second] = await heard(count('changed', 1));
    expect(first).toMatchObject({ kind: 'listed', at: new Date('2026-11-23T16:43:06Z') });
    expect(second).toMatchObject({ object: { spec: { renewTime: expect.stringMatching(/^2026-/) } } });
    const sinceMs = second?.kind === 'changed' ? second.at.getTime() - Date.parse('2026-11-23T16:43:06Z') : -1;
    expect(sinceMs).toBeGreaterThanOrEqual(0);
  });

  it('goes on from a bookmark, and tells what is gone', async () => {
    const lines = linesOf(noted('watch', 'with allowWatchBookmarks: a bookmark'));
    const bookmark = lines.find((line) => line.includes('"BOOKMARK"'));
    watches = [tells(lines), tells(steady)];
    const all = await heard(count('changed', steady.length));
    expect(count('gone', 1)(all)).toBe(true);
    expect(lines.at(-1)).toBe(bookmark);
    expect(asked[2]).toBe(`watch ${versionOf(bookmark)}`);
  });

  it('that is told with status 200 that it has expired lists anew, and nobody need know', async () => {
    watches = [tells(linesOf(noted('watch', 'resourceVersion=1 is too old'))), tells(steady)];
    const all = await heard(count('changed', 1));
    expect(all.map(({ kind }) => kind)).toEqual(['listed', 'listed', 'changed']);
    expect(asked).toEqual(['list', 'watch 1421', 'list', 'watch 1421']);
    expect(pauses).toEqual([]);
  });

  it('that always expires is not tried without end', async () => {
    const expired = tells(linesOf(noted('watch', 'resourceVersion=1 is too old')));
    watches = [expired, expired, expired, expired];
    const all = await heard(count('deaf', 3));
    expect(faults(all).map(({ code }) => code)).toEqual(Array(3).fill('KUBERNETES_EXPIRED'));
    expect(pauses).toEqual([2000, 4000]);
  });

  it('survives an error event, which ends the informer of the client', async () => {
    const status = { kind: 'Status', status: 'Failure', message: 'etcdserver: no leader', code: 500 };
    watches = [tells([steady[0] ?? '', JSON.stringify({ type: 'ERROR', object: status })]), tells(steady.slice(1))];
    const all = await heard(count('changed', 2));
    expect(all.map(({ kind }) => kind)).toEqual(['listed', 'changed', 'deaf', 'listed', 'changed']);
    expect(faults(all)[0]?.message).toContain('etcdserver: no leader');
  });

  it('on which nothing is said is opened anew, without a list', async () => {
    watches = [tells(steady.slice(0, 1), 'is silent'), tells(steady.slice(1), 'is silent')];
    const all = await heard(count('changed', 2), 300);
    expect(faults(all)).toEqual([]);
    expect(asked).toEqual(['list', 'watch 1421', `watch ${versionOf(steady[0])}`]);
  });

  it('on which nothing is said twice lists anew: a restored etcd tells nothing of what is after a version it has not reached', async () => {
    const silent = tells([], 'is silent');
    watches = [silent, silent, tells(steady)];
    const all = await heard(count('changed', 1), 100);
    expect(all.map(({ kind }) => kind)).toEqual(['listed', 'listed', 'changed']);
    expect(asked).toEqual(['list', 'watch 1421', 'watch 1421', 'list', 'watch 1421']);
  });

  it('on which something comes and nothing is said is silent', async () => {
    const drips: Answer = (response) => {
      response.writeHead(200, json);
      const drip = setInterval(() => response.write('\n '), 20);
      response.on('close', () => clearInterval(drip));
    };
    watches = [drips, tells(steady)];
    await heard(count('changed', 1), 300);
    expect(asked).toEqual(['list', 'watch 1421', 'watch 1421']);
  });

  it('that is cut in the middle of a line goes on after the last whole one', async () => {
    const half: Answer = (response) => {
      response.writeHead(200, json);
      response.write(`${steady[0]}\n${steady[1]?.slice(0, 100)}`, () => setTimeout(() => response.destroy(), 100));
    };
    watches = [half, tells(steady.slice(1))];
    const all = await heard(count('changed', 2));
    expect(faults(all).map(({ code }) => code)).toEqual(['KUBERNETES_UNREACHABLE']);
    expect(asked).toEqual(['list', 'watch 1421', `watch ${versionOf(steady[0])}`]);
  });

  it('tells all that was told while etcd was frozen and thawed', async () => {
    const lines = linesOf(noted('etcd-frozen', 'watch opened before the freeze'));
    watches = [tells(lines)];
    expect(count('changed', lines.length)(await heard(count('changed', lines.length)))).toBe(true);
    expect(lines.length).toBeGreaterThan(10);
  });

  it('ends when it is told to, in the middle of a silence', async () => {
    watches = [tells(steady.slice(0, 1), 'is silent')];
    const listening = heard((all) => {
      if (count('changed', 1)(all)) setTimeout(() => stop.abort(), 20);
      return false;
    });
    expect((await listening).map(({ kind }) => kind)).toEqual(['listed', 'changed']);
  });
});

describe('a watch that is refused', () => {
  it.each([
    ['403 watch nodes', 'KUBERNETES_FORBIDDEN', 'cannot watch resource "nodes"'],
    ['429 for a watch', 'KUBERNETES_ANSWER', 'answers 429'],
  ])('with %s tells why, and tries again', async (note, code, says) => {
    watches = [answers(noted('errors', note)), tells(steady)];
    const all = await heard(count('changed', 1));
    expect(faults(all)).toMatchObject([{ code, message: expect.stringContaining(says) }]);
    expect(pauses).toEqual([1000]);
  });

  it('because of its credentials tells so later and later, and goes on once they are renewed', async () => {
    const unknown = answers(
      exchange('errors', ({ response, request }) => response.status === 401 && request.path === path),
    );
    lists = [unknown, unknown, unknown];
    const all = await heard(count('listed', 1));
    expect(faults(all).map(({ code }) => code)).toEqual(Array(3).fill('KUBERNETES_UNAUTHORIZED'));
    expect(pauses).toEqual([1000, 2000, 4000]);
  });

  it('the right to list is named by its own words', async () => {
    lists = [answers(exchange('errors', ({ note }) => note === '403 list leases'))];
    const [first] = faults(await heard(count('listed', 1)));
    expect(first?.message).toContain('cannot list resource "leases" in API group "coordination.k8s.io"');
  });

  it('by a proxy’s page with status 200 is no watch', async () => {
    watches = [(response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>sign in</html>\n')];
    expect(faults(await heard(count('deaf', 1)))).toMatchObject([{ code: 'KUBERNETES_ANSWER' }]);
  });
});
