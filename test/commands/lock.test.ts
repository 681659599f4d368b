import { afterEach, beforeEach, expect, it } from 'vitest';
import { leaseTarget, mustNotBeHeldBack } from '../../src/chatops/held-back.ts';
import { type Bot, createBot } from '../bot.ts';
import { aRun } from '../contract/runs.ts';
import { people } from '../people.ts';

let bot: Bot;
beforeEach(async () => {
  bot = await createBot();
});
afterEach(() => bot.done());

const release = '/salvor lock release prod-1 --reason "all hosts are as before"';

async function held() {
  const run = aRun({ queue: 'danger', approval: { id: 'a-1', mode: 'run' } });
  await bot.runs.admit(run);
  await bot.runs.begin(run.id, 'worker-1');
  const wanted = { target: leaseTarget({ target: 'prod-1' }), run: run.id, approval: 'a-1', worker: 'worker-1' };
  const { lease } = await bot.leases.take(wanted);
  return {
    ...{ run: run.id, lease },
    die: () => bot.runs.end(run.id, undefined, { state: 'failed', report: { tone: 'bad', title: 'interrupted' } }),
  };
}

it('shows who holds a cluster, since when, and when it was last alive', async () => {
  const { run } = await held();
  bot.clock.advance(90_000);
  await bot.types(people.vera, '/salvor lock show');
  expect(bot.reply()).toMatch(new RegExp(`^etcd/prod-1 +${run} +worker-1 +2026-03-01 09:00 +1 min 30 s ago +1`, 'm'));
});

it('shows nobody what they may not see', async () => {
  await held();
  await bot.types(people.otto, '/salvor lock show', { channel: undefined });
  expect(bot.reply()).toContain('No dangerous run holds anything.');
});

it('is taken from a dead run by an approver with a reason, and that is on record', async () => {
  const { run, die, lease } = await held();
  await die();
  await bot.types(people.bob, release);
  expect(bot.reply()).toContain(`prod-1 is released from run ${run}.`);
  expect(await bot.leases.renew(lease)).toBe(false);
  expect(bot.audit.entries.at(-1)).toMatchObject({
    kind: 'lease',
    run,
    what: expect.stringContaining('all hosts are'),
  });
  await expect(mustNotBeHeldBack(bot, { queue: 'write', target: 'prod-1' })).resolves.toBeUndefined();
});

it('is not taken from a run under way', async () => {
  const { run, lease } = await held();
  await bot.types(people.bob, release);
  expect(bot.reply()).toContain(`Run ${run} holds prod-1 and is under way.`);
  expect(await bot.leases.renew(lease)).toBe(true);
});

it('takes an approver and a reason', async () => {
  await (await held()).die();
  await bot.types(people.alice, release);
  expect(bot.reply()).toContain('This takes the approver right on prod-1');
  await bot.types(people.bob, '/salvor lock release prod-1');
  expect(bot.reply()).toContain('Say with --reason why it is safe.');
  expect(await bot.leases.list()).toHaveLength(1);
});

it('keeps all other work that changes the cluster away', async () => {
  const { run } = await held();
  const asks = (approval?: string) =>
    mustNotBeHeldBack(bot, {
      ...{ queue: 'danger', target: 'prod-1' },
      ...(approval === undefined ? {} : { approval: { id: approval, mode: 'resume' } }),
    });
  await expect(asks()).rejects.toThrow(`prod-1 is held by run ${run}: nothing else may change it meanwhile.`);
  await expect(asks('a-2')).rejects.toThrow('prod-1 is held by run');
  await expect(asks('a-1')).resolves.toBeUndefined();
});
