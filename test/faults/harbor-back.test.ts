import { afterEach, expect, it, vi } from 'vitest';
import { registryPeople as people } from '../people.ts';
import { type HarborFaults, openHarborFaults } from './harbor-house.ts';

// An upgrade of a played Harbor by real Ansible that people take back; workers are processes. Each click comes twice.

vi.setConfig({ testTimeout: 600_000 });

const { alice, bob, carol } = people;
let site: HarborFaults;
afterEach(() => site.close());

it('over two hops pauses once verified, goes on once, and comes back to the very first version although who takes it back is killed', async () => {
  const settings = { pause: true };
  site = await openHarborFaults('2.14', { version: '2.10.3', packages: ['2.12.4', '2.14.1'], settings });
  const { bot, house } = site;
  const other = await house.bot();
  const first = await site.worker('first');
  const id = await bot.asked();
  const votes = await Promise.allSettled([bot.votes(bob, id), other.votes(bob, id)]);
  expect(votes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const approval = await house.find(id);
  await Promise.all([bot.approvals.start(approval), other.approvals.start(approval)]);
  await site.came(id, 'paused', '2.12.4');
  expect(await house.dangerous()).toHaveLength(1);
  expect((await house.lease())?.approval).toBe(id);

  site.hold('begin: Make 2.12.4 read-only');
  await Promise.all([bot.says(alice, `resume ${id}`), other.says(bob, `resume ${id}`)]);
  await site.reached('begin: Make 2.12.4 read-only');
  expect(await house.dangerous()).toHaveLength(2);
  first.signal('SIGKILL');
  await first.ended;
  const second = await site.worker('second');
  await site.stopped(id, 'Make 2.12.4 read-only');

  await expect(bot.says(alice, `rollback ${id}`)).rejects.toThrow('It went past its point of no return, Install 2.12.4');
  site.hold('cp database.putting-');
  await Promise.all([bot.says(bob, `rollback ${id}`), other.says(carol, `rollback ${id}`)]);
  await site.reached('cp database.putting-');
  expect(await house.dangerous()).toHaveLength(3);
  second.signal('SIGKILL');
  await second.ended;
  await site.worker('third');
  await bot.became(id, 'failed');
  const { report } = await house.lastRun(id);
  expect(report?.title).toBe('harbor reg-eu: interrupted in step 1 of 5: Put 2.10.3 and its database back.');
  expect(report?.changed).toMatch(/Harbor 2\.12\.4 is started, .*; some of it may be taken back$/);
  site.letGo('cp database.putting-');
  await bot.says(carol, `rollback ${id}`);
  await site.came(id, 'undone', '2.10.3');
  await expect(bot.says(bob, `rollback ${id}`)).rejects.toThrow('This is rolled back already');
});
