import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Bot, createBot } from '../bot.ts';
import { anApproval } from '../fakes/approvals-to-show.ts';
import { people } from '../people.ts';

// What becomes of it is tested in test/chatops/approved.test.ts, with work that can stop in the middle.
let bot: Bot;
beforeEach(async () => {
  bot = await createBot();
});
afterEach(() => bot.done());

it('says how to name an approval', async () => {
  await bot.types(people.alice, '/salvor resume r-k7m2p9x4tq');
  expect(bot.reply()).toContain('must be an approval such as a-k7m2p9x4tq');
});

it('says so when there is none, also to whoever may not see it', async () => {
  await bot.approvals.open(anApproval({ id: 'a-k7m2p9x4tq' }));
  await bot.types(people.alice, '/salvor resume a-zzzzzzzzzz');
  expect(bot.reply()).toContain('There is no approval a-zzzzzzzzzz.');
  await bot.types(people.eve, '/salvor resume a-k7m2p9x4tq');
  expect(bot.reply()).toContain('There is no approval a-k7m2p9x4tq.');
});

it('goes on with nothing that has not begun', async () => {
  await bot.approvals.open(anApproval({ id: 'a-k7m2p9x4tq' }));
  await bot.types(people.alice, '/salvor resume a-k7m2p9x4tq');
  expect(bot.reply()).toContain('This is not approved yet: there is nothing to go on with or to take back.');
});
