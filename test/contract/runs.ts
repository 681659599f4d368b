import { beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/chatops/access.ts';
import { pastReturn, type Run, type Step } from '../../src/chatops/run.ts';
import type { Outbox } from '../../src/ports/outbox.ts';
import type { Outcome, Runs } from '../../src/ports/runs.ts';
import type { FakeClock } from '../fakes/clock.ts';

export interface RunsUnderTest {
  readonly runs: Runs;
  readonly outbox: Outbox;
  readonly clock: FakeClock;
}

let created = 0;

/** A run as `admit` makes it. */
export function aRun(change: Partial<Run> = {}): Run {
  created += 1;
  return {
    id: `r-test${created}x`,
    job: 'snapshot',
    payload: { cluster: 'prod-1' },
    target: 'prod-1',
    site: 'here',
    queue: 'write',
    actor: { kind: 'person', id: 'U1', name: 'Alice', grants: [{ role: 'operator', target: 'prod-1' }] },
    words: 'snapshot prod-1',
    thread: { channel: 'C1' },
    createdAt: new Date('2026-03-01T09:00:00Z'),
    ...change,
  };
}

const done: Outcome = { state: 'done', report: { tone: 'good', title: 'Saved' } };
const failed: Outcome = { state: 'failed', report: { tone: 'bad', title: 'Not saved', changed: 'nothing' } };
const steps: readonly Step[] = [{ name: 'stream', state: 'in_progress', startedAt: new Date('2026-03-01T09:00:01Z') }];

/** What every keeper of runs promises. `setUp` answers an empty one each time. */
export function runsContract(name: string, setUp: () => Promise<RunsUnderTest>): void {
  describe(`runs: ${name}`, () => {
    let runs: Runs;
    let outbox: Outbox;
    let clock: FakeClock;

    beforeEach(async () => {
      ({ runs, outbox, clock } = await setUp());
    });

    /** All letters that wait, taken out. */
    async function letters(): Promise<string[]> {
      const ids: string[] = [];
      clock.advance(10_000);
      for (let claim = await outbox.claim(60_000); claim; claim = await outbox.claim(60_000)) {
        ids.push(claim.id);
        await outbox.sent(claim);
      }
      return ids.sort();
    }

    async function running(change: Partial<Run> = {}): Promise<Run> {
      const run = aRun(change);
      await runs.admit(run);
      await runs.begin(run.id, 'w1');
      return run;
    }

    it('does not know a run that nobody asked for', async () => {
      expect(await runs.find('r-none')).toBeUndefined();
      expect(await runs.begin('r-none', 'w1')).toBeUndefined();
      expect(await runs.standing('r-none', 1)).toBe('lost');
      expect(await runs.change('r-none', 1, { steps })).toBe('lost');
      expect(await runs.end('r-none', undefined, done)).toBe(false);
      expect(await runs.cancel('r-none', 'Bob')).toBe(false);
      expect(await runs.note({ id: 'r-none', state: 'queued', attempt: 0 }, 'waits')).toBe(false);
      expect(await runs.address('r-none', { channel: 'C1', ts: '1.1' })).toBe(false);
    });

    it('keeps what was asked, as it was asked', async () => {
      const run = aRun({ lock: 'etcd/prod-1' });
      expect(await runs.admit(run)).toEqual({ kind: 'admitted' });
      expect(await runs.find(run.id)).toEqual({ ...run, state: 'queued', attempt: 0, handovers: 0, steps: [] });
    });

    it('admits the same request once, and answers how far it is', async () => {
      const run = await running();
      const admission = await runs.admit(run);
      expect(admission).toMatchObject({ kind: 'repeated', run: { id: run.id, state: 'running', attempt: 1 } });
    });

    it('answers with the run that holds the lock', async () => {
      const first = aRun({ lock: 'etcd/prod-1' });
      const second = aRun({ lock: 'etcd/prod-1' });
      await runs.admit(first);
      expect(await runs.admit(second)).toMatchObject({ kind: 'busy', run: { id: first.id, state: 'queued' } });
      expect(await runs.find(second.id)).toBeUndefined();
    });

    it('frees the lock when its run ends', async () => {
      const first = await running({ lock: 'etcd/prod-1' });
      await runs.end(first.id, 1, failed);
      expect(await runs.admit(aRun({ lock: 'etcd/prod-1' }))).toEqual({ kind: 'admitted' });
    });

    it('lets different locks and no locks go on side by side', async () => {
      await runs.admit(aRun({ lock: 'etcd/prod-1' }));
      expect(await runs.admit(aRun({ lock: 'etcd/prod-2' }))).toEqual({ kind: 'admitted' });
      expect(await runs.admit(aRun())).toEqual({ kind: 'admitted' });
      expect(await runs.admit(aRun())).toEqual({ kind: 'admitted' });
    });

    it('lists newest first, of one cluster and of all, no more than asked for', async () => {
      const at = (minute: number) => new Date(Date.UTC(2026, 2, 1, 9, minute));
      const first = aRun({ createdAt: at(1) });
      const second = aRun({ createdAt: at(2), target: 'prod-2' });
      const third = aRun({ createdAt: at(3) });
      for (const run of [second, third, first]) await runs.admit(run);
      const ids = async (options: { target?: string; limit: number }) =>
        (await runs.list(options)).map((run) => run.id);
      expect(await ids({ limit: 10 })).toEqual([third.id, second.id, first.id]);
      expect(await ids({ limit: 10, target: 'prod-1' })).toEqual([third.id, first.id]);
      expect(await ids({ limit: 1, target: 'prod-1' })).toEqual([third.id]);
      expect(await ids({ limit: 10, target: 'prod-9' })).toEqual([]);
    });

    it('knows which runs have not ended, oldest first', async () => {
      const older = aRun({ createdAt: new Date('2026-03-01T08:00:00Z') });
      const newer = await running();
      const over = await running();
      await runs.admit(older);
      await runs.end(over.id, 1, done);
      expect((await Array.fromAsync(runs.open())).flat().map((run) => run.id)).toEqual([older.id, newer.id]);
    });

    it('takes the address of the root message once', async () => {
      const run = await running();
      expect(await runs.address(run.id, { channel: 'C1', ts: '1.1' })).toBe(true);
      expect(await runs.address(run.id, { channel: 'C1', ts: '2.2' })).toBe(false);
      expect((await runs.find(run.id))?.thread).toEqual({ channel: 'C1', ts: '1.1' });
    });

    it('remembers that its root message was deleted, and which took its place', async () => {
      const run = await running();
      await runs.address(run.id, { channel: 'C1', ts: '1.1' });
      expect(await runs.rootDeleted(run.id, '1.1', '2.2')).toBe(true);
      expect((await runs.find(run.id))?.thread).toEqual({ channel: 'C1', ts: '2.2', root: 'anew' });
      expect(await runs.rootDeleted(run.id, '1.1', '3.3')).toBe(false);
      expect((await runs.find(run.id))?.thread?.ts).toBe('2.2');
    });

    it('takes no root message any more once it is gone for good', async () => {
      const run = await running();
      await runs.address(run.id, { channel: 'C1', ts: '1.1' });
      expect(await runs.rootDeleted(run.id, '1.1')).toBe(true);
      expect(await runs.rootDeleted(run.id, '1.1')).toBe(false);
      expect(await runs.address(run.id, { channel: 'C1', ts: '2.2' })).toBe(false);
      expect((await runs.find(run.id))?.thread).toEqual({ channel: 'C1', root: 'gone' });
    });

    it('counts attempts, and remembers when the first began and which worker has it', async () => {
      const run = await running();
      const startedAt = clock.now();
      clock.advance(60_000);
      const again = await runs.begin(run.id, 'w2');
      expect(again).toMatchObject({ state: 'running', attempt: 2, worker: 'w2', startedAt });
    });

    it('fences off the attempt before', async () => {
      const run = await running();
      await runs.begin(run.id, 'w2');
      const before = await runs.find(run.id);
      expect(await runs.standing(run.id, 1)).toBe('lost');
      expect(await runs.change(run.id, 1, { steps })).toBe('lost');
      expect(await runs.requeue(run.id, 1, { note: 'again', handover: false })).toBe(false);
      expect(await runs.end(run.id, 1, done)).toBe(false);
      expect(await runs.find(run.id)).toEqual(before);
      expect(await runs.standing(run.id, 2)).toBe('held');
    });

    it('changes how far a run is', async () => {
      const run = await running();
      const progress = { done: 5, total: 10, unit: 'bytes', since: clock.now() };
      expect(await runs.change(run.id, 1, { steps, progress })).toBe('held');
      expect(await runs.find(run.id)).toMatchObject({ steps, progress });
    });

    it('forgets the progress of a step once another one is under way', async () => {
      const run = await running();
      await runs.change(run.id, 1, { steps, progress: { done: 10, total: 10, unit: 'bytes', since: clock.now() } });
      await runs.change(run.id, 1, { memory: {} });
      expect((await runs.find(run.id))?.progress).toBeDefined();
      await runs.change(run.id, 1, { steps });
      expect((await runs.find(run.id))?.progress).toBeUndefined();
    });

    it('keeps what one attempt wants the next to know, for whoever holds the run', async () => {
      const run = await running();
      expect(await runs.change(run.id, 1, { memory: { 'etcd-2': 'sent bad bytes' } })).toBe('held');
      await runs.requeue(run.id, 1, { note: 'again', handover: false });
      expect(await runs.begin(run.id, 'w-2')).toMatchObject({ attempt: 2, memory: { 'etcd-2': 'sent bad bytes' } });
      expect(await runs.change(run.id, 1, { memory: {} })).toBe('lost');
      // Nobody gives it back: this worker died.
      expect(await runs.begin(run.id, 'w-3')).toMatchObject({ attempt: 3, memory: { 'etcd-2': 'sent bad bytes' } });
    });

    it('puts a run back to be tried again, saying why, and clears that when it is taken', async () => {
      const run = await running();
      await runs.change(run.id, 1, { progress: { done: 5, total: 10, unit: 'bytes', since: clock.now() } });
      expect(await runs.requeue(run.id, 1, { note: 'attempt 2 of 3 in 10 s', handover: false, steps })).toBe(true);
      const queued = await runs.find(run.id);
      expect(queued).toMatchObject({
        state: 'queued',
        note: 'attempt 2 of 3 in 10 s',
        attempt: 1,
        handovers: 0,
        steps,
      });
      expect(queued?.worker).toBeUndefined();
      expect(queued?.progress).toBeUndefined();
      expect(await runs.standing(run.id, 1)).toBe('lost');
      expect((await runs.begin(run.id, 'w2'))?.note).toBeUndefined();
    });

    it('counts handovers apart from tries', async () => {
      const run = await running();
      await runs.requeue(run.id, 1, { note: 'the worker stops', handover: true });
      expect(await runs.find(run.id)).toMatchObject({ attempt: 1, handovers: 1 });
    });

    it('notes once why a queued run waits, and not of a run that was begun meanwhile', async () => {
      const { id } = aRun();
      await runs.admit(aRun({ id }));
      const queued = { id, state: 'queued', attempt: 0 } as const;
      expect(await runs.note(queued, 'no worker is there')).toBe(true);
      expect(await runs.note(queued, 'no worker is there')).toBe(false);
      expect((await runs.find(id))?.note).toBe('no worker is there');
      await runs.begin(id, 'w1');
      expect(await runs.note(queued, 'no worker is there')).toBe(false);
      expect((await runs.find(id))?.note).toBeUndefined();
    });

    it('notes that nobody works on a running run, until its worker speaks or another begins', async () => {
      const { id } = await running();
      const read = { id, state: 'running', attempt: 1 } as const;
      expect(await runs.note(read, 'its worker is silent')).toBe(true);
      expect((await runs.find(id))?.note).toBe('its worker is silent');
      await runs.change(id, 1, { steps });
      expect((await runs.find(id))?.note).toBeUndefined();
      expect(await runs.note(read, 'its worker is silent')).toBe(true);
      expect((await runs.begin(id, 'w2'))?.note).toBeUndefined();
      expect(await runs.note(read, 'its worker is silent')).toBe(false);
    });

    it('notes nothing of a run that was put back meanwhile, nor of one that has ended', async () => {
      const { id } = await running();
      await runs.requeue(id, 1, { note: 'the worker stops', handover: true });
      expect(await runs.note({ id, state: 'running', attempt: 1 }, 'its worker is silent')).toBe(false);
      expect((await runs.find(id))?.note).toBe('the worker stops');
      await runs.begin(id, 'w2');
      await runs.end(id, 2, done);
      expect(await runs.note({ id, state: 'done', attempt: 2 }, 'its worker is silent')).toBe(false);
    });

    it('keeps who asked a run to stop, by id and not by name alone', async () => {
      const run = await running();
      const at = clock.now();
      await runs.cancel(run.id, 'Bob', 'U0BOB');
      expect((await runs.find(run.id))?.cancel).toEqual({ by: 'Bob', id: 'U0BOB', at });
    });

    it('ends a run once', async () => {
      const run = await running();
      const endedAt = clock.now();
      expect(await runs.end(run.id, 1, { ...done, steps })).toBe(true);
      clock.advance(1000);
      expect(await runs.end(run.id, 1, failed)).toBe(false);
      expect(await runs.end(run.id, undefined, failed)).toBe(false);
      expect(await runs.begin(run.id, 'w2')).toBeUndefined();
      expect(await runs.cancel(run.id, 'Bob')).toBe(false);
      expect(await runs.find(run.id)).toMatchObject({ state: 'done', report: done.report, steps, endedAt });
    });

    it('ends a run whoever holds it when nobody in particular asks', async () => {
      const run = await running();
      expect(await runs.end(run.id, undefined, failed)).toBe(true);
      expect(await runs.standing(run.id, 1)).toBe('lost');
    });

    it('ends a queued run at once when it is cancelled', async () => {
      const run = aRun({ lock: 'etcd/prod-1' });
      await runs.admit(run);
      expect(await runs.cancel(run.id, 'Bob')).toBe(true);
      expect(await runs.find(run.id)).toMatchObject({
        state: 'cancelled',
        report: { title: 'snapshot prod-1: stopped by Bob before it started.', changed: 'nothing' },
      });
      expect(await runs.admit(aRun({ lock: 'etcd/prod-1' }))).toEqual({ kind: 'admitted' });
    });

    it('asks no run to stop that remembers that it is past its point of no return, and one look decides', async () => {
      const run = await running();
      expect(await runs.change(run.id, 1, { memory: { [pastReturn]: 'Start API servers' } })).toBe('held');
      expect(await runs.cancel(run.id, 'Bob')).toBe(false);
      expect(await runs.standing(run.id, 1)).toBe('held');
      const other = await running();
      expect(await runs.cancel(other.id, 'Bob')).toBe(true);
      expect(await runs.change(other.id, 1, { memory: { [pastReturn]: 'Start API servers' } })).toBe('cancelled');
    });

    it('asks a running run to stop, in the name of the first who asked', async () => {
      const run = await running();
      expect(await runs.cancel(run.id, 'Bob')).toBe(true);
      expect(await runs.cancel(run.id, 'Carol')).toBe(true);
      expect(await runs.standing(run.id, 1)).toBe('cancelled');
      expect(await runs.change(run.id, 1, { steps })).toBe('cancelled');
      expect(await runs.find(run.id)).toMatchObject({ state: 'running', cancel: { by: 'Bob' }, steps });
      expect(await runs.end(run.id, 1, { state: 'cancelled', report: { tone: 'neutral', title: 'Stopped' } })).toBe(
        true,
      );
    });

    it('keeps the last 500 lines of the log in their order', async () => {
      const run = await running();
      for (let line = 1; line <= 503; line += 1) await runs.log(run.id, `line ${line}`);
      const logs = await runs.logs(run.id);
      expect(logs).toHaveLength(500);
      expect(logs[0]).toEqual({ at: clock.now(), line: 'line 4' });
      expect(logs[499]?.line).toBe('line 503');
      expect(await runs.logs('r-none')).toEqual([]);
    });

    it('promises the card with every change that people see', async () => {
      const run = aRun();
      const card = [`card:${run.id}`];
      await runs.admit(run);
      expect(await letters()).toEqual(card);
      await runs.begin(run.id, 'w1');
      expect(await letters()).toEqual(card);
      await runs.change(run.id, 1, { steps });
      expect(await letters()).toEqual(card);
      await runs.requeue(run.id, 1, { note: 'again', handover: false });
      expect(await letters()).toEqual(card);
      await runs.note({ id: run.id, state: 'queued', attempt: 1 }, 'no worker is there');
      expect(await letters()).toEqual(card);
      await runs.begin(run.id, 'w2');
      await runs.cancel(run.id, 'Bob');
      expect(await letters()).toEqual(card);
    });

    it('promises nothing for what changed nothing', async () => {
      const run = await running();
      await runs.end(run.id, 1, done);
      await letters();
      await runs.admit(run);
      await runs.change(run.id, 1, { steps });
      await runs.end(run.id, 1, done);
      await runs.cancel(run.id, 'Bob');
      expect(await letters()).toEqual([]);
    });

    it('promises the card and the answer when a run ends, aloud when it failed or found something bad', async () => {
      const foundBad = { state: 'done', report: { tone: 'bad', title: 'No backup to rely on' } } as const;
      for (const [outcome, broadcast] of [
        [done, false],
        [failed, true],
        [foundBad, true],
      ] as const) {
        const run = await running();
        await runs.end(run.id, 1, outcome);
        const claim = await outbox.claimOne(`end:${run.id}`, 1000);
        expect(claim?.letter).toEqual({
          kind: 'say',
          runId: run.id,
          report: outcome.report,
          broadcast,
        });
        expect(await letters()).toContain(`card:${run.id}`);
      }
    });

    it('promises a file with the answer, and keeps none with the run', async () => {
      const run = await running();
      const file = { name: 'a.png', title: 'A picture', base64: 'aaaa' };
      await runs.end(run.id, 1, { ...done, report: { ...done.report, file } });
      const claim = await outbox.claimOne(`end:${run.id}`, 1000);
      expect(claim?.letter).toMatchObject({ report: { file } });
      expect((await runs.find(run.id))?.report).toEqual(done.report);
    });

    it('keeps the files of what was asked for in a terminal for a while, and of nothing else', async () => {
      const [file, other] = ['a.md', 'a.json'].map((name) => ({ name, title: name, base64: 'aaaa' }));
      const outcome: Outcome = { ...done, report: { ...done.report, file, moreFiles: other ? [other] : [] } };
      const run = await running({ actor: { kind: 'terminal', id: 'U1', name: 'Alice', grants: [] } });
      expect(await runs.files(run.id)).toEqual([]);
      await runs.end(run.id, 1, outcome);
      expect(await runs.files(run.id)).toEqual([file, other]);
      expect((await runs.find(run.id))?.report).toEqual(done.report);
      const inSlack = await running();
      await runs.end(inSlack.id, 1, outcome);
      expect(await runs.files(inSlack.id)).toEqual([]);
    });

    it('remembers under which message of a person a run is answered', async () => {
      const run = await running({ thread: { channel: 'C1', under: '1.000001' } });
      await runs.address(run.id, { channel: 'C1', ts: '1.000002' });
      expect((await runs.find(run.id))?.thread).toEqual({ channel: 'C1', under: '1.000001', ts: '1.000002' });
    });

    it('promises the answer of a run that was cancelled before it began', async () => {
      const run = aRun();
      await runs.admit(run);
      await runs.cancel(run.id, 'Bob');
      expect(await letters()).toEqual([`card:${run.id}`, `end:${run.id}`]);
    });

    it('promises nothing to a run that speaks in no channel', async () => {
      const { thread: _, ...run } = aRun();
      await runs.admit(run);
      await runs.begin(run.id, 'w1');
      await runs.end(run.id, 1, failed);
      expect(await letters()).toEqual([]);
      expect(await runs.address(run.id, { channel: 'C1', ts: '1.1' })).toBe(false);
    });

    describe('of a schedule', () => {
      const schedule = { id: 'often/prod-1', says: 'failures' } as const;
      const actor: Actor = { kind: 'schedule', id: 'often', name: 'often', grants: [] };
      const stale: Outcome = { state: 'done', report: { tone: 'bad', title: 'Too old', measures: { ageSeconds: 5 } } };

      async function known(id: string = schedule.id) {
        return (await runs.scheduled()).get(id);
      }

      it('says nothing while all is well', async () => {
        const run = await running({ schedule });
        await runs.change(run.id, 1, { steps });
        expect(await runs.address(run.id, { channel: 'C1', ts: '1.1' })).toBe(false);
        await runs.end(run.id, 1, done);
        expect(await letters()).toEqual([]);
        expect((await runs.find(run.id))?.schedule).toEqual(schedule);
      });

      it('says that it failed, with its card, and calls nobody twice to it', async () => {
        const run = await running({ schedule });
        await runs.end(run.id, 1, failed);
        expect((await outbox.claimOne(`end:${run.id}`, 1000))?.letter).toMatchObject({ broadcast: false });
        expect(await letters()).toContain(`card:${run.id}`);
        expect(await runs.address(run.id, { channel: 'C1', ts: '1.1' })).toBe(true);
      });

      it('says when it is well again, and since when it had failed', async () => {
        const failingSince = clock.now();
        await runs.end((await running({ schedule })).id, 1, failed);
        await letters();
        const run = await running({ schedule });
        await runs.end(run.id, 1, done);
        const told = {
          label: 'Well again',
          value: ['It had failed since ', { time: failingSince.toISOString() }],
          onCard: true,
        };
        expect((await runs.find(run.id))?.report?.facts).toEqual([told]);
        expect((await outbox.claimOne(`end:${run.id}`, 1000))?.letter).toMatchObject({ report: { facts: [told] } });
        await letters();
        await runs.end((await running({ schedule })).id, 1, done);
        expect(await letters()).toEqual([]);
      });

      it('keeps what became of its runs, each schedule by itself', async () => {
        const other = { id: 'often/prod-2', says: 'failures' } as const;
        const first = clock.now();
        await runs.end((await running({ schedule })).id, 1, done);
        clock.advance(60_000);
        const bad = await running({ schedule });
        await runs.end(bad.id, 1, failed);
        expect(await known(other.id)).toBeUndefined();
        await runs.end((await running({ schedule: other })).id, 1, done);
        const at = clock.now();
        expect(await known()).toEqual({
          last: { run: bad.id, state: 'failed', title: 'Not saved', at },
          heard: { tone: 'bad', title: 'Not saved' },
          succeededAt: first,
          failingSince: at,
        });
        expect(await known(other.id)).toMatchObject({ last: { state: 'done' }, succeededAt: at });
      });

      it('speaks from the start and of everything where it is asked to', async () => {
        const run = aRun({ schedule: { ...schedule, says: 'always' } });
        await runs.admit(run);
        expect(await letters()).toEqual([`card:${run.id}`]);
        await runs.begin(run.id, 'w1');
        await runs.end(run.id, 1, done);
        expect(await letters()).toEqual([`card:${run.id}`, `end:${run.id}`]);
      });

      it('speaks of changes alone where it is asked to', async () => {
        const changes = { ...schedule, says: 'changes' } as const;
        const said: number[] = [];
        for (const outcome of [done, stale, stale, done, done]) {
          await runs.end((await running({ schedule: changes })).id, 1, outcome);
          said.push((await letters()).length);
        }
        expect(said).toEqual([0, 2, 0, 2, 0]);
      });

      it('speaks once it is stuck, and then to its end', async () => {
        const run = aRun({ schedule });
        await runs.admit(run);
        await runs.note({ id: run.id, state: 'queued', attempt: 0 }, 'no worker is there');
        expect(await letters()).toEqual([`card:${run.id}`]);
        await runs.begin(run.id, 'w1');
        await runs.end(run.id, 1, done);
        expect(await letters()).toEqual([`card:${run.id}`, `end:${run.id}`]);
      });

      it('keeps quiet about trying again', async () => {
        const run = await running({ schedule });
        await runs.requeue(run.id, 1, { note: 'again', handover: false });
        expect(await letters()).toEqual([]);
      });

      it('keeps a time that was skipped, and for which run', async () => {
        const holder = await running({ lock: 'etcd/prod-1' });
        const late = aRun({ lock: 'etcd/prod-1', schedule, actor });
        expect(await runs.admit(late)).toMatchObject({ kind: 'busy', run: { id: holder.id } });
        expect(await known()).toEqual({ skipped: { at: late.createdAt, run: holder.id } });
        expect(await letters()).toEqual([`card:${holder.id}`]);
      });

      it('is not skipped when a person tries it again', async () => {
        await running({ lock: 'etcd/prod-1' });
        expect(await runs.admit(aRun({ lock: 'etcd/prod-1', schedule }))).toMatchObject({ kind: 'busy' });
        expect(await known()).toBeUndefined();
      });

      it('is listed as any other, unless it speaks of changes alone and found none', async () => {
        const changes = { ...schedule, says: 'changes' } as const;
        const listed = async () => {
          const [all, ofCluster] = [await runs.list({ limit: 10 }), await runs.list({ limit: 10, target: 'prod-1' })];
          expect(ofCluster).toEqual(all);
          return all.map(({ id }) => id).toSorted();
        };
        const saved = await running({ schedule: { ...schedule, id: 'other/prod-1' } });
        await runs.end(saved.id, 1, done);
        const [first, second, third] = [await running({ schedule: changes }), aRun({ schedule: changes }), aRun()];
        expect(await listed()).toEqual([saved.id, first.id].toSorted());
        await runs.end(first.id, 1, done);
        expect(await listed()).toEqual([saved.id]);
        expect((await runs.find(first.id))?.state).toBe('done');
        await runs.admit(second);
        await runs.end(second.id, undefined, done);
        expect(await runs.find(first.id)).toBeUndefined();
        expect((await runs.find(second.id))?.state).toBe('done');
        await runs.admit({ ...third, schedule: changes });
        await runs.end(third.id, undefined, stale);
        expect(await listed()).toEqual([saved.id, third.id].toSorted());
      });

      it('is listed once it was stuck', async () => {
        const stuck = aRun({ schedule: { ...schedule, says: 'changes' } });
        await runs.admit(stuck);
        await runs.note({ id: stuck.id, state: 'queued', attempt: 0 }, 'no worker is there');
        await runs.end(stuck.id, undefined, done);
        expect((await runs.list({ limit: 10 })).map(({ id }) => id)).toEqual([stuck.id]);
      });

      it('is stopped by a person in silence, before it begins and after', async () => {
        const queued = aRun({ schedule });
        await runs.admit(queued);
        await runs.cancel(queued.id, 'Bob');
        expect(await known()).toMatchObject({ last: { run: queued.id, state: 'cancelled' } });
        const run = await running({ schedule });
        await runs.cancel(run.id, 'Bob');
        await runs.end(run.id, 1, { state: 'cancelled', report: { tone: 'neutral', title: 'Stopped' } });
        expect(await known()).toMatchObject({ last: { run: run.id, title: 'Stopped' } });
        expect(await letters()).toEqual([]);
      });

      it('judges the ends of runs at the same time one after the other', async () => {
        const changes = { ...schedule, says: 'changes' } as const;
        const both = await Promise.all([running({ schedule: changes }), running({ schedule: changes })]);
        await Promise.all(both.map((run) => runs.end(run.id, 1, failed)));
        expect(await letters()).toHaveLength(2);
      });
    });

    it('keeps what the last run of each job measured of each cluster, and when one last brought no bad news', async () => {
      const measuring = (bytes: number, change: Partial<Outcome['report']> = {}): Outcome => ({
        state: 'done',
        report: { tone: 'good', title: 'Saved', measures: { bytes }, ...change },
      });
      const end = async (outcome: Outcome, change: Partial<Run> = {}) =>
        runs.end((await running(change)).id, 1, outcome);
      expect(await runs.measured()).toEqual([]);
      await end(measuring(1));
      await end(measuring(2), { target: 'prod-2' });
      await end(done, { job: 'verify' });
      const succeededAt = clock.now();
      clock.advance(1000);
      const measuredAt = clock.now();
      await end(measuring(3, { tone: 'bad' }));
      await end({ ...failed, report: { ...failed.report, measures: { bytes: 4 } } });
      const byKind = (await runs.measured()).toSorted((a, b) =>
        `${a.job}/${a.target}`.localeCompare(`${b.job}/${b.target}`),
      );
      expect(byKind).toEqual([
        { job: 'snapshot', target: 'prod-1', measures: { bytes: 3 }, measuredAt, succeededAt },
        { job: 'snapshot', target: 'prod-2', measures: { bytes: 2 }, measuredAt: succeededAt, succeededAt },
        { job: 'verify', target: 'prod-1', measures: {}, succeededAt },
      ]);
    });
  });
}
