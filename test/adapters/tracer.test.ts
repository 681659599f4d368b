import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { createTracer, type RunningTracer } from '../../src/adapters/tracer.ts';
import { Fault, Refusal } from '../../src/chatops/errors.ts';
import type { Trails } from '../../src/ports/trails.ts';
import { type Collector, linksOf, startCollector } from '../fakes/collector.ts';

/** Of the tracer that was made last: one that is closed may still complain. */
let warnings: string[];
let tracer: RunningTracer;

/** As Redis keeps them. */
let kept: Map<string, readonly string[]>;

const trails: Trails = {
  async leave(id, here) {
    const before = kept.get(id) ?? [];
    kept.set(id, [...before, here]);
    return before;
  },
};

beforeEach(() => {
  kept = new Map();
});
afterEach(() => tracer.close());

function traces({ url }: Pick<Collector, 'url'>, share = 1, its = trails): RunningTracer {
  const mask = (text: string) => text.replaceAll('hunter2', '•••');
  const about = { 'service.name': 'salvor' };
  const said: string[] = [];
  warnings = said;
  const logger = { info() {}, warn: (_: unknown, text: string) => void said.push(text), error() {} };
  tracer = createTracer({ url: `${url}/v1/traces`, token: 't0ken', share, about, trails: its, mask, logger });
  return tracer;
}

async function listening(setup?: { readonly isDeaf: boolean }): Promise<Collector> {
  const collector = await startCollector(setup);
  onTestFinished(() => collector.stop());
  return collector;
}

it('tells what belongs to what, as who may, with facts that came later', async () => {
  const collector = await listening();
  const { entering, within, close } = traces(collector);
  const answer = await entering('command', { job: 'snapshot' }, async (note) => {
    note({ run: 'r-1' });
    return within('step', {}, () => 'saved');
  });
  await close();
  expect(answer).toBe('saved');
  const [step, command] = collector.spans;
  expect([command?.name, step?.name]).toEqual(['command', 'step']);
  expect(step).toMatchObject({ traceId: command?.traceId, parentSpanId: command?.spanId });
  expect(command?.attributes).toEqual({ 'salvor.job': 'snapshot', 'salvor.run': 'r-1' });
  expect([...collector.tokens]).toEqual(['Bearer t0ken']);
});

it('fails as the work does, and tells of the error no more than its kind', async () => {
  const collector = await listening();
  const { entering, close } = traces(collector);
  const failing = entering('command', {}, async () => {
    throw new Refusal('There is no cluster "my secret".');
  });
  await expect(failing).rejects.toThrow('my secret');
  expect(() =>
    entering('at once', {}, () => {
      throw new Error('my secret');
    }),
  ).toThrow('my secret');
  await close();
  expect(collector.spans.map(({ status, attributes }) => [status.code, attributes['salvor.error']])).toEqual([
    [2, 'Refusal'],
    [2, 'Error'],
  ]);
  expect(collector.bodies.join()).not.toContain('my secret');
});

it('hides secrets wherever they stand', async () => {
  const collector = await listening();
  const { entering, close } = traces(collector);
  entering('step hunter2', { step: 'with hunter2' }, () => undefined);
  await close();
  expect(collector.spans[0]).toMatchObject({ name: 'step •••', attributes: { 'salvor.step': 'with •••' } });
});

it('links what is about the same, in whichever traces', async () => {
  const collector = await listening();
  const { entering, within, about, close } = traces(collector);
  await entering('command', {}, () => within('plan', {}, () => about('r-1', 'a-hunter2')));
  await entering('vote', {}, () => about('a-hunter2'));
  await entering('start', {}, () => about('a-hunter2', 'r-2'));
  await close();
  expect(linksOf(collector.spans)).toEqual([
    'vote → command: plan (a-•••)',
    'start → command: plan (a-•••)',
    'start → vote: vote (a-•••)',
  ]);
  expect([...kept.keys()]).toEqual(['r-1', 'a-hunter2', 'r-2']);
});

it('leaves nothing outside of a trace, or of one that is not told', async () => {
  const collector = await listening();
  await traces(collector).about('r-1');
  await tracer.within('poll', {}, () => tracer.about('r-1'));
  await tracer.close();
  await traces(collector, 0).entering('command', {}, () => tracer.about('r-1'));
  await tracer.close();
  expect(kept.size).toBe(0);
});

it('does the work without links where nobody can say what there was, or what is said is no trace', async () => {
  const collector = await listening();
  const away = new Fault('Redis is away.', { port: 'trails', operation: 'leave', retryable: true });
  const broken: Trails = { leave: async (id) => (id === 'r-1' ? Promise.reject(away) : ['nonsense', '']) };
  const { entering, about, close } = traces(collector, 1, broken);
  await entering('command', {}, () => about('r-1', 'r-2'));
  await close();
  expect(collector.spans).toMatchObject([{ name: 'command', links: [], status: { code: 0 } }]);
});

it('tells nothing of what belongs to no trace, and of as many traces as it is to', async () => {
  const collector = await listening();
  traces(collector).within('poll', {}, () => undefined);
  await tracer.close();
  traces(collector, 0).entering('command', {}, () => undefined);
  await tracer.close();
  expect(collector.spans).toEqual([]);
});

it('ends within three seconds though the collector never answers, and never keeps the work waiting', async () => {
  const { entering, close } = traces(await listening({ isDeaf: true }));
  const begunAtMs = performance.now();
  for (let at = 0; at < 5000; at += 1) entering('command', {}, () => undefined);
  expect(performance.now() - begunAtMs).toBeLessThan(1500);
  const endedAtMs = performance.now();
  await close();
  expect(performance.now() - endedAtMs).toBeLessThan(3000);
});

it('says once that the collector is away', async () => {
  const { entering, close } = traces({ url: 'http://127.0.0.1:1' });
  for (let at = 0; at < 1100; at += 1) entering('command', {}, () => undefined);
  await close();
  expect(warnings).toEqual(['traces could not be sent to their collector, and are dropped while it is away']);
});
