import { afterEach, beforeEach, expect, it } from 'vitest';
import { verifyAudit } from '../../src/main/audit.ts';
import { type Bot, createBot } from '../bot.ts';
import { people } from '../people.ts';

let bot: Bot;
beforeEach(async () => {
  bot = await createBot();
  await bot.audit.add({
    kind: 'request',
    target: 'prod-1',
    by: 'person U0ALICE (Alice)',
    what: 'asked for it',
    run: 'r-1',
  });
  await bot.audit.add({ kind: 'vote', target: 'prod-1', by: 'person U0BOB (Bob)', what: 'agreed', approval: 'a-1' });
  await bot.audit.add({ kind: 'request', target: 'staging', by: 'person U0ALICE (Alice)', what: 'asked elsewhere' });
});
afterEach(() => bot.done());

it('tells who did what, newest first', async () => {
  await bot.types(people.vera, '/salvor audit prod-1');
  expect(bot.reply()).toMatch(
    /^2 +2026-03-01 09:00 +person U0BOB \(Bob\) +prod-1 +agreed +a-1\n1 +2026-03-01 09:00 +person U0ALICE \(Alice\) +prod-1 +asked for it +r-1$/m,
  );
});

it('says of what was refused that it was, as a vote that did not count reads like one that did', async () => {
  await bot.audit.add({
    kind: 'refusal',
    target: 'prod-1',
    by: 'person U0BOB (Bob)',
    what: 'approved: not your right.',
  });
  await bot.types(people.vera, '/salvor audit prod-1 --limit 1');
  expect(bot.reply()).toMatch(/prod-1 +refused: approved: not your right\./);
});

it('tells it of a run, an approval or a person', async () => {
  for (const about of ['r-1', 'a-1', 'U0BOB']) {
    await bot.types(people.vera, `/salvor audit ${about}`);
    expect(bot.reply().match(/^\d +2026/gm)).toHaveLength(1);
  }
});

it('tells nobody of clusters they may not see', async () => {
  await bot.types(people.vera, '/salvor audit U0ALICE');
  expect(bot.reply()).not.toContain('staging');
  await bot.types(people.eve, '/salvor audit');
  expect(bot.reply()).toContain('Nothing of prod-1 is on record that you may see.');
});

it('has every request once, however often it is delivered, every refusal, and every wish to stop', async () => {
  const where = { requestId: 'the-same' };
  await bot.types(people.alice, '/salvor snapshot prod-1', where);
  const run = /run (\S+) started/.exec(bot.reply())?.[1];
  await bot.types(people.alice, '/salvor snapshot prod-1', where);
  bot.reply();
  await bot.types(people.vera, '/salvor snapshot prod-1');
  bot.reply();
  await bot.types(people.alice, `/salvor cancel ${run}`);
  bot.reply();
  expect(bot.audit.entries.slice(3).map(({ kind, by, run: of }) => [kind, by, of])).toEqual([
    ['request', 'person U0ALICE (Alice)', run],
    ['refusal', 'person U0VERA (Vera)', undefined],
    ['cancel', 'person U0ALICE (Alice)', run],
  ]);
});

it('is proven whole, with the hash to be written down elsewhere', async () => {
  const { isWhole, report } = await verifyAudit(bot.audit);
  expect(isWhole).toBe(true);
  expect(report.title).toBe('The audit is whole: 3 entries.');
  expect(JSON.stringify(report.facts)).toContain(bot.audit.entries[2]?.hash);
});

it('is told to be broken where it is', async () => {
  const [first, second, third] = bot.audit.entries;
  const all = async function* () {
    if (first && second && third) yield [first, { ...second, what: 'disagreed' }, third];
  };
  const { isWhole, report } = await verifyAudit({ ...bot.audit, all });
  expect(isWhole).toBe(false);
  expect(report.title).toBe('The audit is broken at entry 2: it was changed after it was written.');
});
