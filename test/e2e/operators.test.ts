import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { freePorts } from '../../sandbox/etcd.ts';
import type { SalvorProcess } from '../../sandbox/salvor.ts';
import { clock } from '../../src/adapters/clock.ts';
import type { RunRecord } from '../../src/chatops/run.ts';
import { createApprovals } from '../../src/queue/approvals.ts';
import { connectPatient, disconnect } from '../../src/queue/redis.ts';
import { notification } from '../chatops/alerts/alerts.ts';
import { anApproval, aPlan } from '../fakes/approvals-to-show.ts';
import { type Collector, lineOf, linksOf, startCollector, type ToldSpan } from '../fakes/collector.ts';
import { chromiumPath, startBrowser } from './browser.ts';
import { channel, startWorld, type World } from './world.ts';

// A bot and a worker as processes of their own, a real Redis between them, and what they tell a collector.
let world: World;
let collector: Collector;
let pagePort: number;
let alertsPort: number;
let processes: readonly SalvorProcess[];

beforeAll(async () => {
  collector = await startCollector();
  [pagePort = 0, alertsPort = 0] = await freePorts(2);
  world = await startWorld({
    sections: {
      traces: { token: 'TRACES_TOKEN' },
      alerts: {
        ...{ listen: { port: alertsPort }, token: 'ALERTS_TOKEN' },
        rules: { 'no-leader': { alert: 'etcdNoLeader', facts: ['backups'], action: 'snapshot', mode: 'suggest' } },
      },
      queuePage: { listen: { port: pagePort }, password: 'PAGE_PASSWORD' },
    },
    variables: {
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, TRACES_TOKEN: 'tok-of-traces', PAGE_PASSWORD: 'open sesame' },
      ALERTS_TOKEN: 'tok-of-alerts',
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
    ...{ 'salvor.attempt': 1, 'salvor.ending': 'done' },
  });
  expect(new Set(trace.map(({ service }) => service['service.instance.id'])).size).toBe(2);
});

/** All that was told, once it has a span of this name about this run. */
const toldOf = (name: string, run: RunRecord): Promise<readonly ToldSpan[]> =>
  vi.waitFor(
    () => {
      expect(collector.spans.filter(isOf(run)).map((span) => span.name)).toContain(name);
      return collector.spans;
    },
    { timeout: 10_000, interval: 100 },
  );
const spanOf = (spans: readonly ToldSpan[], name: string, run: RunRecord) =>
  spans.filter(isOf(run)).find((span) => span.name === name);
const inTraceOf = (spans: readonly ToldSpan[], span: ToldSpan | undefined) =>
  spans.filter(({ traceId }) => traceId === span?.traceId);

it('leads from the runs of an alert to what Alertmanager told, and from what is pressed on it', async () => {
  const told = notification([{ annotations: { summary: 'nobody must read this either' }, from: new Date() }]);
  const response = await fetch(`http://127.0.0.1:${alertsPort}/alerts`, {
    method: 'POST',
    headers: { authorization: 'Bearer tok-of-alerts', 'content-type': 'application/json' },
    body: JSON.stringify(told),
  });
  expect(response.status).toBe(200);
  const card = await world.slack.waitFor(
    () => world.slack.messages(channel).find((one) => /Suggested.*snapshot prod-1/s.test(JSON.stringify(one))),
    { timeoutMs: 30_000 },
  );
  const asked = await byWords('backups prod-1');
  await world.slack.clicks('alice', { channel, ts: card.ts }, 'snapshot prod-1');
  const pressed = await byWords('snapshot prod-1 --reason "alert etcdNoLeader"');
  for (const { id } of [asked, pressed]) await world.ended(id);
  await toldOf('run backups', asked);
  const spans = await toldOf('run snapshot', pressed);
  const alert = spans.find(({ name }) => name === 'alert firing')?.attributes['salvor.alert'];
  expect(alert).toMatch(/^g-/);

  const asking = spanOf(spans, 'run backups', asked);
  expect(lineOf(spans, asking)).toBe('run backups < process main-read < add main-read.run < triage');
  expect(inTraceOf(spans, asking).find(({ name }) => name === 'triage')?.attributes).toEqual({
    ...{ 'salvor.alert': alert, 'salvor.target': 'prod-1', 'salvor.rule': 'no-leader', 'salvor.command': 'backups' },
  });
  const kept = inTraceOf(spans, asking).find(({ name }) => name === 'alert firing');
  expect(linksOf(spans, kept && [kept])).toContain(`alert firing → alert delivery: alert firing (${alert})`);
  const snapshot = spanOf(spans, 'run snapshot', pressed);
  expect(lineOf(spans, snapshot)).toBe('run snapshot < process main-write < add main-write.run < slack press');
  const press = inTraceOf(spans, snapshot).find(({ name }) => name === 'slack press');
  expect(linksOf(spans, press && [press])).toEqual([
    `slack press → alert delivery: alert firing (${alert})`,
    `slack press → triage: alert firing (${alert})`,
    `slack press → triage: alert firing (${alert})`,
  ]);
});

const byWords = (words: string): Promise<RunRecord> =>
  vi.waitFor(
    async () => {
      const found = (await world.runs.list({ limit: 100 })).find((run) => run.words === words);
      if (!found) throw new Error(`nobody has asked for ${words}`);
      return found;
    },
    { timeout: 30_000, interval: 50 },
  );

it('leads from an approved run to all votes for it', async () => {
  const redis = connectPatient(world.redisAccess);
  const payload = { cluster: 'prod-1', backup: 'r-k7m2p9x4tq', unverified: false, reason: 'bad RBAC rollout' };
  const asked = anApproval({ id: 'a-k7m2p9x4tq', plan: aPlan({ payload }) });
  // So old that its message stands alone: nobody planned it here.
  const createdAt = new Date(Date.now() - 180_000);
  await createApprovals(redis, clock).open({ ...asked, createdAt, expiresAt: new Date(Date.now() + 3_600_000) });
  disconnect(redis);
  const card = await world.slack.waitFor(
    () => world.slack.messages(channel).find(({ text }) => text.includes('Approval needed: restore of prod-1')),
    { timeoutMs: 30_000 },
  );
  for (const approver of ['bob', 'carol']) {
    await world.slack.clicks(approver, { channel, ts: card.ts }, 'Review and approve');
    const view = await world.slack.waitFor(() => world.slack.views(approver).at(-1));
    await world.slack.submits(approver, view.id, { target: { typed: 'prod-1' } });
    await world.slack.idle();
  }
  const run = await vi.waitFor(
    async () => {
      const found = (await world.runs.list({ limit: 100 })).find(({ approval }) => approval?.mode === 'run');
      if (!found) throw new Error('the approved run has not begun');
      return found;
    },
    { timeout: 30_000, interval: 50 },
  );
  await world.ended(run.id);
  const spans = await toldOf('run restore', run);
  const restore = spanOf(spans, 'run restore', run);
  expect(lineOf(spans, restore)).toBe('run restore < process main-danger < add main-danger.run < slack submission');
  const approved = inTraceOf(spans, restore).find((span) => span.links.length > 0);
  expect(linksOf(spans, approved && [approved])).toEqual([
    `approval approved → slack submission: approval pending (${asked.id})`,
  ]);
  expect(lineOf(spans, approved)).toBe('approval approved < slack submission');
});

it('tells nothing of what was typed, of payloads, or of secrets, and nothing of idle workers', () => {
  const sent = collector.bodies.join('\n');
  const free = ['nobody else', 'nobody must read', 'bad RBAC rollout', 'U0ALICE', 'U0BOB', 'U0CAROL'];
  for (const secret of [...free, 'tok-of-traces', 'tok-of-alerts', ...secretsOf(world)])
    expect(sent).not.toContain(secret);
  const keys = new Set(collector.spans.flatMap(({ attributes }) => Object.keys(attributes)));
  expect([...keys].filter((key) => !/^(salvor\.|bullmq\.(queue|job\.(id|attempts)|worker\.name))/.test(key))).toEqual(
    [],
  );
  const beginnings = new Set(collector.spans.filter((span) => span.parentSpanId === '').map(({ name }) => name));
  expect([...beginnings].toSorted()).toEqual([
    ...['alert delivery', 'slack command', 'slack press', 'slack submission', 'triage'],
  ]);
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
