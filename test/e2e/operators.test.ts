import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { freePorts } from '../../sandbox/etcd.ts';
import type { SalvorProcess } from '../../sandbox/salvor.ts';
import type { RunRecord } from '../../src/chatops/run.ts';
import { type Collector, startCollector, type ToldSpan } from '../fakes/collector.ts';
import { chromiumPath, startBrowser } from './browser.ts';
import { startWorld, type World } from './world.ts';

// A bot and a worker as processes of their own, a real Redis between them, and what they tell a collector.
let world: World;
let collector: Collector;
let pagePort: number;
let processes: readonly SalvorProcess[];

beforeAll(async () => {
  collector = await startCollector();
  [pagePort = 0] = await freePorts(1);
  world = await startWorld({
    sections: {
      traces: { token: 'TRACES_TOKEN' },
      queuePage: { listen: { port: pagePort }, password: 'PAGE_PASSWORD' },
    },
    variables: {
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, TRACES_TOKEN: 'tok-of-traces', PAGE_PASSWORD: 'open sesame' },
    },
  });
  processes = [await world.start('bot'), await world.start('worker')];
});
afterAll(async () => {
  await world.stop();
  await collector.stop().catch(() => undefined);
});

const isOf = (run: RunRecord) => (span: ToldSpan) => span.attributes['salvor.run'] === run.id;

it('follows a command over the queue to the steps of the worker, in one trace', async () => {
  const run = await world.starts('/salvor snapshot prod-1 --reason "nobody else must read this"');
  expect((await world.ended(run.id)).state).toBe('done');
  const trace = await vi.waitFor(
    () => {
      const { traceId } = collector.spans.find(isOf(run)) ?? {};
      const spans = collector.spans.filter((span) => span.traceId === traceId);
      expect(spans.map(({ name }) => name)).toEqual(expect.arrayContaining(['slack command', 'process main-write']));
      return spans;
    },
    { timeout: 10_000, interval: 100 },
  );
  const named = new Map(trace.map((span) => [span.name, span]));
  const ids = new Map(trace.map((span) => [span.spanId, span.name]));
  const above = (name: string): string | undefined => ids.get(named.get(name)?.parentSpanId ?? '');
  expect(named.get('slack command')?.parentSpanId).toBe('');
  expect(above('admit')).toBe('slack command');
  expect(above('add main-write.run')).toBe('slack command');
  expect(above('process main-write')).toBe('add main-write.run');
  expect(above('run snapshot')).toBe('process main-write');
  expect(above('step Copy to the store')).toBe('run snapshot');
  expect(above('objects.put')).toMatch(/^step /);
  expect(named.get('run snapshot')?.attributes).toEqual({
    ...{ 'salvor.job': 'snapshot', 'salvor.target': 'prod-1', 'salvor.run': run.id },
    'salvor.ending': 'done',
  });
  expect(new Set(trace.map(({ service }) => service['service.instance.id'])).size).toBe(2);
});

it('tells nothing of what was typed, of payloads, or of secrets, and nothing of idle workers', () => {
  const sent = collector.bodies.join('\n');
  for (const secret of ['nobody else', 'tok-of-traces', ...secretsOf(world)]) expect(sent).not.toContain(secret);
  const keys = new Set(collector.spans.flatMap(({ attributes }) => Object.keys(attributes)));
  expect([...keys].filter((key) => !/^(salvor\.|bullmq\.(queue|job\.(id|attempts)|worker\.name))/.test(key))).toEqual(
    [],
  );
  const beginnings = new Set(collector.spans.filter((span) => span.parentSpanId === '').map(({ name }) => name));
  expect([...beginnings]).toEqual(['slack command']);
  expect([...collector.tokens]).toEqual(['Bearer tok-of-traces']);
});

const secretsOf = ({ environment }: World): readonly string[] =>
  ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'S3_SECRET_ACCESS_KEY'].map((name) => environment[name] ?? '');

it.skipIf(chromiumPath === undefined)('shows the queues in a browser, to who has the password', async () => {
  const address = `http://127.0.0.1:${pagePort}/`;
  expect((await fetch(address)).status).toBe(401);
  const browser = await startBrowser();
  try {
    const page = await browser.newPage({ httpCredentials: { username: 'salvor', password: 'open sesame' } });
    const mistakes: string[] = [];
    page.on('pageerror', (error) => mistakes.push(error.message));
    await page.goto(address);
    await page.getByText('main-write').first().waitFor();
    await page.goto(`${address}queue/main-write?status=completed`);
    await page.getByText(/r-\w+/).first().waitFor();
    expect(await page.getByRole('button', { name: /pause|clean|retry|add/i }).count()).toBe(0);
    expect(mistakes).toEqual([]);
  } finally {
    await browser.close();
  }
});

it('loses nothing while the collector is away, and ends in order', async () => {
  await collector.stop();
  const run = await world.starts('/salvor backups prod-1');
  expect((await world.ended(run.id)).state).toBe('done');
  const stoppedAtMs = performance.now();
  await Promise.all(processes.map((one) => one.kill()));
  expect(performance.now() - stoppedAtMs).toBeLessThan(8000);
});
