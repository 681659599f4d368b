import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { bucketOf } from '../sandbox/bucket.ts';
import { fillEtcd } from '../sandbox/fill-etcd.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { clock } from '../src/adapters/clock.ts';
import { createObjects } from '../src/adapters/objects.ts';
import { hasEnded, type RunRecord } from '../src/chatops/run.ts';
import type { Runs } from '../src/ports/runs.ts';
import { connectPatient, disconnect } from '../src/queue/redis.ts';
import { createRuns } from '../src/queue/runs.ts';
import { median, note, rounded } from './instruments/figures.ts';
import { disturb } from './soak/disturb.ts';
import { type Asked, askOn, type Person } from './soak/people.ts';

/** How long after the last command and the last disturbance all must be done and said. */
const patienceMs = 180_000;
const people: readonly Person[] = ['alice', 'bob', 'vera'];

/**
 * Three people who ask for this and that, one thing after the other, for ten minutes unless told (`--minutes`), while Redis is killed, a worker is
 * killed and Slack says 429, in turns. Lost is a command that neither became a run nor was answered, and a run that did not end or whose message does not
 * say so; twice is a command with two runs, a run with two messages, and a snapshot with two backups. `rssGrowthMb` is by how much the memory of
 * the bot and of the worker that nobody kills is more in the last fifth than in the second: the larger of both.
 */
export async function measure(flags: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const { values } = parseArgs({ args: [...flags], options: { minutes: { type: 'string', default: '10' } } });
  const minutes = Number(values.minutes);
  const directory = await mkdtemp(join(tmpdir(), 'salvor-bench-'));
  const sandbox = await startSandbox({ directory, members: 1, slack: { rateLimits: true } });
  const connection = connectPatient({ url: sandbox.redis.url });
  const runs = createRuns(connection, { clock });
  try {
    await fillEtcd(sandbox.etcd.endpoints[0] ?? '', { keys: 1000, bytes: 3_000_000 });
    const [bot, worker] = await Promise.all([sandbox.start('bot'), sandbox.start('worker')]);
    note('a bot and two workers are up');
    const until = performance.now() + minutes * 60_000;
    const memory = watchMemory([bot.pid, worker.pid]);
    const [done, ...asked] = await Promise.all([
      disturb(sandbox, until),
      ...people.map((person, nth) => askOn(sandbox, { runs, person, nth, until })),
    ]);
    note(`${asked.flat().length} commands, ${JSON.stringify(done)}`);
    const all = await ended(runs);
    await allSaid(sandbox, all);
    return {
      minutes,
      commands: asked.flat().length,
      runs: all.length,
      ...(await tally(sandbox, all, asked.flat())),
      ...memory.end(),
      ...done,
    };
  } finally {
    disconnect(connection);
    await sandbox.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function ended(runs: Runs): Promise<readonly RunRecord[]> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const all = await runs.list({ limit: 100_000 });
    if (all.every(({ state }) => hasEnded(state)) || performance.now() > deadline) return all;
    await wait(500);
  }
}

/** Root messages of a run. */
const cardsOf = ({ slack }: Sandbox, { id }: RunRecord) =>
  slack.messages('prod-1').filter((message) => JSON.stringify(message.blocks).includes(id));

/** Its message offers no more to stop it, and says when it ended. */
const isSaid = (sandbox: Sandbox, run: RunRecord): boolean => {
  const [card] = cardsOf(sandbox, run);
  return card !== undefined && !JSON.stringify(card.blocks).includes('run.cancel') && hasEnded(run.state);
};

async function allSaid(sandbox: Sandbox, all: readonly RunRecord[]): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!all.every((run) => isSaid(sandbox, run)) && performance.now() < deadline) await wait(1000);
}

async function tally(sandbox: Sandbox, all: readonly RunRecord[], asked: readonly Asked[]) {
  const unanswered = asked.filter(({ answer }) => answer === 'nothing');
  const unsaid = all.filter((run) => !isSaid(sandbox, run));
  for (const { words } of unanswered) note(`not answered: ${words}`);
  for (const { id, state, words } of unsaid) note(`not said: ${id} ${state} ${words}`);
  const more = (count: number) => Math.max(0, count - 1);
  const cards = all.reduce((sum, run) => sum + more(cardsOf(sandbox, run).length), 0);
  const doubled = [...Map.groupBy(all, ({ words }) => words).values()].reduce((sum, its) => sum + more(its.length), 0);
  const doubledBackups = await backupsTwice(sandbox, all);
  const states = Object.fromEntries(
    [...Map.groupBy(all, ({ state }) => state)].map(([state, its]) => [state, its.length]),
  );
  return { lost: unanswered.length + unsaid.length, twice: cards + doubled + doubledBackups, ...states };
}

/** Backups beyond one of each run. */
async function backupsTwice({ s3, bucket, environment }: Sandbox, all: readonly RunRecord[]): Promise<number> {
  const objects = createObjects({ main: bucketOf(s3.endpoint, bucket, environment) });
  try {
    const listed = objects.list('main', { prefix: 'etcd/prod-1/manifests/' });
    const manifests = await Array.fromAsync(listed, ({ key }) => key);
    const snapshots = all.filter(({ job, state }) => job === 'snapshot' && state === 'done');
    const counts = snapshots.map(({ id }) => manifests.filter((key) => key.includes(id)).length);
    if (counts.includes(0)) throw new Error('a snapshot that is done has no backup');
    return counts.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
  } finally {
    objects.close();
  }
}

function watchMemory(pids: readonly number[]): { end(): { readonly rssGrowthMb: number } } {
  const seen = pids.map((): number[] => []);
  const look = setInterval(() => {
    pids.forEach(async (pid, nth) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      const kb = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
      if (Number.isFinite(kb)) seen[nth]?.push((kb * 1024) / 1e6);
    });
  }, 1000);
  return {
    end() {
      clearInterval(look);
      const growth = seen.map((its) => {
        const fifth = Math.floor(its.length / 5);
        return median(its.slice(-fifth)) - median(its.slice(fifth, 2 * fifth));
      });
      return { rssGrowthMb: rounded(Math.max(...growth)) };
    },
  };
}
