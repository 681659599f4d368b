import { z } from 'zod';
import { endings } from '../chatops/endings.ts';
import { File, filesOf, type Report } from '../chatops/report.ts';
import { hasEnded, isBadNews, type Run, type RunRecord } from '../chatops/run.ts';
import type { Clock } from '../ports/clock.ts';
import type { Letter } from '../ports/outbox.ts';
import type { Admission, Outcome, Runs, Standing } from '../ports/runs.ts';
import { keys } from './keys.ts';
import type { RedisConnection } from './redis.ts';
import { isUnreadable, parseRun, type RunHash, unreadable } from './run-hash.ts';
import { runScripts } from './run-scripts.ts';
import { type Judged, judgeEnd, measuresOf, readMeasured, readSchedules } from './schedule-states.ts';
import { asking, type ScriptAnswer } from './script.ts';

export interface RunsOptions {
  readonly clock: Clock;
  /** How long an ended run can be looked at. */
  readonly keepDays?: number;
}

const pageSize = 100;
const logLines = 500;
const lineCharacters = 2000;
const dayMs = 24 * 60 * 60 * 1000;
const keepFilesMs = 10 * 60 * 1000;

const Hash = z.array(z.string());
const AdmitAnswer = z.union([z.tuple([z.literal('admitted')]), z.tuple([z.enum(['repeated', 'busy']), Hash])]);
const StandingAnswer = z.enum(['held', 'cancelled', 'lost']);

/** Runs in Redis. Each change is one script: compared, set and promised to be said in one step. */
export function createRuns(redis: RedisConnection, options: RunsOptions): Runs {
  const keepMs = (options.keepDays ?? 30) * dayMs;
  const now = () => options.clock.now();

  const ask = (operation: string, script: keyof typeof runScripts, key: string, values: readonly (string | number)[]) =>
    asking('runs', operation, () => runScripts[script].run(redis, [key], values));

  async function find(id: string): Promise<RunRecord | undefined> {
    return asking('runs', 'find', async () => parseRun(await hashOf(redis, id)));
  }

  async function several(ids: readonly string[]): Promise<readonly RunRecord[]> {
    const found = await Promise.all(ids.map((id) => readable(redis, id)));
    return found.filter((run) => run !== undefined);
  }

  /** Ids are read first, so that a run that ends meanwhile shifts no page. */
  async function* openRuns(): AsyncGenerator<readonly RunRecord[]> {
    const ids = await asking('runs', 'open', () => redis.zrangebyscore(keys.open, '-inf', '+inf'));
    for (let at = 0; at < ids.length; at += pageSize) {
      const page = await asking('runs', 'open', () => several(ids.slice(at, at + pageSize)));
      yield page.filter((run) => !hasEnded(run.state));
    }
  }

  async function admit(run: Run): Promise<Admission> {
    const answer = await ask('admit', 'admit', keys.run(run.id), [
      run.id,
      JSON.stringify(run),
      run.job,
      run.target,
      run.lock ?? '',
      voiceOf(run),
      run.actor.kind === 'schedule' ? (run.schedule?.id ?? '') : '',
      json(run.schedule),
      run.createdAt.toISOString(),
      run.createdAt.getTime(),
      now().getTime(),
      keepMs,
    ]);
    const [kind, hash] = AdmitAnswer.parse(answer);
    const known = hash && parseRun(hash);
    return kind === 'admitted' || !known ? { kind: 'admitted' } : { kind, run: known };
  }

  /** Ends the unreadable run that holds `lock`, and fences off whoever works on it. False when a readable one holds it by now. */
  async function abandon(lock: string): Promise<boolean> {
    const holder = await asking('runs', 'admit', () => redis.get(keys.lock(lock)));
    if (holder === null) return true;
    if (await asking('runs', 'admit', () => readable(redis, holder))) return false;
    const values = [holder, lock, JSON.stringify(abandoned), now().toISOString(), keepMs];
    await ask('admit', 'abandon', keys.run(holder), values);
    return true;
  }

  /** Asks until what was known of the schedule is what was judged by. */
  async function finishing(id: string, outcome: Outcome, finish: (judged: Judged, at: Date) => Promise<ScriptAnswer>) {
    for (;;) {
      const at = now();
      const judged = await asking('runs', 'end', () => judgeEnd(redis, id, outcome, at));
      const answer = await finish(judged, at);
      if (answer !== 'again') return answer === 1;
    }
  }

  async function end(id: string, attempt: number | undefined, outcome: Outcome): Promise<boolean> {
    const { state } = outcome;
    const isSuccess = state === 'done' && outcome.report.tone !== 'bad';
    return finishing(id, outcome, ({ report, isFirstWord, values }, at) =>
      ask('end', 'finish', keys.run(id), [
        attempt ?? '',
        state,
        JSON.stringify(withoutFiles(report)),
        json(outcome.steps),
        endLetter(id, report, outcome.isAloud === true || (isBadNews(outcome) && !isFirstWord)),
        id,
        at.getTime(),
        at.toISOString(),
        keepMs,
        ...values,
        measuresOf(outcome, at),
        isSuccess ? at.toISOString() : '',
        filesOf(report).length > 0 ? JSON.stringify(filesOf(report)) : '',
        keepFilesMs,
      ]),
    );
  }

  return {
    find,
    end,

    async admit(run) {
      try {
        return await admit(run);
      } catch (error) {
        // One that cannot be read cannot be followed, cancelled or ended either: it would hold its target for ever.
        if (!(isUnreadable(error) && run.lock !== undefined && (await abandon(run.lock)))) throw error;
        return admit(run);
      }
    },

    async list({ target, limit }) {
      return asking('runs', 'list', async () => {
        const index = target === undefined ? keys.runs : keys.runsOf(target);
        return several(await redis.zrevrange(index, 0, limit - 1));
      });
    },

    open: () => openRuns(),

    async files(id) {
      return asking('runs', 'files', async () =>
        z.array(File).parse(JSON.parse((await redis.get(keys.files(id))) ?? '[]')),
      );
    },

    async address(id, thread) {
      return (await ask('address', 'address', keys.run(id), [thread.ts])) === 1;
    },

    async rootDeleted(id, gone, anew = '') {
      return (await ask('rootDeleted', 'rootDeleted', keys.run(id), [gone, anew])) === 1;
    },

    async begin(id, worker) {
      const at = now();
      const answer = await ask('begin', 'begin', keys.run(id), [worker, at.toISOString(), id, at.getTime()]);
      return parseRun(Hash.parse(answer));
    },

    async standing(id, attempt): Promise<Standing> {
      return StandingAnswer.parse(await ask('standing', 'standing', keys.run(id), [attempt]));
    },

    async change(id, attempt, change): Promise<Standing> {
      const { steps, progress, memory } = change;
      const values = [attempt, json(steps), json(progress), json(memory), id, now().getTime()];
      return StandingAnswer.parse(await ask('change', 'change', keys.run(id), values));
    },

    async requeue(id, attempt, again) {
      const handover = again.handover ? '1' : '0';
      const values = [attempt, again.note, handover, json(again.steps), id, now().getTime()];
      return (await ask('requeue', 'requeue', keys.run(id), values)) === 1;
    },

    async note({ id, state, attempt }, text) {
      return (await ask('note', 'note', keys.run(id), [state, attempt, text, id, now().getTime()])) === 1;
    },

    async log(id, line) {
      const dated = `${now().getTime()} ${line.slice(0, lineCharacters)}`;
      await ask('log', 'log', keys.log(id), [dated, logLines, keepMs]);
    },

    async logs(id) {
      return asking('runs', 'logs', async () => (await redis.lrange(keys.log(id), 0, -1)).map(logLine));
    },

    async cancel(id, by, actorId) {
      const run = await find(id);
      if (!run) return false;
      const report = endings.cancelled({ ...run, attempt: 0 }, by);
      return finishing(id, { state: 'cancelled', report }, ({ values }, at) =>
        ask('cancel', 'cancel', keys.run(id), [
          JSON.stringify({ by, id: actorId, at }),
          JSON.stringify(report),
          endLetter(id, report, false),
          id,
          at.getTime(),
          at.toISOString(),
          keepMs,
          ...values,
        ]),
      );
    },

    scheduled: () => asking('runs', 'scheduled', () => readSchedules(redis)),
    measured: () => asking('runs', 'measured', () => readMeasured(redis)),
  };
}

/** Whether a run speaks in its channel: from the start, or only when there is something to say; empty where it has none. */
function voiceOf({ thread, schedule }: Run): 'speaks' | 'hushed' | '' {
  if (!thread) return '';
  return schedule === undefined || schedule.says === 'always' ? 'speaks' : 'hushed';
}

async function hashOf(redis: RedisConnection, id: string): Promise<RunHash> {
  try {
    return Object.entries(await redis.hgetall(keys.run(id))).flat();
  } catch (error) {
    throw error instanceof Error && error.message.startsWith('WRONGTYPE') ? unreadable(error) : error;
  }
}

/** One run that another version wrote, or that is no run at all, must not hide all others. */
async function readable(redis: RedisConnection, id: string): Promise<RunRecord | undefined> {
  try {
    return parseRun(await hashOf(redis, id));
  } catch (error) {
    if (isUnreadable(error)) return undefined;
    throw error;
  }
}

const abandoned = {
  tone: 'bad',
  title: 'This run was recorded in a way Salvor does not understand.',
  text: 'It was given up so that what it held is free again. What it changed is not known.',
} satisfies Report;

/** Its letter carries it; kept for a month with each run, pictures would fill Redis. */
function withoutFiles({ file: _, moreFiles: __, ...report }: Report): Report {
  return report;
}

function endLetter(id: string, report: Report, broadcast: boolean): string {
  return JSON.stringify({ kind: 'say', runId: id, report, broadcast } satisfies Letter);
}

const json = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value));

function logLine(dated: string): { readonly at: Date; readonly line: string } {
  const gap = dated.indexOf(' ');
  return { at: new Date(Number(dated.slice(0, gap))), line: dated.slice(gap + 1) };
}
