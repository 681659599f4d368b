import { beforeEach, describe, expect, it } from 'vitest';
import type { QueueName, Run } from '../../src/chatops/run.ts';
import type { JobState } from '../../src/queue/queues.ts';
import { type ReconcileParts, reconcile } from '../../src/queue/reconcile.ts';
import { aRun } from '../contract/runs.ts';
import { createFakeClock, type FakeClock } from '../fakes/clock.ts';
import { createFakeOutbox } from '../fakes/outbox.ts';
import { createFakeProducer, type FakeProducer } from '../fakes/producer.ts';
import { createFakeRuns, type FakeRuns } from '../fakes/runs.ts';

let clock: FakeClock;
let runs: FakeRuns;
let producer: FakeProducer;
let parts: ReconcileParts;

beforeEach(() => {
  clock = createFakeClock();
  runs = createFakeRuns(clock, createFakeOutbox(clock));
  producer = createFakeProducer();
  const silent = () => undefined;
  parts = { runs, producer, clock, logger: { info: silent, warn: silent, error: silent } };
});

async function queued(queue: QueueName = 'write'): Promise<Run> {
  const run = aRun({ queue, createdAt: clock.now() });
  await runs.admit(run);
  return run;
}

async function running(queue: QueueName = 'write'): Promise<Run> {
  const run = await queued(queue);
  await runs.begin(run.id, 'w1');
  return run;
}

describe('a queued run', () => {
  it('is left alone for ten seconds: whoever admitted it is about to put it in', async () => {
    const run = await queued();
    clock.advance(10_000);
    await reconcile(parts);
    expect(await producer.state(run)).toBe('absent');
  });

  for (const state of ['absent', 'completed', 'failed'] satisfies JobState[]) {
    it(`is put in again after that when the queue has it as ${state}`, async () => {
      const run = await queued();
      if (state !== 'absent') producer.set(run.id, state);
      clock.advance(10_001);
      await reconcile(parts);
      expect(await producer.state(run)).toBe('waiting');
    });
  }

  it('is left alone while it waits for its next try', async () => {
    const run = await queued();
    producer.set(run.id, 'delayed');
    clock.advance(120_000);
    await reconcile(parts);
    expect(await producer.state(run)).toBe('delayed');
    expect((await runs.find(run.id))?.note).toBeUndefined();
  });

  it('says after a minute that no worker of its site is there', async () => {
    const run = await queued();
    producer.set(run.id, 'waiting');
    clock.advance(60_000);
    await reconcile(parts);
    expect((await runs.find(run.id))?.note).toBeUndefined();
    clock.advance(1);
    await reconcile(parts);
    expect((await runs.find(run.id))?.note).toBe(
      'No worker of site here is there to take it. It waits; start one, or cancel it.',
    );
  });

  it('just waits where there are workers', async () => {
    const run = await queued();
    producer.set(run.id, 'waiting');
    producer.staff(['w1']);
    clock.advance(120_000);
    await reconcile(parts);
    expect((await runs.find(run.id))?.note).toBeUndefined();
  });
});

describe('a running run', () => {
  for (const state of ['absent', 'completed', 'failed'] satisfies JobState[]) {
    it(`is ended when the queue has it as ${state}: its worker died`, async () => {
      const run = await running();
      if (state !== 'absent') producer.set(run.id, state);
      await reconcile(parts);
      expect(await runs.find(run.id)).toMatchObject({
        state: 'failed',
        report: { title: 'snapshot prod-1: the worker died in the middle of it.' },
      });
    });
  }

  it('is ended as interrupted when it is dangerous', async () => {
    const run = await running('danger');
    producer.set(run.id, 'failed');
    await reconcile(parts);
    expect((await runs.find(run.id))?.report?.title).toBe('snapshot prod-1: interrupted.');
  });

  it('is left alone while the queue has it as being worked on, or about to be given to another', async () => {
    const run = await running();
    for (const state of ['active', 'waiting'] satisfies JobState[]) {
      producer.set(run.id, state);
      clock.advance(3_600_000);
      await reconcile(parts);
      expect((await runs.find(run.id))?.state).toBe('running');
    }
  });

  describe('whose worker fell silent', () => {
    async function abandoned(queue: QueueName = 'write'): Promise<Run> {
      const run = await running(queue);
      producer.set(run.id, 'active');
      producer.lapse(run.id);
      producer.sign('w1', clock.now());
      return run;
    }

    for (const [silentMs, inWords] of [
      [39_999, '30 s'],
      [119_999, '1 min'],
      [7_199_999, '1 h'],
    ] as const) {
      it(`says so after ${inWords} where no worker is left`, async () => {
        const run = await abandoned();
        clock.advance(silentMs);
        await reconcile(parts);
        expect(await runs.find(run.id)).toMatchObject({
          state: 'running',
          note: `Its worker w1 gave no sign of life for ${inWords}; no other worker serves site here. Start one, or cancel.`,
        });
      });
    }

    it('says so also of a worker that signed off without putting it down', async () => {
      const run = await running();
      producer.set(run.id, 'active');
      producer.lapse(run.id);
      await reconcile(parts);
      expect((await runs.find(run.id))?.note).toBe(
        'Its worker w1 is gone; no other worker serves site here. Start one, or cancel.',
      );
    });

    it('ends as cancelled where no worker is left to hear that it is to stop, and leaves the queue', async () => {
      const ended: string[] = [];
      const run = await abandoned();
      await runs.cancel(run.id, 'Bob');
      await reconcile({ ...parts, onEnded: ({ id, state }) => ended.push(`${id} ${state}`) });
      expect(await runs.find(run.id)).toMatchObject({
        state: 'cancelled',
        report: { title: expect.stringMatching(/^\w+ [\w-]+: stopped by Bob\.$/), changed: 'nothing' },
      });
      expect(await producer.state(run)).toBe('absent');
      expect(ended).toEqual([`${run.id} cancelled`]);
    });

    it('ends with a warning when it was dangerous: nobody saw what it did last', async () => {
      const run = await abandoned('danger');
      await runs.cancel(run.id, 'Bob');
      await reconcile(parts);
      expect((await runs.find(run.id))?.report?.changed).toBe('not known: look before you act');
    });

    it('is left to the other workers of its site where there are some', async () => {
      const run = await abandoned();
      producer.staff(['w2']);
      await runs.cancel(run.id, 'Bob');
      await reconcile(parts);
      const record = await runs.find(run.id);
      expect(record?.state).toBe('running');
      expect(record?.note).toBeUndefined();
      expect(await producer.state(run)).toBe('active');
    });

    it('is left to its worker while that holds it, however long it gave no other sign', async () => {
      const run = await running();
      producer.set(run.id, 'active');
      await runs.cancel(run.id, 'Bob');
      clock.advance(3_600_000);
      await reconcile(parts);
      const record = await runs.find(run.id);
      expect(record?.state).toBe('running');
      expect(record?.note).toBeUndefined();
    });
  });

  it('is left to the worker that took it while it was looked at', async () => {
    const run = await running();
    const slow = { ...producer, state: () => runs.begin(run.id, 'w2').then((): JobState => 'failed') };
    await reconcile({ ...parts, producer: slow });
    expect(await runs.find(run.id)).toMatchObject({ state: 'running', attempt: 2, worker: 'w2' });
  });
});
