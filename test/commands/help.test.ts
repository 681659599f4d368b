import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Bot, channels, createBot } from '../bot.ts';
import { people } from '../people.ts';

let bot: Bot;
beforeEach(async () => {
  bot = await createBot();
});
afterEach(() => bot.done());

it('shows an operator what may be done in this channel', async () => {
  await bot.types(people.alice, '/salvor help');
  const reply = bot.reply();
  expect(reply).toContain('What you may do here; this channel speaks of prod-1');
  expect(reply).toMatch(/\/salvor snapshot <cluster>.*save etcd to S3, now$/m);
});

it('does not show a viewer what only operators may do', async () => {
  await bot.types(people.vera, '/salvor');
  const reply = bot.reply();
  expect(reply).not.toContain('snapshot');
  expect(reply).not.toContain('cancel');
  expect(reply).toContain('/salvor runs');
});

it('names every cluster a person may act on where the channel is bound to none', async () => {
  await bot.types(people.alice, '/salvor help', { channel: undefined });
  expect(bot.reply()).toMatch(/\/salvor snapshot <cluster>.*prod-1, staging$/m);
  await bot.types(people.alice, '/salvor help', { channel: undefined });
  expect(bot.reply()).toMatch(/\/salvor runs .*yours$/m);
});

it('says of a command that anybody may use what it is used on', async () => {
  await bot.types(people.vera, '/salvor help runs');
  expect(bot.reply()).toContain('You may use it on  what you may see');
});

it('does not offer on one cluster what a person may do on another', async () => {
  await bot.types(people.otto, '/salvor help', { channel: channels.prod });
  expect(bot.reply()).not.toContain('snapshot');
});

it('says what can be said in the thread of a run, to those who may', async () => {
  await bot.types(people.alice, '/salvor help');
  expect(bot.reply()).toMatch(/@salvor logs .*its log\n@salvor cancel .*stop it$/m);
  await bot.types(people.vera, '/salvor help');
  const reply = bot.reply();
  expect(reply).toContain('@salvor logs');
  expect(reply).not.toContain('@salvor cancel');
  await bot.types(people.vera, '/salvor help logs');
  expect(bot.reply()).toBe('@salvor logs: its log\n  Next  Say it in the thread of the run that you mean.\n');
  await bot.types(people.vera, '/salvor help cancel');
  expect(bot.reply()).toContain('/salvor cancel <run>');
});

it('says how files are given to a command that takes them', async () => {
  await bot.types(people.vera, '/salvor help upgrade');
  expect(bot.reply()).toMatch(/With files +attached to a message that mentions me, .*; in a terminal by --manifests$/m);
  await bot.types(people.vera, '/salvor help leaders');
  expect(bot.reply()).not.toContain('files');
});

it('explains one command with its usage and examples', async () => {
  await bot.types(people.vera, '/salvor help snapshot');
  const reply = bot.reply();
  expect(reply).toContain('/salvor snapshot <cluster> [--reason <text>]');
  expect(reply).toContain('You may use it on  no cluster');
});

it('asks whether a mistyped topic was meant', async () => {
  await bot.types(people.alice, '/salvor help snapshto');
  expect(bot.reply()).toContain('Did you mean this? /salvor help snapshot\n');
});
