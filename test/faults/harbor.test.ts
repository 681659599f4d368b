import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { registryPeople as people } from '../people.ts';
import { type HarborFaults, openHarborFaults } from './harbor-house.ts';
import { meets } from './harbor-meets.ts';

// An upgrade of a played Harbor by real Ansible to which everything happens, once; workers are processes. harbor-steps.test.ts has each fault in each step.

vi.setConfig({ testTimeout: 900_000 });

const { alice, bob, carol } = people;
let site: HarborFaults;
afterEach(() => site.close());

/** Alice asks for two hops; Bob votes twice at the same instant, and two bots start it. */
async function begunOnce(): Promise<string> {
  const { bot, house } = site;
  const other = await house.bot();
  const id = await bot.asked();
  site.hold('begin: Wait for the jobs of 2.10.3');
  const votes = await Promise.allSettled([bot.votes(bob, id), other.votes(bob, id)]);
  expect(votes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const approval = await house.find(id);
  await Promise.all([bot.approvals.start(approval), other.approvals.start(approval)]);
  return id;
}

/** It waits for a job that does not end; Alice does not want to wait, and goes on later. */
async function stoppedWhileItWaits(id: string): Promise<void> {
  const { bot, host, house } = site;
  const act = 'begin: Wait for the jobs of 2.10.3';
  await site.reached(act);
  host.state.setHarbor({ jobs: [{ kind: 'gc', id: 7, since: new Date().toISOString() }] });
  site.letGo(act);
  const run = await house.lastRun(id);
  await bot.until(async () => expect(JSON.stringify(await house.runs.find(run.id))).toContain('1 job under way: gc 7'));
  await bot.cancel(run.id, alice);
  await site.stopped(id, 'Wait for the jobs of 2.10.3');
  expect(await house.runs.find(run.id)).toMatchObject({ state: 'cancelled' });
  host.state.setHarbor({ jobs: [] });
  site.hold('after down');
  await bot.says(alice, `resume ${id}`);
}

/** Somebody exchanges the database for an empty one: nothing starts on that. */
async function stoppedBeforeAnEmptyDatabase(id: string): Promise<void> {
  const { bot, host } = site;
  const database = join(host.dataDir, 'database');
  await site.reached('begin: Install 2.12.4');
  await rename(database, `${database}.elsewhere`);
  await mkdir(database);
  site.letGo('begin: Install 2.12.4');
  const { report } = await site.stopped(id, 'Install 2.12.4');
  expect(report?.title).toContain(`${database}/pg14 must hold PostgreSQL 14 and holds none`);
  expect(host.state.harbor().isUp).toBe(false);
  await rm(database, { recursive: true });
  await rename(`${database}.elsewhere`, database);
  site.hold('after up -d');
  await bot.says(alice, `resume ${id}`);
}

/** A component of the new version stays sick although its schema is migrated, until somebody looks after it. */
async function stoppedWhileItIsSick(id: string): Promise<void> {
  const { bot, host } = site;
  const act = 'begin: Wait until 2.12.4 is healthy';
  await site.reached(act);
  const { components } = host.state.harbor();
  host.state.setHarbor({ components: { ...components, jobservice: 'failed to connect to redis' } });
  site.letGo(act);
  const { report } = await site.stopped(id, 'Wait until 2.12.4 is healthy');
  expect(report?.title).toBe('harbor reg-eu: reg-eu is not healthy: jobservice: failed to connect to redis.');
  expect(report?.facts).toContainEqual({ label: 'Code', value: [{ code: 'HARBOR_TIMEOUT' }] });
  host.state.setHarbor({ components });
  await bot.says(alice, `resume ${id}`);
}

/** Two people answer the pause at the same instant. */
async function goneOnOnce(id: string): Promise<void> {
  const { bot, house } = site;
  const runs = (await house.find(id)).runs.length;
  const other = await house.bot();
  site.hold('begin: Make 2.12.4 read-only');
  await Promise.all([bot.says(alice, `resume ${id}`), other.says(bob, `resume ${id}`)]);
  await site.reached('begin: Make 2.12.4 read-only');
  expect((await house.find(id)).runs).toHaveLength(runs + 1);
}

/** Past the point of no return Alice may not, and of two who may at the same instant one does. */
async function takenBackOnce(id: string): Promise<void> {
  const { bot, house } = site;
  const runs = (await house.find(id)).runs.length;
  const other = await house.bot();
  await expect(bot.says(alice, `rollback ${id}`)).rejects.toThrow('past its point of no return, Install 2.12.4');
  site.hold('cp database.putting-');
  await Promise.all([bot.says(bob, `rollback ${id}`), other.says(carol, `rollback ${id}`)]);
  await site.reached('cp database.putting-');
  expect((await house.find(id)).runs).toHaveLength(runs + 1);
}

it('whatever happens to it, each time it says where it stopped, is gone on with, and comes back to its very first version', async () => {
  const settings = { pause: true };
  site = await openHarborFaults('2.14', {
    version: '2.10.3',
    packages: ['2.12.4', '2.14.1'],
    settings,
    isProbed: true,
  });
  const { bot, house } = site;
  let worker = await site.worker('first');
  const id = await begunOnce();
  await stoppedWhileItWaits(id);
  worker = await meets.killed(site, worker, {
    ...{ id, step: 'Stop 2.10.3', act: 'after down' },
    meanwhile: () => site.hold('cp before-2.10.3.part'),
  });
  worker = await meets.frozen(site, worker, {
    ...{ id, step: 'Copy the database of 2.10.3', act: 'cp before-2.10.3.part' },
    meanwhile: () => site.hold('cp harbor.new-'),
  });
  worker = await meets['without Redis'](site, worker, {
    ...{ id, step: 'Unpack 2.12.4', act: 'cp harbor.new-' },
    meanwhile: () => site.hold('begin: Install 2.12.4'),
  });
  await stoppedBeforeAnEmptyDatabase(id);
  worker = await meets.killed(site, worker, {
    ...{ id, step: 'Install 2.12.4', act: 'after up -d' },
    meanwhile: () => site.hold('begin: Wait until 2.12.4 is healthy'),
  });
  await stoppedWhileItIsSick(id);
  await site.came(id, 'paused', '2.12.4');

  await goneOnOnce(id);
  worker.signal('SIGKILL');
  const next = await site.worker('next');
  const changed = 'reg-eu is upgraded from 2.10.3 to 2.12.4; reg-eu is read-only before 2.14.1';
  await site.stopped(id, 'Make 2.12.4 read-only', changed);
  await takenBackOnce(id);
  next.signal('SIGKILL');
  await site.worker('last');
  await bot.became(id, 'failed');
  await bot.until(async () =>
    expect((await house.lastRun(id)).report?.title).toBe(
      'harbor reg-eu: interrupted in step 1 of 5: Put 2.10.3 and its database back.',
    ),
  );
  expect((await house.lastRun(id)).report?.changed).toBe(`${changed}; some of it may be taken back`);
  site.letGo('cp database.putting-');
  await bot.says(carol, `rollback ${id}`);
  await site.came(id, 'undone', '2.10.3');
  await expect(bot.says(bob, `rollback ${id}`)).rejects.toThrow('This is rolled back already');
});
