import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Bot, channels, createBot, startedRun } from '../bot.ts';
import { people } from '../people.ts';

let bot: Bot;
beforeEach(async () => {
  bot = await createBot();
});
afterEach(() => bot.done());

async function aRun(cluster = 'prod-1', channel = channels.prod): Promise<string> {
  const run = startedRun(await bot.types(people.alice, `/salvor snapshot ${cluster}`, { channel }));
  bot.reply();
  bot.clock.advance(60_000);
  return run.id;
}

it('says so when there are none', async () => {
  await bot.types(people.vera, '/salvor runs');
  expect(bot.reply()).toContain('There are no runs of prod-1 yet');
});

it('lists those of the channel’s cluster, newest first', async () => {
  const first = await aRun();
  await bot.runs.end(first, undefined, { state: 'done', report: { tone: 'good', title: 'saved' } });
  const second = await aRun();
  await aRun('staging', channels.staging);
  await bot.types(people.vera, '/salvor runs');
  const rows = bot.reply().match(/^r-\S+/gm);
  expect(rows).toEqual([second, first]);
});

it('hides runs of clusters a person may not look at', async () => {
  await aRun('staging', channels.staging);
  await bot.types(people.vera, '/salvor runs --cluster staging');
  expect(bot.reply()).toContain('There is no cluster "staging".');
});

it('shows one run with its steps, its log and who asked', async () => {
  const id = await aRun();
  const run = await bot.runs.begin(id, 'worker-1');
  await bot.runs.change(id, run?.attempt ?? 0, {
    steps: [
      { name: 'choose a member', state: 'complete', detail: 'cp-2, a follower' },
      { name: 'stream to S3', state: 'in_progress' },
    ],
    progress: { done: 104_857_600, total: 531_628_032, unit: 'bytes', since: bot.clock.now() },
  });
  await bot.runs.log(id, 'asked 3 members');
  await bot.types(people.vera, `/salvor runs ${id}`);
  const reply = bot.reply();
  expect(reply).toContain('snapshot prod-1 — running');
  expect(reply).toMatch(/choose a member\s+done\s+cp-2, a follower/);
  expect(reply).toContain('100 MiB of about 507 MiB');
  expect(reply).toContain('asked 3 members');
  expect(reply).toContain('U0ALICE');
});

it('answers of a run of a cluster a person may not look at as if there were none', async () => {
  const id = await aRun('staging', channels.staging);
  await bot.types(people.vera, `/salvor runs ${id}`);
  expect(bot.reply()).toBe(`[look] There is no run ${id}.\n  Next  See /salvor runs\n`);
});

it('says what to do when there is no such run', async () => {
  await bot.types(people.vera, '/salvor runs r-nothing');
  expect(bot.reply()).toContain('There is no run r-nothing.');
});

it('hides a run from whoever asked for it once their rights are gone', async () => {
  const id = await aRun();
  await bot.types({ ...people.alice, grants: [] }, `/salvor runs ${id}`);
  expect(bot.reply()).toContain(`There is no run ${id}.`);
});

it('shows what a person may see however many newer runs they may not, and all their clusters newest first', async () => {
  const prod = await aRun();
  const staging: string[] = [];
  for (let count = 0; count < 21; count += 1) {
    const id = await aRun('staging', channels.staging);
    await bot.runs.end(id, undefined, { state: 'done', report: { tone: 'good', title: 'saved' } });
    staging.unshift(id);
  }
  await bot.types(people.vera, '/salvor runs', { channel: undefined });
  expect(bot.reply().match(/^r-\S+/gm)).toEqual([prod]);
  const newest = await aRun('staging', channels.staging);
  await bot.types(people.alice, '/salvor runs', { channel: undefined });
  expect(bot.reply().match(/^r-\S+/gm)).toEqual([newest, ...staging.slice(0, 19)]);
});
