import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHarbor } from '../../src/adapters/harbor.ts';

// A registry that somebody has taken over, or that is broken: it must cost no more than an answer, and learn no more than the account it is asked with.

type Answers = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

async function serving(answers: Answers): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization ?? ''}`.trim());
    void answers(request, response);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const address = server.address();
  return { url: `http://127.0.0.1:${Object(address).port}`, asked };
}

const json = (response: ServerResponse, value: unknown, headers: Record<string, string> = {}) =>
  void response.writeHead(200, headers).end(JSON.stringify(value));

const info = { harbor_version: 'v2.10.3-abc', auth_mode: 'db_auth', read_only: false };

/** It says what it is, and the rest is the test's. */
const harborAt = async (rest: Answers, system: object = info, timings = {}) => {
  const server = await serving((request, response) =>
    request.url?.endsWith('/systeminfo') ? json(response, system) : rest(request, response),
  );
  const api = { username: 'salvor', password: 'a-secret' };
  return { ...server, harbor: createHarbor({ reg: { url: server.url, allowHttp: true, api } }, timings) };
};

const project = { project_id: 1, name: 'library', repo_count: 1 };
const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

describe('lists', () => {
  it('without end are not read without end', async () => {
    const { harbor, asked } = await harborAt((_, response) =>
      json(response, [project], { 'x-total-count': '999999999999' }),
    );
    await expect(harbor.statistics('reg')).rejects.toMatchObject({
      ...{ code: 'HARBOR_ANSWER', retryable: false },
      message: expect.stringContaining('it has told 10000 pages of /projects, and still has not told all'),
    });
    expect(asked.length).toBeLessThan(10_100);
  });

  it('that come drop by drop are not waited for without end, each drop in its time', async () => {
    const drip: Answers = async (_, response) => {
      await wait(40);
      json(response, [project], { 'x-total-count': '999999999999' });
    };
    const { harbor, asked } = await harborAt(drip, info, { wholeMs: 500 });
    await expect(harbor.statistics('reg')).rejects.toMatchObject({
      ...{ code: 'HARBOR_ANSWER' },
      message: expect.stringContaining('it is asked for longer than 500 ms'),
    });
    expect(asked.length).toBeLessThan(20);
  });

  it('of names that no registry takes are not kept', async () => {
    const { harbor } = await harborAt((_, response) => json(response, [{ ...project, name: 'x'.repeat(100_000) }]));
    await expect(harbor.statistics('reg')).rejects.toMatchObject({ code: 'HARBOR_ANSWER' });
  });
});

it.each([
  ['a version of many digits', { ...info, harbor_version: `v2.10.${'9'.repeat(5000)}` }],
  ['no version, at length', { ...info, harbor_version: '<!channel> '.repeat(5000) }],
  ['a storage of many letters', { ...info, registry_storage_provider_name: 's3'.repeat(5000) }],
])('%s is not passed on', async (_, system) => {
  const { harbor } = await harborAt((_request, response) => void response.writeHead(404).end(), system);
  const error: unknown = await harbor.system('reg').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'HARBOR_ANSWER' });
  expect(String(error).length).toBeLessThan(300);
});

it('what it says is wrong is told in a few words', async () => {
  const { harbor } = await harborAt((request, response) =>
    request.url?.endsWith('/health')
      ? json(response, { status: 'x', components: [{ name: 'core', status: 'bad', error: 'y'.repeat(100_000) }] })
      : void response.writeHead(500).end(`<title>${'z'.repeat(100_000)}</title>`),
  );
  expect((await harbor.health('reg')).components[0]?.error).toHaveLength(300);
  const error: unknown = await harbor.statistics('reg').catch((thrown: unknown) => thrown);
  expect(String(error).length).toBeLessThan(500);
});

describe('an image', () => {
  it('of indexes of indexes is not followed without end', async () => {
    const manifests = new Map<string, string>();
    let digest = digestOf('');
    for (let depth = 0; depth < 200; depth += 1) {
      const text = JSON.stringify({ schemaVersion: 2, manifests: [{ digest, size: 1 }] });
      digest = digestOf(text);
      manifests.set(digest, text);
    }
    const { harbor, asked } = await harborAt(
      (request, response) => void response.writeHead(200).end(manifests.get(request.url?.split('/').at(-1) ?? '')),
    );
    await harbor.pull('reg', 'library/nginx', digest);
    expect(asked.length).toBeLessThanOrEqual(4);
  });

  it('of blobs whose digests are paths is none', async () => {
    const text = JSON.stringify({ config: { digest: '../../../api/v2.0/users/current?', size: 1 }, layers: [] });
    const { harbor, asked } = await harborAt((_, response) => void response.writeHead(200).end(text));
    await expect(harbor.pull('reg', 'library/nginx', digestOf(text))).rejects.toMatchObject({ code: 'HARBOR_ANSWER' });
    expect(asked).toHaveLength(1);
  });

  const blob = digestOf('blob');
  const manifest = JSON.stringify({ config: { digest: blob, size: 4 }, layers: [] });
  const movedTo = (location: string) =>
    harborAt((request, response) =>
      request.url?.includes('/blobs/')
        ? void response.writeHead(307, { location }).end()
        : void response.writeHead(200).end(manifest),
    );

  it('that leads elsewhere takes no credentials there, and brings no words from there', async () => {
    const inside = await serving((_, response) => void response.writeHead(403).end('{"message":"an inner secret"}'));
    const { harbor } = await movedTo(`${inside.url}/latest/meta-data`);
    const error: unknown = await harbor.pull('reg', 'library/nginx', digestOf(manifest)).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'HARBOR_ANSWER', message: expect.stringContaining('which answers 403') });
    expect(JSON.stringify([String(error), Object(error).next])).not.toContain('inner secret');
    expect(inside.asked).toEqual(['/latest/meta-data']);
  });

  it.each(['http://[', 'file:///etc/passwd', 'javascript:1'])('that leads to %s is none', async (location) => {
    const { harbor } = await movedTo(location);
    await expect(harbor.pull('reg', 'library/nginx', digestOf(manifest))).rejects.toMatchObject({
      ...{ code: 'HARBOR_ANSWER', retryable: false },
    });
  });
});
