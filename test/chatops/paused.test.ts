import { afterEach, beforeEach, expect, it } from 'vitest';
import { runDetails } from '../../src/chatops/run-report.ts';
import { renderCard } from '../../src/slack/render/card.ts';
import type { Bot } from '../bot.ts';
import { people } from '../people.ts';
import { type WipeHouse, wipeHouse } from './wipe-house.ts';

// Approved work of several parts that asks to go on after one of them.
let house: WipeHouse;
let bot: Bot;
let id: string;
beforeEach(async () => {
  house = await wipeHouse();
  ({ bot } = house);
  house.world.pausesAfter = 'Cut';
  id = await house.approved();
  await bot.works();
});
afterEach(() => bot.done());

async function types(actor: typeof people.bob, text: string): Promise<string> {
  await bot.types(actor, `/salvor ${text}`);
  const reply = bot.reply();
  await bot.works();
  return reply;
}

it('has done a part, has not failed, and offers to go on or to take it back', async () => {
  expect(house.world.did).toEqual(['Look', 'Cut']);
  const run = await house.lastRun(id);
  expect(run.state).toBe('done');
  expect(run.report).toMatchObject({
    title: 'prod-1 is cut so far',
    changed: 'it is cut',
    next: 'prod-1 stays like that, and held, until somebody goes on with it or takes it back.',
  });
  expect(run.report?.actions?.map(({ label, on }) => `${label}: ${on}`)).toEqual([
    `Resume: resume ${id}`,
    `Roll back: rollback ${id}`,
    `Logs: ${run.id}`,
  ]);
  expect(runDetails(run, [], bot.clock.now()).title).toContain('done so far');
  expect(renderCard(run, '/salvor', bot.clock.now()).text).toContain('Done so far: prod-1 is cut so far');
});

it('is held meanwhile: nothing else begins, is planned or gives it back', async () => {
  bot.clock.advance(24 * 3_600_000);
  await bot.tends();
  expect((await house.approvalOf(id)).state).toBe('paused');
  expect((await house.lease())?.approval).toBe(id);
  expect(await types(people.alice, 'snapshot prod-1')).toContain('prod-1 is held by run');
});

it('goes on where it was, once, when somebody who may says so', async () => {
  expect(await types(people.alice, `resume ${id}`)).toContain('goes on with it');
  expect(house.world.did).toEqual(['Look', 'Cut', 'Mend']);
  expect((await house.approvalOf(id)).state).toBe('done');
  expect(await house.lease()).toBeUndefined();
  expect(await types(people.alice, `resume ${id}`)).toContain('done already');
});

it('can pause again', async () => {
  house.world.pausesAfter = 'Mend';
  await types(people.alice, `resume ${id}`);
  expect((await house.approvalOf(id)).state).toBe('paused');
  expect((await house.lastRun(id)).report?.changed).toBe('it is cut; it is mend');
});

it('is taken back like what has stopped', async () => {
  expect(await types(people.alice, `rollback ${id}`)).toContain('takes it back');
  expect((await house.approvalOf(id)).state).toBe('undone');
  expect(await house.lease()).toBeUndefined();
});

it('is on record, and said where it was approved', async () => {
  const entries = await bot.audit.list({ about: id, limit: 50 });
  expect(entries.map(({ what }) => what)).toContain('wipe: paused, and verified so far');
  expect(await types(people.eve, `resume ${id}`)).toContain('There is no approval');
  expect((await house.approvalOf(id)).state).toBe('paused');
});
