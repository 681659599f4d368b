import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { SalvorProcess } from '../../sandbox/salvor.ts';
import type { RunRecord } from '../../src/chatops/run.ts';
import { createOutbox } from '../../src/queue/outbox.ts';
import { connectPatient, type RedisConnection } from '../../src/queue/redis.ts';
import { nextTimes, openTicks, tickId } from '../../src/queue/schedules.ts';
import { channel, startWorld, type World } from './world.ts';

let world: World;
let bot: SalvorProcess;
let worker: SalvorProcess;
let redis: RedisConnection;

// Far away, so that it comes only when a test says so.
const yearly = { job: 'snapshot', clusters: ['prod-1'], cron: '0 0 1 1 *', timezone: 'Europe/Berlin' };

beforeAll(async () => {
  world = await startWorld({ schedules: { yearly } });
  redis = connectPatient({ url: world.redis.url });
  [bot, worker] = await Promise.all([world.start('bot'), world.start('worker')]);
});
afterAll(async () => {
  redis.disconnect();
  await world.stop();
});

/** As if the new year had come. */
async function comes(): Promise<void> {
  const queue = openTicks(redis);
  const at = (await nextTimes(redis, queue)).get('yearly/prod-1');
  if (!at) throw new Error('the schedule was not taken up');
  await (await queue.getJob(tickId('yearly/prod-1', at)))?.promote();
  await queue.close();
}

const count = async () => (await world.runs.list({ limit: 100 })).length;

/** The run that came after `before` others, once it has ended. */
async function endedNext(before: number): Promise<RunRecord> {
  const run = await vi.waitFor(
    async () => {
      // One look: between two of them the run may come, and the one before it be taken for it.
      const runs = await world.runs.list({ limit: 100 });
      const [newest] = runs;
      if (!newest || runs.length === before) throw new Error('nothing has come yet');
      return newest;
    },
    { timeout: 30_000, interval: 50 },
  );
  return world.ended(run.id);
}

async function runsOnce(): Promise<RunRecord> {
  const before = await count();
  await comes();
  return endedNext(before);
}

/** What the channel shows or is about to. */
async function heard(): Promise<number> {
  const { waiting } = await createOutbox(redis, { now: () => new Date() }).depth();
  return waiting + world.slack.messages(channel).length;
}

it('saves a cluster by itself, in silence', async () => {
  const run = await runsOnce();
  expect(run).toMatchObject({
    state: 'done',
    words: 'snapshot prod-1',
    actor: { kind: 'schedule', id: 'yearly', grants: [{ role: 'operator', target: 'prod-1' }] },
  });
  expect((await world.stored()).manifests).toHaveLength(1);
  expect(await heard()).toBe(0);
});

it('speaks when it fails, and when it is well again', async () => {
  world.s3.knobs.fail('PutObject', { status: 403, code: 'AccessDenied', times: 100 });
  const failed = await runsOnce();
  expect(failed.state).toBe('failed');
  await world.card(await world.until(failed.id, hasCard), /yearly \(schedule\)/);
  world.s3.knobs.clear();
  const well = await runsOnce();
  const card = await world.card(await world.until(well.id, hasCard), /is saved/);
  expect(JSON.stringify(card)).toContain('It had failed since');
  await world.thread(await world.until(well.id, hasCard), /is saved/);
  await runsOnce();
  expect(world.slack.messages(channel)).toHaveLength(2);
});

const hasCard = (run: RunRecord) => run.thread?.ts !== undefined;

it('is shown to whoever asks', async () => {
  await world.slack.types('vera', channel, '/salvor schedules');
  const shown = JSON.stringify(await world.privately('vera', /yearly/));
  expect(shown).toContain('by cron (0 0 1 1 *) in Europe/Berlin');
  expect(shown).toContain('well');
});

it('is measured, the same by every process', async () => {
  const [ofBot, ofWorker] = await Promise.all([bot, worker].map(measures));
  expect(ofBot).toEqual(ofWorker);
  expect(ofBot).toContain('salvor_schedule_failing{schedule="yearly",target="prod-1"} 0');
  expect(ofBot?.some((line) => /^salvor_snapshot_database_bytes{target="prod-1"} [1-9]/.test(line))).toBe(true);
});

async function measures({ httpPort }: SalvorProcess): Promise<readonly string[]> {
  const text = await (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text();
  return text.split('\n').filter((line) => /^salvor_(?:schedule|snapshot)_/.test(line));
}

it('comes once when a bot is back, though its time came while none was there', async () => {
  await bot.kill();
  const before = await count();
  await comes();
  bot = await world.start('bot');
  expect((await endedNext(before)).state).toBe('done');
  expect(await count()).toBe(before + 1);
});
