import { afterEach, describe, expect, it, vi } from 'vitest';
import { isThorough } from '../cases.ts';
import { registryPeople as people } from '../people.ts';
import { changing, half, type StepName } from './harbor-halves.ts';
import { type HarborFaults, openHarborFaults } from './harbor-house.ts';
import type { Worker } from './harbor-meets.ts';

// The way back of an upgrade by real Ansible from wherever it stopped, at length; workers are processes. harbor.test.ts has one of them.

vi.setConfig({ testTimeout: 600_000 });

const { alice, bob } = people;
let site: HarborFaults;
afterEach(() => site.close());

const open = async () => {
  site = await openHarborFaults('2.12', { version: '2.10.3', packages: ['2.12.4'], isProbed: true });
  return site.worker('first');
};

/** A worker that waits at an act of an upgrade. */
async function at(act: string): Promise<{ readonly id: string; readonly worker: Worker }> {
  const worker = await open();
  site.hold(act);
  const id = await site.bot.approved();
  await site.reached(act);
  return { id, worker };
}

/** Answers the one that is there then. */
async function dies(worker: Worker): Promise<Worker> {
  worker.signal('SIGKILL');
  await worker.ended;
  return site.worker('another');
}

it.runIf(isThorough)(
  'leaves a registry writable, whatever a worker does that was frozen while it made it read-only and wakes',
  async () => {
    const act = 'begin: Make 2.10.3 read-only';
    const { id, worker } = await at(act);
    const questions = (beginning: string) => site.api.asked.filter((one) => one.startsWith(beginning)).length;
    const asksFirst = 'GET /api/v2.0/systeminfo';
    const before = questions(asksFirst);
    const letAnswer = site.api.hold(asksFirst);
    site.letGo(act);
    await expect.poll(() => questions(asksFirst)).toBe(before + 1);
    worker.signal('SIGSTOP');
    letAnswer();
    await site.worker('another');
    await site.stopped(id, 'Make 2.10.3 read-only');
    await site.bot.says(alice, `rollback ${id}`);
    await site.came(id, 'undone', '2.10.3');
    const changes = questions('PUT');
    worker.signal('SIGCONT');
    worker.signal('SIGTERM');
    expect(await worker.ended).toBe(0);
    expect(questions('PUT')).toBe(changes);
    expect(site.host.state.harbor().readOnly).toBe(false);
  },
);

describe.runIf(isThorough)('from a step', () => {
  it.each(changing)('“%s” in whose middle a worker was killed it leads to what was there', async (step) => {
    const { id, worker } = await at(half(step));
    await dies(worker);
    await site.stopped(id, step);
    site.letGo(half(step));
    await site.bot.says(bob, `rollback ${id}`);
    await site.came(id, 'undone', '2.10.3');
  });

  it.each<StepName>(['Check the host', 'Load the images of 2.12.4'])(
    '“%s” nothing is to be gone on with, and the registry is given back',
    async (step) => {
      const { id, worker } = await at(half(step));
      await dies(worker);
      const { report } = await site.stopped(id, step);
      expect(report?.actions).toMatchObject([{ label: 'Roll back' }, { label: 'Logs' }]);
      site.letGo(half(step));
      await expect(site.bot.says(alice, `resume ${id}`)).rejects.toThrow('It changed nothing');
      await site.bot.says(alice, `rollback ${id}`);
      await site.came(id, 'undone', '2.10.3');
    },
  );

  it('of which the next version has cut its migration short it leads to the copy, also after a resume in vain', async () => {
    const act = 'begin: Wait until 2.12.4 is healthy';
    const worker = await open();
    site.host.state.setDocker({ killsCore: true });
    site.hold(act);
    const id = await site.bot.approved();
    await site.reached(act);
    await dies(worker);
    await site.stopped(id, 'Wait until 2.12.4 is healthy');
    site.letGo(act);
    await site.bot.says(alice, `resume ${id}`);
    await site.bot.until(async () => expect((await site.house.find(id)).runs).toHaveLength(2));
    const { report } = await site.stopped(id, 'Wait until 2.12.4 is healthy');
    expect(report?.facts).toContainEqual({ label: 'Code', value: [{ code: 'HARBOR_TIMEOUT' }] });
    await site.bot.says(bob, `rollback ${id}`);
    await site.came(id, 'undone', '2.10.3');
  });

  it('leads forward again where it was cut short at its end', async () => {
    const { id, worker } = await at('done: Make 2.12.4 writable');
    const second = await dies(worker);
    await site.stopped(id, 'Make 2.12.4 writable');
    site.letGo('done: Make 2.12.4 writable');
    const act = 'begin: Compare what 2.10.3 holds again';
    site.hold(act);
    await site.bot.says(bob, `rollback ${id}`);
    await site.reached(act);
    await dies(second);
    await site.bot.became(id, 'failed');
    site.letGo(act);
    await site.bot.says(alice, `resume ${id}`);
    await site.came(id, 'done', '2.12.4');
  });
});
