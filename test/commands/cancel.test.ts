import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Bot, createBot, startedRun } from '../bot.ts';
import { people } from '../people.ts';

let bot: Bot;
let id: string;
beforeEach(async () => {
  bot = await createBot();
  id = startedRun(await bot.types(people.alice, '/salvor snapshot prod-1')).id;
  bot.reply();
});
afterEach(() => bot.done());

it('ends a run that had not started, at once', async () => {
  await bot.types(people.alice, `/salvor cancel ${id}`);
  expect(bot.reply()).toContain('It had not started.');
  expect(await bot.runs.find(id)).toMatchObject({ state: 'cancelled', cancel: { by: 'Alice', id: 'U0ALICE' } });
  await bot.types(people.vera, `/salvor runs ${id}`);
  expect(bot.reply()).toContain('Alice (U0ALICE)');
});

it('asks a run that is under way to stop', async () => {
  const told: string[] = [];
  bot.runs.onCancel((run) => told.push(run));
  await bot.runs.begin(id, 'worker-1');
  await bot.types(people.alice, `/salvor cancel ${id}`);
  expect(bot.reply()).toContain('It stops at its next safe place');
  expect(told).toEqual([id]);
});

it('does nothing to a run that has ended, and says so', async () => {
  await bot.runs.end(id, undefined, { state: 'done', report: { tone: 'good', title: 'saved' } });
  await bot.types(people.alice, `/salvor cancel ${id}`);
  expect(bot.reply()).toContain('has already ended');
  expect((await bot.runs.find(id))?.state).toBe('done');
});

it.each([
  ['a viewer', people.vera],
  ['an approver', people.bob],
])('refuses %s', async (_, actor) => {
  await bot.types(actor, `/salvor cancel ${id}`);
  expect(bot.reply()).toContain('This takes the operator right on prod-1');
  expect((await bot.runs.find(id))?.state).toBe('queued');
});

it.each([
  ['an operator of another cluster', people.otto],
  ['somebody without rights', people.eve],
  ['whoever asked for it, once their rights are gone', { ...people.alice, grants: [] }],
])('does not even tell %s that there is such a run', async (_, actor) => {
  await bot.types(actor, `/salvor cancel ${id}`);
  expect(bot.reply()).toContain(`There is no run ${id}.`);
  expect((await bot.runs.find(id))?.state).toBe('queued');
});

it('lets whoever asked for a run stop it while they may still look', async () => {
  const grants = [{ role: 'viewer', target: 'prod-1' } as const];
  await bot.types({ ...people.alice, grants }, `/salvor cancel ${id}`);
  expect(bot.reply()).toContain('It had not started.');
});
