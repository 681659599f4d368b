import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createKubernetes } from '../../src/adapters/kubernetes.ts';
import { type BareApiServer, serveBareApi } from './bare-api-server.ts';

/** A kubelet behind an API server, which serves a file as http.FileServer of Go does, or not at all. */
let server: BareApiServer;
let says: (response: ServerResponse) => void;
let asked: unknown;
let isClosed: Promise<void>;

beforeAll(async () => {
  server = await serveBareApi(({ url, headers: { range, authorization } }, response) => {
    asked = [url, range, authorization];
    isClosed = new Promise((resolve) => response.once('close', resolve));
    says(response);
  });
});
beforeEach(() => {
  says = tells(206, 'one\ntwo\n');
});
afterAll(() => server.close());

const path = '/api/v1/nodes/cp-1/proxy/logs/kubernetes/audit.log';
const open = (signal?: AbortSignal) =>
  createKubernetes({ 'prod-1': server.access }).lines('prod-1', path, {
    ...{ lastBytes: 1000, ...(signal ? { signal } : {}) },
  });
const read = () => Array.fromAsync(open());

function tells(status: number, ...parts: readonly (string | Buffer)[]) {
  return async (response: ServerResponse): Promise<void> => {
    response.writeHead(status, { 'content-type': 'text/plain' });
    for (const part of parts) await new Promise((resolve) => response.write(part, resolve));
    response.end();
  };
}

it('asks for the end of the file, with the credentials of the kubeconfig', async () => {
  expect(await read()).toEqual(['one', 'two']);
  expect(asked).toEqual([path, 'bytes=-1000', 'Bearer a-token']);
});

it.each([
  ['all of it, where no part was told', 200, ['one\ntwo\n'], ['one', 'two']],
  ['one that is still being written', 206, ['one\ntw'], ['one', 'tw']],
  ['an empty file, by a server that has no part of it', 416, ['invalid range: failed to overlap\n'], []],
  ['an empty file', 200, [], []],
  ['lines in pieces', 206, ['o', 'ne\nt', 'wo', '\n'], ['one', 'two']],
  ['letters in pieces', 206, [Buffer.from('ü').subarray(0, 1), Buffer.from('ü').subarray(1), '\n'], ['ü']],
] as const)('reads %s', async (_, status, parts, lines) => {
  says = tells(status, ...parts);
  expect(await read()).toEqual(lines);
});

it('lets go of the beginning of a line without an end', async () => {
  says = tells(206, ...Array.from({ length: 40 }, () => 'x'.repeat(64 * 1024)), 'end\nnext\n');
  const [first, ...others] = await read();
  expect(first?.length).toBeLessThan(2 * 1024 ** 2);
  expect(first?.endsWith('end')).toBe(true);
  expect(others).toEqual(['next']);
});

it.each([
  ['is not there', 404, '404 page not found\n', 'KUBERNETES_ABSENT'],
  ['may not be read', 403, 'forbidden', 'KUBERNETES_FORBIDDEN'],
  ['its kubelet does not serve', 405, 'logs endpoint is disabled.\n', 'KUBERNETES_ANSWER'],
  ['lies on a node that is away', 503, 'error trying to reach service', 'KUBERNETES_ANSWER'],
])('throws for a file that %s', async (_, status, text, code) => {
  says = tells(status, text);
  await expect(read()).rejects.toMatchObject({ name: 'Fault', port: 'kubernetes', code });
});

it('throws when it breaks off', async () => {
  says = (response) => {
    response.writeHead(206, { 'content-length': 99 });
    response.write('one\n', () => response.destroy());
  };
  await expect(read()).rejects.toMatchObject({ code: 'KUBERNETES_UNREACHABLE' });
});

it.each(['who reads has enough', 'it is told to'])('hangs up once %s', async (why) => {
  says = (response) => {
    response.writeHead(206);
    response.write('one\n');
  };
  const stop = new AbortController();
  const reading = (async () => {
    for await (const _ of open(stop.signal)) {
      if (why === 'who reads has enough') break;
      stop.abort(new Error('stopped'));
    }
  })();
  if (why === 'it is told to') await expect(reading).rejects.toThrow('stopped');
  await reading.catch(() => undefined);
  await isClosed;
});
