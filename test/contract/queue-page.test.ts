import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { serveQueuePage } from '../../src/http/queue-page.ts';
import type { HttpServer } from '../../src/http/server.ts';
import { createQueuePage, type QueuePage } from '../../src/queue/queue-page.ts';
import { createProducer, type Producer } from '../../src/queue/queues.ts';
import { openRedisHouse, type RedisHouse } from './redis-house.ts';
import { aRun } from './runs.ts';

// bull-board on real queues in a real Redis, behind our own door.
let house: RedisHouse;
let producer: Producer;
let page: QueuePage;
let server: HttpServer;
const refusals: string[] = [];
const run = aRun({ queue: 'read', site: 'main' });

beforeAll(async () => {
  house = await openRedisHouse();
  producer = createProducer(house.redis, { now: () => new Date() });
  await producer.enqueue(run);
  page = createQueuePage(house.redis, ['main', 'edge']);
  const logger = { info() {}, warn: (_: unknown, text: string) => void refusals.push(text), error() {} };
  const listen = { host: '127.0.0.1', port: 0 };
  server = await serveQueuePage({
    ...{ listen, username: 'salvor', password: 'pass:word', token: 't0ken', logger },
    page: page.answer,
  });
});
afterAll(async () => {
  await server.close();
  await page.close();
  await producer.close();
  await house.close();
});

const basic = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`;
const ask = (
  path: string,
  { method = 'GET', as = 'Bearer t0ken' }: { method?: string; as?: string | undefined } = {},
) =>
  fetch(`http://127.0.0.1:${server.port}${path}`, {
    method,
    headers: { authorization: as, 'content-type': 'application/json' },
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: '{}' }),
  });

describe('the page of the queues', () => {
  it.each([
    ['nothing', ''],
    ['another password', basic('salvor:password')],
    ['another user', basic('root:pass:word')],
    ['no password', basic('salvor:')],
    ['what is missing, by its name', basic('salvor:undefined')],
    ['the password as a token', 'Bearer pass:word'],
    ['an empty token', 'Bearer '],
    ['more than the token', 'Bearer t0ken1'],
  ])('asks who shows %s for the password, on every path', async (_, as) => {
    for (const path of ['/', '/api/queues', '/static/js/nothing.js', '/nothing']) {
      const answer = await ask(path, { as });
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Basic')]);
      expect(await answer.text()).toBe('this page wants a password\n');
    }
  });

  it('puts wrong passwords into the log, without them', () => {
    expect(new Set(refusals)).toEqual(new Set(['the page of the queues was refused: wrong password or token']));
  });

  it('lists the queues of all sites, as such that can only be read', async () => {
    const answer = await ask('/api/queues', { as: basic('salvor:pass:word') });
    const Listed = z.object({
      queues: z.array(
        z.object({ name: z.string(), readOnlyMode: z.boolean(), counts: z.record(z.string(), z.number()) }),
      ),
    });
    const { queues } = Listed.parse(await answer.json());
    expect(queues.map(({ name }) => name)).toEqual([
      ...['main-read', 'main-write', 'main-danger', 'edge-read', 'edge-write', 'edge-danger', 'schedules'],
    ]);
    expect(queues.every(({ readOnlyMode }) => readOnlyMode)).toBe(true);
    expect(queues[0]?.counts.waiting).toBe(1);
  });

  it('shows of a run its id and nothing of what was asked', async () => {
    const body = await (await ask(`/api/queues/main-read/${run.id}`)).text();
    expect(body).toContain(run.id);
    for (const word of [run.words, run.actor.name, run.target]) expect(body).not.toContain(word);
  });

  it.each([
    ['PUT', '/api/queues/main-read/pause'],
    ['PUT', '/api/queues/pause'],
    ['PUT', '/api/queues/main-read/empty'],
    ['PUT', '/api/queues/main-read/obliterate'],
    ['PUT', '/api/queues/main-read/promote'],
    ['PUT', `/api/queues/main-read/${run.id}/retry`],
    ['PUT', `/api/queues/main-read/${run.id}/clean`],
    ['PATCH', `/api/queues/main-read/${run.id}/update-data`],
    ['POST', '/api/queues/main-read/add'],
    ['DELETE', '/api/queues/main-read'],
    ['OPTIONS', '/api/queues'],
  ])('refuses %s %s even with the password', async (method, path) => {
    const answer = await ask(path, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(await producer.state(run)).toBe('waiting');
  });

  it('would change nothing by itself either: bull-board is told that all may only be read', async () => {
    const inner = await serveInner();
    try {
      const of = `http://127.0.0.1:${inner.port}/api/queues/main-read`;
      for (const path of ['pause', 'empty', 'obliterate', `${run.id}/clean`]) {
        const answer = await fetch(`${of}/${path}`, { method: 'PUT' });
        expect([path, answer.ok]).toEqual([path, false]);
      }
      expect(await producer.state(run)).toBe('waiting');
    } finally {
      await inner.close();
    }
  });

  it('may be framed, kept or fed with scripts by nobody', async () => {
    for (const path of ['/', '/queue/main-read', '/static/favicon.ico', '/queue/%zz']) {
      const { headers } = await ask(path);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self';");
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  it('shows nothing of its own files when a path is broken', async () => {
    const answer = await ask('/queue/%zz');
    expect(answer.status).toBe(400);
    expect(await answer.text()).toBe('nothing here\n');
  });
});

async function serveInner(): Promise<HttpServer> {
  const { createServer } = await import('node:http');
  const { listening } = await import('../../src/http/server.ts');
  return listening(createServer(page.answer), { host: '127.0.0.1', port: 0 });
}
