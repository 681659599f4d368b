import { beforeEach, expect, it } from 'vitest';
import type { Run } from '../../src/chatops/run.ts';
import type { Ticked } from '../../src/chatops/scheduling.ts';
import { type Bot, channels, createBot, startedRun } from '../bot.ts';
import { aSchedule } from '../fakes/schedules.ts';
import { people } from '../people.ts';

let bot: Bot;
beforeEach(async () => {
  bot = await createBot();
});

const often = aSchedule();
const at = new Date('2026-03-01T06:00:00Z');

function startedBy(ticked: Ticked): Run {
  if (ticked.kind !== 'started') throw new Error('nothing was started');
  return ticked.run;
}

it('starts nothing that this version does not know, or that does not come by itself', async () => {
  const unknown = aSchedule({ job: 'polish' });
  await expect(bot.ticks(unknown)).rejects.toThrow(
    'Schedule often asks for polish, which does not come by itself here.',
  );
  await expect(bot.ticks(aSchedule({ job: 'backups' }))).rejects.toThrow('does not come by itself here');
  await expect(bot.ticks(aSchedule({ target: 'prod-9' }))).rejects.toThrow('There is no cluster "prod-9".');
  expect(bot.queued).toEqual([]);
});

it('starts the job in the name of the schedule, which may do that on that cluster and nothing else', async () => {
  const { id } = startedBy(await bot.ticks(often, at));
  expect(bot.queued).toEqual([id]);
  expect(await bot.runs.find(id)).toMatchObject({
    job: 'snapshot',
    payload: { cluster: 'prod-1', despiteAlarm: false },
    words: 'snapshot prod-1',
    actor: { kind: 'schedule', id: 'often', name: 'often', grants: [{ role: 'operator', target: 'prod-1' }] },
    thread: { channel: channels.prod },
    schedule: { id: 'often/prod-1', says: 'failures' },
    lock: 'etcd/prod-1',
  });
});

it('starts a registry’s job on it, in its home and for its site', async () => {
  const registries = {
    'reg-eu': {
      ...{ environment: 'staging', channels: ['C0REGS'], site: 'fra', url: 'https://registry.example.com' },
      ...{ api: { username: 'robot$salvor', password: 'REG_EU_PASSWORD' }, host: '10.0.0.21' },
    },
  };
  bot = await createBot({}, { registries });
  const daily = aSchedule({ name: 'daily', job: 'registry', target: 'reg-eu', says: 'changes' });
  expect(await bot.runs.find(startedBy(await bot.ticks(daily, at)).id)).toMatchObject({
    ...{ payload: { registry: 'reg-eu' }, target: 'reg-eu', targetKind: 'registry', site: 'fra' },
    ...{ words: 'registry reg-eu', thread: { channel: 'C0REGS' }, schedule: { id: 'daily/reg-eu', says: 'changes' } },
  });
  await expect(bot.ticks({ ...daily, target: 'prod-1' })).rejects.toThrow('There is no registry "prod-1".');
});

it('is one run however often, and by however many bots, a tick is taken', async () => {
  const ticked = await Promise.all([bot.ticks(often, at), bot.ticks(often, at), bot.ticks(often, at)]);
  expect(new Set(ticked.map((one) => startedBy(one).id)).size).toBe(1);
  expect(bot.queued).toHaveLength(1);
  await bot.runs.end(bot.queued[0] ?? '', undefined, { state: 'done', report: { tone: 'good', title: 'saved' } });
  startedBy(await bot.ticks(often, at));
  expect(await bot.runs.list({ limit: 10 })).toHaveLength(1);
});

it('is another run for another time, another cluster and another schedule', async () => {
  const runs = [
    startedBy(await bot.ticks(often, at)),
    startedBy(await bot.ticks(aSchedule({ target: 'staging' }), at)),
  ];
  for (const { id } of runs) {
    await bot.runs.end(id, undefined, { state: 'done', report: { tone: 'good', title: 'saved' } });
  }
  runs.push(startedBy(await bot.ticks(often, new Date(at.getTime() + 1))));
  expect(new Set(runs.map(({ id }) => id)).size).toBe(3);
});

it('is skipped, and kept as such, while another run has the lock', async () => {
  const person = startedRun(await bot.types(people.alice, '/salvor snapshot prod-1'));
  const ticked = await bot.ticks(often);
  expect(ticked).toMatchObject({ kind: 'skipped', holder: { id: person.id } });
  expect((await bot.runs.scheduled()).get(often.id)?.skipped).toEqual({ at: bot.clock.now(), run: person.id });
  expect(bot.queued).toEqual([person.id]);
});

it('tells a person who comes later that it is under way', async () => {
  const { id } = startedBy(await bot.ticks(often));
  await bot.types(people.alice, '/salvor snapshot prod-1');
  expect(bot.reply()).toContain(`prod-1 already has this under way: run ${id}, asked for by often.`);
});

it('is listed, and cancelled by whoever may', async () => {
  const { id } = startedBy(await bot.ticks(often));
  await bot.types(people.vera, '/salvor runs');
  expect(bot.reply()).toMatch(new RegExp(`^${id} .*often$`, 'm'));
  await bot.types(people.vera, `/salvor cancel ${id}`);
  expect(bot.reply()).toContain('This takes the operator right on prod-1');
  await bot.types(people.alice, `/salvor cancel ${id}`);
  expect(bot.reply()).toContain(`Run ${id} on prod-1 is asked to stop.`);
});
