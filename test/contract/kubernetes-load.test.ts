import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createKubernetes } from '../../src/adapters/kubernetes.ts';
import { recorded } from '../recordings/recordings.ts';
import { type BareApiServer, serveBareApi } from './bare-api-server.ts';

/** An API server that answers scrapes one after the other as told; then with silence. */
let server: BareApiServer;
let scrapes: ((response: ServerResponse) => void)[];
let asked: unknown[];

beforeAll(async () => {
  server = await serveBareApi(({ url, headers: { authorization } }, response) => {
    asked.push([url, authorization]);
    scrapes.shift()?.(response);
  });
});
beforeEach(() => {
  [scrapes, asked] = [[], []];
});
afterAll(() => server.close());

const asker = () => {
  const kubernetes = createKubernetes({ 'prod-1': server.access });
  return (signal?: AbortSignal) => kubernetes.load('prod-1', signal ? { signal } : {});
};
const load = (signal?: AbortSignal) => asker()(signal);
/** What cp-1 told, with so many requests more of one kind, among 2 MB of other metrics. */
const [, real] = recorded('metrics').map(({ response }) => String(response.body));
const others = Array.from(
  { length: 20_000 },
  (_, nth) => `apiserver_request_sli_duration_bucket{le="${nth}"} ${nth}\n`,
);
const said = (more: number) =>
  `${others.join('')}${real}apiserver_request_total{verb="LIST"} ${more}\n${others.join('')}`;
function tells(text: string) {
  return (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4', 'content-encoding': 'gzip' });
    response.end(gzipSync(text));
  };
}
function breaksOff(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': 9 });
  response.write('apis', () => response.destroy());
}

it('is what two scrapes a second apart tell, with the credentials of the kubeconfig', async () => {
  scrapes = [tells(said(100)), tells(said(400))];
  const { requestsPerSecond, inFlight } = await load();
  expect(inFlight).toBe(2);
  expect(requestsPerSecond).toBeGreaterThan(100);
  expect(requestsPerSecond).toBeLessThanOrEqual(305);
  expect(asked).toEqual(Array.from({ length: 2 }, () => ['/metrics', 'Bearer a-token']));
});

it('is what was counted since it was last asked for, and costs one scrape then', async () => {
  const ask = asker();
  scrapes = [tells(said(100)), tells(said(400)), tells(said(5_400))];
  expect((await ask()).requestsCounted).toBe(300);
  await wait(1_100);
  const { requestsCounted, requestsPerSecond } = await ask();
  expect(requestsCounted).toBe(5_000);
  expect(requestsPerSecond).toBeLessThan(5_000);
  expect(asked).toHaveLength(3);
});

it('is what was counted since the time before last where it was asked for in the same second, and waits for nothing', async () => {
  const ask = asker();
  scrapes = [100, 400, 900, 1_400].map((more) => tells(said(more)));
  const counted = async () => (await ask()).requestsCounted;
  expect([await counted(), await counted()]).toEqual([300, 800]);
  await wait(1_100);
  expect(await counted()).toBe(1_000);
  expect(asked).toHaveLength(4);
});

it.each([
  ['has started anew', 'process_start_time_seconds 2\napiserver_request_total 1000\n'],
  ['counts less than before', 'process_start_time_seconds 1\napiserver_request_total 10\n'],
])('is between two scrapes anew of one that %s', async (_, anew) => {
  const idle = 'apiserver_current_inflight_requests 4\n';
  const before = `${idle}process_start_time_seconds 1\napiserver_request_total 500\n`;
  const ask = asker();
  scrapes = [
    before,
    before,
    `${idle}${anew}`,
    `${anew}apiserver_request_total 7\napiserver_current_inflight_requests 6\n`,
  ].map((text) => tells(text));
  expect(await ask()).toEqual({ requestsPerSecond: 0, requestsCounted: 0, inFlight: 4 });
  await wait(1_100);
  expect(await ask()).toMatchObject({ requestsCounted: 7, inFlight: 5 });
});

it('is what was counted since a restart in between', async () => {
  const restarted = 'apiserver_current_inflight_requests{request_kind="readOnly"} 1\napiserver_request_total 40\n';
  scrapes = [tells(said(0)), tells(restarted)];
  const { requestsPerSecond } = await load();
  expect(requestsPerSecond).toBeGreaterThan(10);
  expect(requestsPerSecond).toBeLessThanOrEqual(41);
});

it('names the right that is missing', async () => {
  const refusal = recorded('errors').find(
    ({ request, response }) => request.path === '/metrics' && response.status === 403,
  );
  scrapes = [(response) => void response.writeHead(403).end(JSON.stringify(refusal?.response.body))];
  await expect(load()).rejects.toMatchObject({
    ...{ name: 'Fault', port: 'kubernetes', code: 'KUBERNETES_FORBIDDEN', retryable: false },
    message: expect.stringContaining('cannot get path "/metrics"'),
  });
});

it.each([
  ['a proxy’s page', tells('<html>sign in</html>'), 'KUBERNETES_ANSWER'],
  ['nothing at all', tells(''), 'KUBERNETES_ANSWER'],
  ['a line without an end', tells('a'.repeat(1_000_000)), 'KUBERNETES_ANSWER'],
  ['an answer that breaks off', breaksOff, 'KUBERNETES_UNREACHABLE'],
] as const)('is a fault with %s', async (_, answer, code) => {
  scrapes = [answer];
  await expect(load()).rejects.toMatchObject({ name: 'Fault', code });
});

it.each([
  ['while nothing answers', []],
  ['between two scrapes', [tells(said(0))]],
])('ends when it is told to, %s', async (_, answers) => {
  scrapes = [...answers];
  const stop = new AbortController();
  const asking = load(stop.signal);
  asking.catch(() => undefined);
  await wait(400);
  const reason = new Error('stopped');
  stop.abort(reason);
  await expect(asking).rejects.toBe(reason);
  expect(asked).toHaveLength(1);
});
