import { afterEach, beforeEach, expect, it } from 'vitest';
import { mustNotBeHeldBack } from '../../src/chatops/held-back.ts';
import { type Bot, channels, createBot } from '../bot.ts';
import { people } from '../people.ts';

let bot: Bot;
beforeEach(async () => {
  bot = await createBot();
});
afterEach(() => bot.done());

it('holds back everything that changes the cluster, says so, and is on record', async () => {
  await bot.types(people.alice, '/salvor freeze on prod-1 --reason "the auditors are here"');
  expect(bot.reply()).toContain('prod-1 is frozen: nothing that changes it begins.');
  const held = (queue: 'read' | 'write') => mustNotBeHeldBack(bot, { queue, target: 'prod-1' });
  await expect(held('write')).rejects.toMatchObject({
    name: 'Refusal',
    message: 'prod-1 is frozen by person U0ALICE (Alice): the auditors are here.',
  });
  await expect(held('read')).resolves.toBeUndefined();
  await expect(mustNotBeHeldBack(bot, { queue: 'write', target: 'staging' })).resolves.toBeUndefined();
  expect(bot.audit.entries.at(-1)).toMatchObject({
    kind: 'freeze',
    target: 'prod-1',
    what: expect.stringContaining('auditors'),
  });
});

it('refuses at the door what would change the cluster, and lets people look', async () => {
  await bot.types(people.bob, '/salvor freeze on prod-1');
  bot.reply();
  await bot.types(people.alice, '/salvor snapshot prod-1');
  expect(bot.reply()).toContain('prod-1 is frozen by person U0BOB (Bob).');
  expect(bot.queued).toEqual([]);
  expect(bot.audit.entries.at(-1)).toMatchObject({
    kind: 'refusal',
    by: 'person U0ALICE (Alice)',
    what: 'snapshot prod-1: prod-1 is frozen by person U0BOB (Bob).',
  });
  await bot.types(people.alice, '/salvor backups prod-1');
  expect(bot.reply()).toContain('started');
});

it('lets nothing begin while nobody can be asked', async () => {
  bot.freezes.breakDown();
  await expect(mustNotBeHeldBack(bot, { queue: 'danger', target: 'prod-1' })).rejects.toMatchObject({ name: 'Fault' });
});

it('is lifted by an approver, not by whoever may operate', async () => {
  await bot.types(people.alice, '/salvor freeze on prod-1');
  bot.reply();
  await bot.types(people.alice, '/salvor freeze off prod-1');
  expect(bot.reply()).toContain('This takes the approver right on prod-1');
  await bot.types(people.bob, '/salvor freeze off prod-1');
  expect(bot.reply()).toContain('prod-1 is not frozen any more.');
  await bot.types(people.bob, '/salvor freeze off prod-1');
  expect(bot.reply()).toContain('prod-1 is not frozen.');
});

it('of all takes a right on every cluster', async () => {
  await bot.types(people.bob, '/salvor freeze on all');
  expect(bot.reply()).toContain('This takes the operator or approver right on every cluster');
  await bot.types(people.alice, '/salvor freeze on all');
  expect(bot.reply()).toContain('Everything is frozen');
  await expect(mustNotBeHeldBack(bot, { queue: 'danger', target: 'staging' })).rejects.toThrow('Everything is frozen');
});

it('means the channel’s cluster where none is named, and shows what is frozen to who may see it', async () => {
  await bot.types(people.alice, '/salvor freeze on', { channel: channels.staging });
  expect(bot.reply()).toContain('staging is frozen');
  await bot.types(people.alice, '/salvor freeze show');
  expect(bot.reply()).toMatch(/^staging +2026-03-01 09:00 +person U0ALICE \(Alice\)/m);
  await bot.types(people.bob, '/salvor freeze show');
  expect(bot.reply()).toContain('Nothing is frozen.');
});

it('does not tell a stranger that there is such a cluster', async () => {
  await bot.types(people.eve, '/salvor freeze on prod-1');
  expect(bot.reply()).toContain('There is no cluster or registry "prod-1".');
});
