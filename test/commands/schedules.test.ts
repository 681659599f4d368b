import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Bot, channels, createBot } from '../bot.ts';
import { aSchedule } from '../fakes/schedules.ts';
import { people } from '../people.ts';
import { openHarborHouse } from './harbor-house.ts';

let bot: Bot;
beforeEach(async () => {
  bot = await createBot();
});
afterEach(() => bot.done());

const often = aSchedule();
const nightly = aSchedule({ name: 'nightly', job: 'snapshot', cron: '30 2 * * *', timezone: 'Europe/Berlin' });
const stagings = aSchedule({ target: 'staging' });

async function ended(schedule = often, report = { tone: 'good' as 'good' | 'bad', title: 'prod-1 is saved' }) {
  const ticked = await bot.ticks(schedule);
  if (ticked.kind !== 'started') throw new Error('nothing was started');
  await bot.runs.end(ticked.run.id, undefined, { state: report.tone === 'bad' ? 'failed' : 'done', report });
  return ticked.run.id;
}

it('says so when nothing comes by itself', async () => {
  await bot.types(people.vera, '/salvor schedules');
  expect(bot.reply()).toContain('Nothing of prod-1 comes by itself.');
});

it('hides clusters a person may not look at', async () => {
  bot.schedules.set(often, stagings);
  await bot.types(people.vera, '/salvor schedules --cluster staging');
  expect(bot.reply()).toContain('There is no cluster "staging".');
  await bot.types(people.vera, '/salvor schedules', { channel: undefined });
  expect(bot.reply()).not.toContain('staging');
});

it('shows what comes by itself, when, when next and how it went last', async () => {
  bot.schedules.set(often, nightly);
  bot.schedules.next(often.id, new Date('2026-03-01T12:00:00Z'));
  const run = await ended();
  await bot.types(people.vera, '/salvor schedules');
  const reply = bot.reply();
  expect(reply).toMatch(
    new RegExp(
      `^often +prod-1 +snapshot +every 6 h at :00 in UTC +2026-03-01 12:00 +${run}: done, 2026-03-01 09:00 +well$`,
      'm',
    ),
  );
  expect(reply).toMatch(
    /^nightly +prod-1 +snapshot +daily at 02:30 in Europe\/Berlin +at the next start of a bot +none yet$/m,
  );
});

it('shows those of one channel’s cluster, and of all that may be seen where there is none', async () => {
  bot.schedules.set(often, stagings);
  await bot.types(people.alice, '/salvor schedules', { channel: channels.staging });
  expect(bot.reply()).toMatch(/^often +staging/m);
  await bot.types(people.alice, '/salvor schedules', { channel: undefined });
  expect(bot.reply().match(/^often +\S+/gm)).toHaveLength(2);
});

it('says first which are not well, and since when', async () => {
  bot.schedules.set(nightly, often);
  await ended(often, { tone: 'bad', title: 'S3 said no' });
  bot.clock.advance(2 * 3_600_000);
  await bot.types(people.vera, '/salvor schedules');
  const reply = bot.reply();
  expect(reply).toContain('Schedules of prod-1: 1 of 2 not well');
  expect(reply).toMatch(/not well for 2 h: S3 said no$/m);
  expect(reply.match(/^(?:often|nightly)/gm)).toEqual(['often', 'nightly']);
});

it('says when a time was skipped, and why', async () => {
  bot.schedules.set(often);
  const holder = await bot.ticks(often);
  bot.clock.advance(6 * 3_600_000);
  expect((await bot.ticks(often)).kind).toBe('skipped');
  await bot.types(people.vera, '/salvor schedules');
  const id = holder.kind === 'started' ? holder.run.id : '';
  expect(bot.reply()).toMatch(new RegExp(`skipped 2026-03-01 15:00: run ${id} was under way$`, 'm'));
});

it('says what is late, and that all are paused', async () => {
  bot.schedules.set(often);
  bot.schedules.next(often.id, new Date('2026-03-01T06:00:00Z'));
  await bot.types(people.vera, '/salvor schedules');
  expect(bot.reply()).toContain('2026-03-01 06:00, late by 3 h');
  bot.schedules.pause();
  await bot.types(people.vera, '/salvor schedules');
  expect(bot.reply()).toMatch(/every 6 h at :00 in UTC +paused/);
});

it('cuts a long list short, never one that is not well', async () => {
  const many = Array.from({ length: 40 }, (_, nth) => aSchedule({ name: `s${nth}` }));
  bot.schedules.set(...many, often);
  await ended(often, { tone: 'bad', title: 'S3 said no' });
  await bot.types(people.vera, '/salvor schedules');
  const reply = bot.reply();
  expect(reply).toContain('The first 30 of 41.');
  expect(reply).toMatch(/^often/m);
  expect(reply).toContain('/salvor schedules --cluster <cluster>');
});

it('names the cron of what has no short words', async () => {
  bot.schedules.set(
    aSchedule({ name: 'yearly', cron: '0 3 1 1 *' }),
    aSchedule({ name: 'weekdays', cron: '0 3 * * 1-5' }),
  );
  await bot.types(people.vera, '/salvor schedules');
  const reply = bot.reply();
  expect(reply).toMatch(/^yearly +prod-1 +snapshot +by cron \(0 3 1 1 \*\) in UTC /m);
  expect(reply).toMatch(/^weekdays +prod-1 +snapshot +Mondays to Fridays at 03:00 in UTC /m);
});

it('shows those of one registry, and of it alone where a channel is bound to it', async () => {
  const { bot: desk, people: staff, channel } = await openHarborHouse();
  const daily = aSchedule({ name: 'daily', job: 'registry', target: 'reg-eu', says: 'changes' });
  desk.schedules.set(often, daily);
  for (const [words, where] of [
    ['/salvor schedules --registry reg-eu', undefined],
    ['/salvor schedules', channel],
  ] as const) {
    await desk.types(staff.vera, words, { channel: where });
    const reply = desk.reply();
    expect(reply).toMatch(/^daily +reg-eu +registry +every 6 h/m);
    expect(reply).not.toMatch(/^often/m);
  }
  await desk.types(staff.vera, '/salvor schedules --registry prod-1', { channel });
  expect(desk.reply()).toContain('There is no registry "prod-1".');
  await desk.types(staff.vera, '/salvor schedules --registry reg-eu --cluster prod-1', { channel });
  expect(desk.reply()).toContain('Name a cluster or a registry, not both.');
});
