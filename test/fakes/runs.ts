import { endings } from '../../src/chatops/endings.ts';
import { type File, filesOf, type Report } from '../../src/chatops/report.ts';
import { hasEnded, isBadNews, pastReturn, type Run, RunRecord } from '../../src/chatops/run.ts';
import { judge, type ScheduleState, type Skip } from '../../src/chatops/schedule-state.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Outbox } from '../../src/ports/outbox.ts';
import type { Measured, Outcome, Runs, Standing } from '../../src/ports/runs.ts';

export interface FakeRuns extends Runs {
  /** Called with the id of a run that is being worked on and is to stop, as workers are told. */
  onCancel(listener: (runId: string) => void): void;
}

/** The state of runs in memory; keeps the same promises as the one in Redis, by the same contract suite. */
export function createFakeRuns(clock: Clock, outbox: Outbox): FakeRuns {
  const records = new Map<string, RunRecord>();
  const schedules = new Map<string, ScheduleState>();
  const skips = new Map<string, Skip>();
  const measured = new Map<string, Measured>();
  const hushed = new Set<string>();
  const unlisted = new Set<string>();
  const files = new Map<string, { readonly all: readonly File[]; readonly at: Date }>();
  const logs = new Map<string, { at: Date; line: string }[]>();
  const listeners: ((runId: string) => void)[] = [];

  function update(run: RunRecord, change: Partial<RunRecord>): RunRecord {
    const changed: RunRecord = { ...run, ...change };
    records.set(run.id, changed);
    return changed;
  }

  async function putCard(run: Run): Promise<void> {
    if (speaks(run)) await outbox.put(`card:${run.id}`, { kind: 'card', runId: run.id });
  }

  const speaks = (run: Run): boolean => run.thread !== undefined && !hushed.has(run.id);

  /** What an end means for the schedule of its run; answers the report as it is to be kept and said. */
  function remember({ id, schedule }: Run, outcome: Outcome): Report {
    if (!schedule) return outcome.report;
    const before = schedules.get(schedule.id) ?? {};
    const judged = judge(before, { id, says: schedule.says }, outcome, clock.now());
    schedules.set(schedule.id, judged.after);
    if (judged.speaks) hushed.delete(id);
    if (before.last && unlisted.delete(before.last.run)) records.delete(before.last.run);
    if (!judged.isListed && hushed.has(id)) unlisted.add(id);
    return judged.report;
  }

  function measure({ job, target }: Run, { state, report }: Outcome): void {
    if (state !== 'done') return;
    const before = measured.get(`${job}/${target}`) ?? { job, target, measures: {} };
    const succeeded = report.tone === 'bad' ? {} : { succeededAt: clock.now() };
    const { measures } = report;
    const found = measures ? { measures, measuredAt: clock.now() } : {};
    measured.set(`${job}/${target}`, { ...before, ...succeeded, ...found });
  }

  async function finish(run: RunRecord, outcome: Outcome): Promise<void> {
    const { state } = outcome;
    const report = remember(run, outcome);
    measure(run, outcome);
    const steps = outcome.steps ?? run.steps;
    const { file: _, moreFiles: __, ...kept } = report;
    if (run.actor.kind === 'terminal') files.set(run.id, { all: filesOf(report), at: clock.now() });
    update(run, { state, report: kept, steps, endedAt: clock.now(), note: undefined });
    await putCard(run);
    const letter = { kind: 'say', runId: run.id, report, broadcast: isLoud(run, outcome) } as const;
    if (speaks(run)) await outbox.put(`end:${run.id}`, letter);
  }

  function standing(id: string, attempt: number): Standing {
    const run = records.get(id);
    if (run?.state !== 'running' || run.attempt !== attempt) return 'lost';
    return run.cancel ? 'cancelled' : 'held';
  }

  const isQuiet = ({ schedule }: Run): boolean => schedule !== undefined && schedule.says !== 'always';
  const isLoud = (run: Run, outcome: Outcome): boolean =>
    outcome.isAloud === true || (isBadNews(outcome) && !isQuiet(run));

  /** As it comes back from Redis: through JSON and its schema. */
  const copy = (run: RunRecord): RunRecord => RunRecord.parse(JSON.parse(JSON.stringify(run)));
  const newestFirst = () =>
    [...records.values()].sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1));

  return {
    onCancel: (listener) => void listeners.push(listener),

    async admit(run) {
      const same = records.get(run.id);
      if (same) return { kind: 'repeated', run: copy(same) };
      const isOpen = (other: RunRecord) => !hasEnded(other.state);
      const holder = newestFirst().find((other) => run.lock !== undefined && other.lock === run.lock && isOpen(other));
      if (holder && run.schedule && run.actor.kind === 'schedule')
        skips.set(run.schedule.id, { at: run.createdAt, run: holder.id });
      if (holder) return { kind: 'busy', run: copy(holder) };
      if (run.thread && isQuiet(run)) hushed.add(run.id);
      records.set(run.id, { ...run, state: 'queued', attempt: 0, handovers: 0, steps: [] });
      await putCard(run);
      return { kind: 'admitted' };
    },

    async find(id) {
      const run = records.get(id);
      return run && copy(run);
    },

    async list({ target, limit }) {
      const listed = newestFirst().filter(({ id }) => !unlisted.has(id));
      const asked = listed.filter((run) => target === undefined || run.target === target);
      return asked.slice(0, limit).map(copy);
    },

    async *open() {
      yield newestFirst()
        .filter((run) => !hasEnded(run.state))
        .reverse()
        .map(copy);
    },

    async address(id, thread) {
      const run = records.get(id);
      if (!run?.thread || hushed.has(id) || run.thread.ts !== undefined || run.thread.root !== undefined) return false;
      update(run, { thread: { ...run.thread, ts: thread.ts } });
      return true;
    },

    async rootDeleted(id, gone, anew) {
      const run = records.get(id);
      if (run?.thread?.ts === undefined || run.thread.ts !== gone) return false;
      const { channel } = run.thread;
      update(run, { thread: anew === undefined ? { channel, root: 'gone' } : { channel, ts: anew, root: 'anew' } });
      return true;
    },

    async begin(id, worker) {
      const run = records.get(id);
      if (!run || hasEnded(run.state)) return undefined;
      const startedAt = run.startedAt ?? clock.now();
      const cleared = { note: undefined, progress: undefined };
      const begun = update(run, { state: 'running', attempt: run.attempt + 1, worker, startedAt, ...cleared });
      await putCard(run);
      return copy(begun);
    },

    standing: async (id, attempt) => standing(id, attempt),

    async change(id, attempt, change) {
      const run = records.get(id);
      const stands = standing(id, attempt);
      if (!run || stands === 'lost') return 'lost';
      const over = change.steps && !change.progress ? { progress: undefined } : {};
      update(run, { ...change, ...over, note: undefined });
      await putCard(run);
      return stands;
    },

    async requeue(id, attempt, { note, handover, steps }) {
      const run = records.get(id);
      if (!run || standing(id, attempt) === 'lost') return false;
      const handovers = run.handovers + (handover ? 1 : 0);
      const cleared = { worker: undefined, progress: undefined };
      update(run, { state: 'queued', note, handovers, steps: steps ?? run.steps, ...cleared });
      await putCard(run);
      return true;
    },

    async note({ id, state, attempt }, text) {
      const run = records.get(id);
      if (!run || hasEnded(state) || run.state !== state || run.attempt !== attempt || run.note === text) return false;
      update(run, { note: text });
      hushed.delete(id);
      await putCard(run);
      return true;
    },

    async end(id, attempt, outcome) {
      const run = records.get(id);
      if (!run || hasEnded(run.state)) return false;
      if (attempt !== undefined && standing(id, attempt) === 'lost') return false;
      await finish(run, outcome);
      return true;
    },

    async log(id, line) {
      const lines = [...(logs.get(id) ?? []), { at: clock.now(), line }];
      logs.set(id, lines.slice(-500));
    },
    logs: async (id) => logs.get(id) ?? [],
    async files(id) {
      const kept = files.get(id);
      return kept && clock.now().getTime() - kept.at.getTime() < 600_000 ? kept.all : [];
    },

    async cancel(id, by, actorId) {
      const run = records.get(id);
      if (!run || hasEnded(run.state) || run.memory?.[pastReturn] !== undefined) return false;
      const wished = update(run, { cancel: run.cancel ?? { by, id: actorId, at: clock.now() } });
      if (run.state === 'queued') {
        const report = endings.cancelled({ ...run, attempt: 0 }, by);
        await finish(wished, { state: 'cancelled', report });
      } else {
        await putCard(run);
        for (const listener of listeners) listener(id);
      }
      return true;
    },

    async scheduled() {
      const ids = new Set([...schedules.keys(), ...skips.keys()]);
      return new Map(
        [...ids].map((id) => {
          const skipped = skips.get(id);
          return [id, { ...schedules.get(id), ...(skipped ? { skipped } : {}) }];
        }),
      );
    },
    measured: async () => [...measured.values()],
  };
}
