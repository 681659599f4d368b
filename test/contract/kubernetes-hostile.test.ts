import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { createKubernetes } from '../../src/adapters/kubernetes.ts';
import { serveBareApi } from './bare-api-server.ts';

const path = '/api/v1/nodes';
const megabyte = 1024 ** 2;

/** What answers for an API server as `listener` does. */
async function facing(listener: RequestListener) {
  const server = await serveBareApi(listener);
  onTestFinished(() => server.close());
  return createKubernetes({ 'prod-1': server.access });
}

/** Writes for as long as anybody reads. */
function endlessly(response: ServerResponse): void {
  const chunk = Buffer.alloc(megabyte, ' ');
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
}

describe('an answer', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    ['does not end', endlessly],
    ['does not end and is none', (response) => endlessly(response.writeHead(500))],
    [
      'unpacks to more than there is room for',
      (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(64 * megabyte))),
    ],
  ])('that %s is not kept', async (_, answer) => {
    const kubernetes = await facing((__, response) => answer(response));
    await expect(kubernetes.text('prod-1', '/metrics')).rejects.toMatchObject({ code: 'KUBERNETES_TOO_LARGE' });
  });

  it('that leads elsewhere is not followed: a kubelet could send a worker anywhere', async () => {
    let visits = 0;
    const elsewhere = await serveBareApi((_, response) => {
      visits += 1;
      response.end('{}');
    });
    onTestFinished(() => elsewhere.close());
    const kubernetes = await facing((_, response) => response.writeHead(302, { location: elsewhere.url }).end());
    await expect(kubernetes.object('prod-1', '/api/v1/nodes/w-1/proxy/configz')).rejects.toMatchObject({
      ...{ code: 'KUBERNETES_UNREACHABLE', message: expect.stringContaining('it leads elsewhere') },
    });
    expect(visits).toBe(0);
  });
});

describe('a list', () => {
  it('of objects that are too large for a usual page comes in smaller ones, and whole', async () => {
    const asked: string[] = [];
    const names = Array.from({ length: 120 }, (_, nth) => `w-${nth}`);
    const kubernetes = await facing((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://api');
      const [from, limit] = [Number(searchParams.get('continue')), Number(searchParams.get('limit'))];
      asked.push(`${limit} from ${from}`);
      const page = names.slice(from, from + limit);
      const items = page.map((name) => ({ metadata: { name, annotations: { large: 'x'.repeat(megabyte / 2) } } }));
      const next = from + limit < names.length ? { continue: String(from + limit) } : {};
      response.end(JSON.stringify({ metadata: next, items }));
    });
    const found: unknown[] = [];
    for await (const { items } of kubernetes.list('prod-1', { path })) found.push(...items);
    expect(found).toMatchObject(names.map((name) => ({ metadata: { name } })));
    expect(asked).toEqual(['500 from 0', '50 from 0', '50 from 50', '50 from 100']);
  });

  it('that never goes on is no list', async () => {
    const kubernetes = await facing((_, response) => response.end('{"metadata":{"continue":"again"},"items":[]}'));
    await expect(Array.fromAsync(kubernetes.list('prod-1', { path }))).rejects.toMatchObject({
      code: 'KUBERNETES_ANSWER',
    });
  });
});

it('a program that gives credentials is not waited for without end', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'salvor-exec-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const kubeconfig = join(directory, 'kubeconfig');
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sleep', args: ['15'] };
  const config = {
    clusters: [{ name: 'local', cluster: { server: 'https://localhost:1' } }],
    users: [{ name: 'salvor', user: { exec } }],
    contexts: [{ name: 'salvor', context: { cluster: 'local', user: 'salvor' } }],
    'current-context': 'salvor',
  };
  await writeFile(kubeconfig, stringify(config));
  const kubernetes = createKubernetes({ 'prod-1': { kubeconfig } });
  await expect(kubernetes.version('prod-1')).rejects.toMatchObject({ code: 'KUBERNETES_TIMEOUT' });
});
