import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Fault, Refusal } from '../../src/chatops/errors.ts';
import { type Ending, execute } from '../../src/chatops/execute.ts';
import { Interruption, type InterruptionKind } from '../../src/chatops/interruption.ts';
import { defineJob, type RunContext } from '../../src/chatops/job.ts';
import type { Report } from '../../src/chatops/report.ts';
import type { QueueName, Run, RunRecord } from '../../src/chatops/run.ts';
import type { Ports } from '../../src/ports/index.ts';
import { aRun } from '../contract/runs.ts';
import { createFakeClock, type FakeClock } from '../fakes/clock.ts';
import { createFakeKeepers, type FakeKeepers } from '../fakes/keepers.ts';
import { createFakeOutbox } from '../fakes/outbox.ts';
import { createFakeRuns, type FakeRuns } from '../fakes/runs.ts';

let clock: FakeClock;
let runs: FakeRuns;
let stop: AbortController;
let keepers: FakeKeepers;
let logged: { level: string; words: string; facts: object }[];
/** Lets a second pass, as `everySecond` sees it. */
let tick: () => void;
let isTicking: boolean;

beforeEach(() => {
  clock = createFakeClock();
  const outbox = createFakeOutbox(clock);
  runs = createFakeRuns(clock, outbox);
  keepers = createFakeKeepers(clock, runs, outbox);
  stop = new AbortController();
  logged = [];
  isTicking = false;
});

type Work = (context: RunContext) => Promise<Report>;

const saved: Report = { tone: 'good', title: 'Saved' };
const noPorts: Partial<Ports> = {};
const fault = (retryable: boolean) =>
  new Fault('S3 answered 503.', {
    port: 'objects',
    operation: 'put',
    retryable,
    code: 'S3_503',
    next: 'Wait a while.',
  });

async function queued(queue: QueueName = 'write', change: Partial<Run> = {}): Promise<Run> {
  const run = aRun({ queue, ...change });
  await runs.admit(run);
  return run;
}

function attempt(run: Run, work: Work, worker = 'w1'): Promise<Ending> {
  const job = defineJob({
    name: 'snapshot',
    payload: z.object({ cluster: z.string() }),
    needs: [],
    queue: run.queue,
    steps: ['choose', 'stream'],
    target: (payload) => payload.cluster,
    access: (payload) => ({ role: 'operator', target: payload.cluster }),
    run: (_payload, _ports, context) => work(context),
    report: (report) => report,
  });
  const log = (level: string) => (facts: object, words: string) => void logged.push({ level, words, facts });
  return execute(job, run.id, noPorts as Ports, runs, {
    worker,
    attempts: run.queue === 'danger' ? 1 : 3,
    waitMs: (tried) => tried * 10_000,
    clock,
    logger: { info: log('info'), warn: log('warn'), error: log('error') },
    keepers,
    stop,
    pause: async () => undefined,
    everySecond(work) {
      tick = work;
      isTicking = true;
      return () => {
        isTicking = false;
      };
    },
  });
}

async function found(run: Run): Promise<RunRecord> {
  const record = await runs.find(run.id);
  if (!record) throw new Error('no such run');
  return record;
}

/** Waits until the answers that are under way have come. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const stopWith = (kind: InterruptionKind): void => stop.abort(new Interruption(kind));

describe('a run whose cluster was frozen after it was asked for', () => {
  const never = () => Promise.reject(new Error('it has begun'));

  it('does not begin, and says who froze it', async () => {
    await keepers.freezes.set({ target: 'prod-1', by: 'person U0BOB (Bob)', at: clock.now() });
    const run = await queued();
    await attempt(run, never);
    expect(await runs.find(run.id)).toMatchObject({
      state: 'refused',
      report: { title: 'prod-1 is frozen by person U0BOB (Bob).', changed: 'nothing' },
    });
  });

  it('goes on where it only reads', async () => {
    await keepers.freezes.set({ target: 'all', by: 'person U0BOB (Bob)', at: clock.now() });
    const run = await queued('read');
    await attempt(run, async () => saved);
    expect((await runs.find(run.id))?.state).toBe('done');
  });

  it('does not begin while nobody can be asked', async () => {
    keepers.freezes.breakDown();
    const run = await queued();
    expect((await attempt(run, never)).kind).toBe('again');
  });
});

describe('a run that goes well', () => {
  it('shows what is to come before it has begun', async () => {
    const run = await queued();
    let shown: RunRecord | undefined;
    await attempt(run, async (context) => {
      await context.step('choose', async () => {
        shown = await found(run);
      });
      return saved;
    });
    expect(shown?.steps).toEqual([
      { name: 'choose', state: 'in_progress', startedAt: clock.now() },
      { name: 'stream', state: 'pending' },
    ]);
  });

  it('ends as done with its report and the times of its steps', async () => {
    const run = await queued();
    const ending = await attempt(run, async (context) => {
      await context.step('choose', async () => clock.advance(1000));
      await context.step('stream', async () => clock.advance(5000));
      return saved;
    });
    expect(ending).toMatchObject({ kind: 'ended', run: { state: 'done' } });
    const record = await found(run);
    expect(record).toMatchObject({ state: 'done', report: saved });
    const took = record.steps.map(({ state, startedAt, endedAt }) => [state, Number(endedAt) - Number(startedAt)]);
    expect(took).toEqual([
      ['complete', 1000],
      ['complete', 5000],
    ]);
    expect(isTicking).toBe(false);
  });

  it('shows steps that nobody planned after those that somebody did', async () => {
    const run = await queued();
    await attempt(run, async (context) => {
      await context.step('surprise', async () => undefined);
      return saved;
    });
    expect((await found(run)).steps.map(({ name }) => name)).toEqual(['choose', 'stream', 'surprise']);
  });

  it('shows the steps that the job learned of on its way in place of those named before', async () => {
    const run = await queued();
    let shown: RunRecord | undefined;
    await attempt(run, async (context) => {
      await context.step('choose', async () => context.ahead(['copy a', 'copy b']));
      await context.step('copy a', async () => context.ahead(['copy c', 'check']));
      await context.step('copy c', async () => {
        shown = await found(run);
      });
      return saved;
    });
    expect(shown?.steps.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      'choose: complete',
      'copy a: complete',
      'copy c: in_progress',
      'check: pending',
    ]);
  });

  it('tells the job which attempt it is and who asked', async () => {
    const run = await queued();
    let told: RunContext | undefined;
    await attempt(run, async (context) => {
      told = context;
      return saved;
    });
    expect(told).toMatchObject({ runId: run.id, attempt: 1, askedBy: { kind: 'person', id: 'U1', name: 'Alice' } });
  });
});

describe('progress', () => {
  it('is written once a second, however often it is told', async () => {
    const run = await queued();
    let before: RunRecord | undefined;
    let after: RunRecord | undefined;
    await attempt(run, async (context) => {
      await context.step('choose', async () => {
        for (let done = 1; done <= 1000; done += 1) context.progress(done, 1000, 'bytes');
        context.detail('from etcd-2');
        before = await found(run);
        tick();
        await settled();
        after = await found(run);
      });
      return saved;
    });
    expect(before?.progress).toBeUndefined();
    expect(after).toMatchObject({
      progress: { done: 1000, total: 1000, unit: 'bytes', since: clock.now() },
      steps: [{ name: 'choose', detail: 'from etcd-2' }, { name: 'stream' }],
    });
  });

  it('stops the run when the record says that it was cancelled', async () => {
    const run = await queued();
    await attempt(run, async (context) => {
      await context.step('choose', async () => {
        await runs.cancel(run.id, 'Bob');
        tick();
        await settled();
        context.signal.throwIfAborted();
      });
      return saved;
    });
    expect(await found(run)).toMatchObject({
      state: 'cancelled',
      report: { title: expect.stringMatching(/^\w+ [\w-]+: stopped by Bob\.$/) },
    });
  });
});

describe('what a run remembers', () => {
  it('is known to this attempt and the next, on another worker too', async () => {
    const run = await queued();
    const known: unknown[] = [];
    const working: Work = async (context) => {
      known.push(context.memory);
      await context.remember(`etcd-${context.attempt}`, 'sent bad bytes');
      known.push(context.memory);
      throw fault(true);
    };
    await attempt(run, working, 'w1');
    await attempt(run, working, 'w2');
    const first = { 'etcd-1': 'sent bad bytes' };
    expect(known).toEqual([{}, first, first, { ...first, 'etcd-2': 'sent bad bytes' }]);
  });

  it('is not changed by an attempt that lost its run, which stops there', async () => {
    const run = await queued();
    const ending = await attempt(run, async (context) => {
      await context.remember('etcd-1', 'sent bad bytes');
      await runs.begin(run.id, 'w2');
      await context.remember('etcd-2', 'sent bad bytes');
      return saved;
    });
    expect(ending).toEqual({ kind: 'not ours' });
    expect((await found(run)).memory).toEqual({ 'etcd-1': 'sent bad bytes' });
  });
});

describe('a refusal', () => {
  it('is said as it is, with what to do, and not tried again', async () => {
    const run = await queued();
    await attempt(run, async () => {
      throw new Refusal('prod-1 has no healthy member.', 'See /salvor leaders prod-1.');
    });
    expect(await found(run)).toMatchObject({
      state: 'refused',
      report: {
        tone: 'warning',
        title: 'prod-1 has no healthy member.',
        next: 'See /salvor leaders prod-1.',
        changed: 'nothing',
      },
    });
  });
});

describe('a fault', () => {
  it('that may pass is tried again later, and the card says when and why', async () => {
    const run = await queued();
    const ending = await attempt(run, async (context) =>
      context.step('choose', async () => {
        throw fault(true);
      }),
    );
    expect(ending).toMatchObject({ kind: 'again', waitMs: 10_000 });
    expect(await found(run)).toMatchObject({
      state: 'queued',
      note: 'Attempt 2 of 3 in 10 s, because: S3 answered 503.',
      steps: [
        { name: 'choose', state: 'error' },
        { name: 'stream', state: 'pending' },
      ],
    });
    expect((await runs.logs(run.id)).map(({ line }) => line)).toEqual([
      'Attempt 2 of 3 in 10 s, because: S3 answered 503.',
    ]);
  });

  it('ends the run after the last try, saying what failed, what was changed and what to do', async () => {
    const run = await queued();
    const failing: Work = async (context) =>
      context.step('choose', async () => {
        throw fault(true);
      });
    expect((await attempt(run, failing)).kind).toBe('again');
    expect((await attempt(run, failing)).kind).toBe('again');
    expect((await attempt(run, failing)).kind).toBe('ended');
    expect((await found(run)).report).toEqual({
      tone: 'bad',
      title: 'snapshot prod-1: S3 answered 503.',
      facts: [
        { label: 'Cluster', value: 'prod-1' },
        { label: 'Step', value: '1 of 2: choose', onCard: true },
        { label: 'Last good snapshot', value: 'none on record here', onCard: true },
        { label: 'Code', value: [{ code: 'S3_503' }] },
      ],
      changed: 'nothing',
      next: 'Wait a while.',
      actions: [
        { label: 'Retry', does: 'retry', on: run.id, style: 'primary' },
        { label: 'Logs', does: 'logs', on: run.id },
      ],
    });
  });

  it('says how old the last good one is, one that only showed its plan apart', async () => {
    const good = await queued();
    await attempt(good, async () => saved);
    clock.advance(7 * 3_600_000);
    await attempt(await queued('write', { id: 'r-plan' }), async () => ({ ...saved, changed: 'nothing' }));
    const run = await queued('write', { id: 'r-second' });
    await attempt(run, async () => {
      throw fault(false);
    });
    const last = (await found(run)).report?.facts?.find(({ label }) => label === 'Last good snapshot');
    expect(last?.value).toEqual(['7 h ago, run ', { code: good.id }]);
  });

  it('that will not pass ends the run at once', async () => {
    const run = await queued();
    await attempt(run, async () => {
      throw fault(false);
    });
    expect(await found(run)).toMatchObject({ state: 'failed', attempt: 1 });
  });

  it('says what was changed when it knows', async () => {
    const run = await queued();
    await attempt(run, async () => {
      throw Object.assign(fault(false), { changed: '3 parts of an upload are left' });
    });
    expect((await found(run)).report?.changed).toBe('3 parts of an upload are left');
  });

  it('does not count what stopping workers gave back', async () => {
    const run = await queued();
    for (const worker of ['w1', 'w2', 'w3']) {
      stop = new AbortController();
      await attempt(
        run,
        async (context) => {
          stopWith('stopping');
          context.signal.throwIfAborted();
          return saved;
        },
        worker,
      );
    }
    stop = new AbortController();
    let tried: number | undefined;
    await attempt(run, async (context) => {
      tried = context.tried;
      throw fault(true);
    });
    expect(tried).toBe(1);
    expect((await found(run)).note).toContain('Attempt 2 of 3');
  });
});

describe('a mistake of our own', () => {
  it('is logged once, and told calmly with the id of the run', async () => {
    const run = await queued();
    const mistake = new TypeError('secret.token is undefined');
    await attempt(run, async () => {
      throw mistake;
    });
    const { report } = await found(run);
    expect(report).toMatchObject({ tone: 'bad', next: expect.stringContaining(run.id), changed: 'nothing' });
    expect(JSON.stringify(report)).not.toContain('token');
    const errors = logged.filter(({ level }) => level === 'error');
    expect(errors).toEqual([
      {
        level: 'error',
        words: expect.any(String),
        facts: { run: run.id, job: 'snapshot', target: 'prod-1', actor: 'person U1', err: mistake },
      },
    ]);
  });

  it('may be a payload that its job does not take', async () => {
    const run = await queued('write', { payload: { cluster: 7 } });
    await attempt(run, async () => saved);
    expect((await found(run)).state).toBe('failed');
  });
});

describe('a run that is to stop', () => {
  it('ends as cancelled, whatever words its job fails with', async () => {
    const run = await queued();
    const ending = await attempt(run, async (context) => {
      await context.step('choose', async () => {
        await runs.cancel(run.id, 'Bob');
        stopWith('cancelled');
        throw fault(true);
      });
      return saved;
    });
    expect(ending.kind).toBe('ended');
    expect(await found(run)).toMatchObject({
      state: 'cancelled',
      report: {
        title: expect.stringMatching(/^\w+ [\w-]+: stopped by Bob\.$/),
        facts: [{}, { label: 'Step', value: '1 of 2: choose' }],
      },
    });
  });

  it('ends as done when it was past stopping', async () => {
    const run = await queued();
    await attempt(run, async () => {
      await runs.cancel(run.id, 'Bob');
      stopWith('cancelled');
      return saved;
    });
    expect(await found(run)).toMatchObject({ state: 'done', report: saved });
  });

  it('begins no further step', async () => {
    const run = await queued();
    const begun: string[] = [];
    await attempt(run, async (context) => {
      await context.step('choose', async () => {
        begun.push('choose');
        await runs.cancel(run.id, 'Bob');
      });
      await context.step('stream', async () => begun.push('stream'));
      return saved;
    });
    expect(begun).toEqual(['choose']);
    expect((await found(run)).state).toBe('cancelled');
  });

  it('is given back when its worker stops', async () => {
    const run = await queued();
    const ending = await attempt(run, async (context) => {
      stopWith('stopping');
      context.signal.throwIfAborted();
      return saved;
    });
    expect(ending).toEqual({ kind: 'handed back' });
    expect(await found(run)).toMatchObject({
      state: 'queued',
      attempt: 1,
      handovers: 1,
      steps: [{ state: 'pending' }, { state: 'pending' }],
    });
  });

  it('is not begun when it was cancelled while nobody had it', async () => {
    const run = await queued();
    await runs.begin(run.id, 'dead');
    await runs.cancel(run.id, 'Bob');
    let isBegun = false;
    await attempt(run, async () => {
      isBegun = true;
      return saved;
    });
    expect(isBegun).toBe(false);
    expect(await found(run)).toMatchObject({ state: 'cancelled', attempt: 2 });
  });
});

describe('a run that another worker took', () => {
  for (const [when, check] of [
    ['at the next step', (context: RunContext) => context.step('stream', async () => undefined)],
    ['right before its commit point', (context: RunContext) => context.stillOurs()],
  ] as const) {
    it(`is put down ${when} and left as it is`, async () => {
      const run = await queued();
      let isPast = false;
      const ending = await attempt(run, async (context) => {
        await context.step('choose', async () => runs.begin(run.id, 'w2'));
        await check(context);
        isPast = true;
        return saved;
      });
      expect(ending).toEqual({ kind: 'not ours' });
      expect(isPast).toBe(false);
      expect(await found(run)).toMatchObject({ state: 'running', attempt: 2, worker: 'w2' });
    });
  }

  it('is left as it is also by one who asks nothing before the end', async () => {
    const run = await queued();
    const ending = await attempt(run, async () => {
      await runs.begin(run.id, 'w2');
      return saved;
    });
    expect(ending).toEqual({ kind: 'not ours' });
    expect((await found(run)).state).toBe('running');
  });

  it('is not begun when it has ended', async () => {
    const run = await queued();
    await runs.cancel(run.id, 'Bob');
    expect(await attempt(run, async () => saved)).toEqual({ kind: 'not ours' });
  });
});

describe('dangerous work', () => {
  it('is never begun a second time', async () => {
    const run = await queued('danger');
    await runs.begin(run.id, 'dead');
    let isBegun = false;
    await attempt(run, async () => {
      isBegun = true;
      return saved;
    });
    expect(isBegun).toBe(false);
    expect(await found(run)).toMatchObject({ state: 'failed', report: { changed: 'not known: look before you act' } });
  });

  it('is not tried again after a fault', async () => {
    const run = await queued('danger');
    expect((await attempt(run, async () => Promise.reject(fault(true)))).kind).toBe('ended');
  });

  it('ends as interrupted when its worker stops, with the step it was in', async () => {
    const run = await queued('danger');
    await attempt(run, async (context) => {
      await context.step('stream', async () => {
        stopWith('stopping');
        context.signal.throwIfAborted();
      });
      return saved;
    });
    expect((await found(run)).report?.title).toBe('snapshot prod-1: interrupted in step 2 of 2: stream.');
  });
});

describe('a run whose workers keep dying', () => {
  it('is ended instead of begun a fourth time', async () => {
    const run = await queued();
    for (const worker of ['w1', 'w2', 'w3']) await runs.begin(run.id, worker);
    expect((await attempt(run, async () => saved)).kind).toBe('ended');
    expect((await found(run)).report?.title).toBe('snapshot prod-1: the worker died in the middle of it.');
  });
});

describe('what a run has changed bit by bit', () => {
  const remembering =
    (end: (context: RunContext) => Promise<Report>): Work =>
    async (context) => {
      await context.remember('changed', 'two of five are moved');
      return end(context);
    };

  it.each<[string, (context: RunContext) => Promise<Report>]>([
    ['fails', () => Promise.reject(fault(false))],
    ['is refused half way', () => Promise.reject(new Refusal('One is not well'))],
    ['fails by a mistake of our own', () => Promise.reject(new TypeError('undefined is no function'))],
    [
      'is cancelled',
      async (context) => {
        await runs.cancel(context.runId, 'Bob');
        await context.stillOurs();
        return saved;
      },
    ],
  ])('is said when it %s', async (_, end) => {
    const run = await queued();
    await attempt(run, remembering(end));
    expect((await found(run)).report?.changed).toBe('two of five are moved');
  });

  it('is said when its workers keep dying', async () => {
    const run = await queued();
    await attempt(
      run,
      remembering(() => Promise.reject(fault(true))),
    );
    for (const worker of ['w2', 'w3']) await runs.begin(run.id, worker);
    await attempt(run, async () => saved);
    const { report } = await found(run);
    expect(report?.title).toBe('snapshot prod-1: the worker died in the middle of it.');
    expect(report?.changed).toBe('two of five are moved');
  });
});
