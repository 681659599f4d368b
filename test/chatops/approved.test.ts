import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { admit } from '../../src/chatops/admit.ts';
import { Fault } from '../../src/chatops/errors.ts';
import type { Bot } from '../bot.ts';
import { aRun } from '../contract/runs.ts';
import { people } from '../people.ts';
import { steps, type WipeHouse, type World, wipeHouse, wipeJob } from './wipe-house.ts';

let house: WipeHouse;
let bot: Bot;
let world: World;
beforeEach(async () => {
  house = await wipeHouse();
  ({ bot, world } = house);
});
afterEach(() => bot.done());

const asked = () => house.asked();
const approves: WipeHouse['approves'] = (...votes) => house.approves(...votes);
const approved = () => house.approved();
const approvalOf = (id: string) => house.approvalOf(id);
const lastRun = (id: string) => house.lastRun(id);
const lease = () => house.lease();
const failsOnce = (step: string) => house.failsOnce(step);

describe('dangerous work', () => {
  it('changes nothing while it is planned, and asks other people', async () => {
    const id = await asked();
    expect(world.did).toEqual([]);
    expect(await approvalOf(id)).toMatchObject({ state: 'pending', requester: { id: 'U0ALICE' }, votes: [] });
    expect(bot.letters().map(({ id: letter }) => letter)).toContain(`approval:${id}`);
    expect(bot.said(id.replace('a-', 'r-'))).toMatchObject({
      title: 'Plan to wipe prod-1',
      changed: 'nothing',
      next: 'It waits for 2 approvers of prod-1, not you, within 1 h: the request stands below.',
    });
  });

  it('is done once enough other people have approved, step by step in the journal, and gives its lease back', async () => {
    const id = await approved();
    await bot.works();
    expect(world.did).toEqual(steps);
    expect(await approvalOf(id)).toMatchObject({ state: 'done' });
    expect(await lastRun(id)).toMatchObject({ state: 'done', queue: 'danger', actor: { id: 'U0ALICE' } });
    expect((await bot.journal.read(id)).map(({ step, event }) => `${step} ${event}`)).toEqual([
      'Look started',
      'Look ended',
      'Cut started',
      'Cut ended',
      'Mend started',
      'Mend ended',
    ]);
    expect(await lease()).toBeUndefined();
    expect(bot.audit.entries.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['request', 'plan', 'vote', 'vote', 'start', 'step', 'step', 'step', 'end']),
    );
  });

  it('is not done for the votes of one, or of the one who asked', async () => {
    const id = await asked();
    await approves(id, people.bob);
    await bot.answers({ ...people.bob, id: 'U0ALICE' }, id);
    expect(bot.reply()).toContain('You asked for this yourself');
    await bot.answers(people.bob, id);
    expect(bot.reply()).toContain('one vote a person');
    await bot.works();
    expect(world.did).toEqual([]);
    expect(bot.audit.entries.filter(({ kind }) => kind === 'refusal')).toHaveLength(2);
  });

  it('is not done when it was rejected, withdrawn or has expired', async () => {
    const rejected = await asked();
    await bot.answers(people.bob, rejected, { kind: 'reject' });
    bot.reply();
    const expired = await asked();
    bot.clock.advance(61 * 60_000);
    await bot.tends();
    for (const id of [rejected, expired]) {
      await bot.answers(people.carol, id);
      expect(bot.reply()).toMatch(/This is (rejected already|expired): your answer changes nothing/);
    }
    await bot.works();
    expect(world.did).toEqual([]);
  });

  it('cannot be asked for past the approval', () => {
    const request = { id: 'x', words: 'wipe prod-1', thread: undefined, site: 'main', now: new Date() };
    expect(() => admit(wipeJob(world), { cluster: 'prod-1' }, people.alice, request)).toThrow('without an approval');
  });

  it('is started once, by whichever bot is there, when the one that took the last vote died', async () => {
    const id = await asked();
    await approves(id, people.bob);
    const { enqueue } = bot;
    bot.enqueue = async () =>
      Promise.reject(new Fault('Redis is gone.', { port: 'queue', operation: 'add', code: 'X', retryable: true }));
    await bot.answers(people.carol, id);
    expect(bot.reply()).toContain('Redis is gone.');
    bot.enqueue = enqueue;
    expect((await approvalOf(id)).state).toBe('approved');
    const [run = ''] = (await approvalOf(id)).runs;
    bot.requeues(run);
    bot.requeues(run);
    await bot.works();
    expect(world.did).toEqual(steps);
  });
});

describe('before it begins', () => {
  it('a plan that comes out otherwise supersedes what was approved, says how, and asks anew', async () => {
    const id = await asked();
    await approves(id, people.bob);
    await bot.works();
    await approves(id, people.carol);
    world.members = 'four';
    await bot.works();
    expect(world.did).toEqual([]);
    const after = await approvalOf(id);
    expect(after).toMatchObject({
      state: 'superseded',
      superseded: { differences: ['Members was three and is four.'] },
    });
    const next = await approvalOf(after.superseded?.by ?? '');
    expect(next).toMatchObject({ state: 'pending', votes: [], plannedBy: after.plannedBy });
    expect((await lastRun(id)).report).toMatchObject({
      title: 'What was agreed to holds no more: Members was three and is four.',
      changed: 'nothing',
    });
    await approves(next.id, people.bob, people.carol);
    await bot.works();
    expect(world.did).toEqual(steps);
  });

  it('a plan that comes out otherwise is noticed at the first vote already', async () => {
    const id = await asked();
    world.members = 'four';
    await approves(id, people.bob);
    await bot.works();
    expect((await approvalOf(id)).state).toBe('superseded');
    await bot.answers(people.carol, id);
    expect(bot.reply()).toContain('superseded by another plan');
  });

  it('says the plan that takes its place, with its file and what is different', async () => {
    const id = await asked();
    world.members = 'four';
    await approves(id, people.bob);
    await bot.works();
    const next = (await approvalOf(id)).superseded?.by ?? '';
    const said = bot.letters().find(({ id: letter }) => letter === `plan:${next}`)?.letter;
    expect(said).toMatchObject({
      report: {
        title: 'Plan to wipe prod-1',
        facts: [{ label: `Different from ${id}`, value: 'Members was three and is four.' }],
        file: { name: 'by-hand.md' },
      },
    });
    expect((await approvalOf(next)).plan.report).not.toHaveProperty('file');
  });

  it('a write under way on the cluster is awaited, and no other begins', async () => {
    const id = await approved();
    await bot.runs.admit(aRun({ id: 'r-snap', target: 'prod-1', queue: 'write', words: 'snapshot prod-1' }));
    await bot.runs.begin('r-snap', 'worker-2');
    bot.passes(async () => {
      expect(world.did).toEqual([]);
      await bot.runs.end('r-snap', 1, { state: 'done', report: { tone: 'good', title: 'Saved' } });
    });
    await bot.works();
    expect(world.did).toEqual(steps);
    expect((await approvalOf(id)).state).toBe('done');
  });

  it('nothing is begun while a write does not end', async () => {
    const id = await approved();
    await bot.runs.admit(aRun({ id: 'r-snap', target: 'prod-1', queue: 'write', words: 'snapshot prod-1' }));
    await bot.runs.begin('r-snap', 'worker-2');
    await bot.works();
    expect((await lastRun(id)).report?.title).toBe(
      'Run r-snap, snapshot prod-1, is still under way: nothing was begun.',
    );
    expect(await lease()).toBeUndefined();
    await bot.tends();
    expect((await approvalOf(id)).state).toBe('cancelled');
  });

  it('the rights of all who agreed are looked at again', async () => {
    const id = await approved();
    bot.rights.set('U0CAROL', { ...people.carol, grants: [] });
    await bot.works();
    expect(world.did).toEqual([]);
    expect((await lastRun(id)).report?.title).toBe('Carol, who approved it, may not any more: nothing was begun.');
    expect(await approvalOf(id)).toMatchObject({ state: 'cancelled' });
  });

  it('the right of who asked is looked at again', async () => {
    const id = await approved();
    bot.rights.set('U0ALICE', { ...people.alice, grants: [] });
    await bot.works();
    expect((await lastRun(id)).report?.title).toContain('Alice, who asked for it, may not any more');
    expect(world.did).toEqual([]);
  });

  it('nothing is begun where no bot can say who still may', async () => {
    const id = await approved();
    bot.isAlone = true;
    await bot.works();
    expect((await lastRun(id)).report?.title).toContain('No bot has confirmed');
    expect(world.did).toEqual([]);
  });

  it('nothing is begun after the time from the last vote to the start', async () => {
    const id = await approved();
    bot.clock.advance(16 * 60_000);
    await bot.works();
    expect((await lastRun(id)).report?.title).toContain('expired before a worker could begin');
    expect(world.did).toEqual([]);
  });

  it('nothing is begun on a cluster that was frozen meanwhile', async () => {
    const id = await approved();
    await bot.freezes.set({ target: 'prod-1', by: 'person U0BOB (Bob)', at: bot.clock.now() });
    await bot.works();
    expect((await lastRun(id)).state).toBe('refused');
    expect(world.did).toEqual([]);
  });

  it('people are reminded at half time, once', async () => {
    const id = await asked();
    bot.clock.advance(31 * 60_000);
    await bot.tends();
    await bot.tends();
    const reminders = bot.letters().filter(({ id: letter }) => letter === `remind:${id}`);
    expect(reminders).toMatchObject([
      { letter: { broadcast: true, report: { title: 'wipe of prod-1 still waits for 2 votes.' } } },
    ]);
  });
});

describe('work that stopped in the middle', () => {
  it('does not begin a step that a fail-over of Redis could forget, says what is changed, and is gone on with', async () => {
    const id = await approved();
    const { add } = bot.journal;
    const forgetful = { port: 'redis', operation: 'wait', retryable: false, code: 'REDIS_NOT_REPLICATED' };
    Object.assign(bot.journal, {
      add: (...said: Parameters<typeof add>) =>
        said[2].step === 'Mend' ? Promise.reject(new Fault('No replica confirms it.', forgetful)) : add(...said),
    });
    await bot.works();
    expect(world.did).toEqual(['Look', 'Cut']);
    expect(await lastRun(id)).toMatchObject({
      state: 'failed',
      attempt: 1,
      report: {
        title: 'wipe prod-1: No replica confirms it.',
        // It was written down before the step was to begin: rather too much than too little.
        changed: 'it is cut; it is mend',
        actions: [{ label: 'Resume' }, { label: 'Roll back' }, { label: 'Logs' }],
      },
    });
    expect(await approvalOf(id)).toMatchObject({ state: 'failed', votes: [{}, {}] });
    expect((await lease())?.approval).toBe(id);
    Object.assign(bot.journal, { add });
    await bot.types(people.alice, `/salvor resume ${id}`);
    bot.reply();
    await bot.works();
    expect(world.did).toEqual(steps);
  });

  it('says what is changed, keeps its lease, keeps others away, and offers to go on or to take it back', async () => {
    failsOnce('Cut');
    const id = await approved();
    await bot.works();
    expect(world.did).toEqual(['Look']);
    expect((await lastRun(id)).report).toMatchObject({
      changed: 'it is cut',
      actions: [
        { label: 'Resume', on: `resume ${id}` },
        { label: 'Roll back', on: `rollback ${id}` },
        { label: 'Logs' },
      ],
    });
    // What others agreed to once says nothing of another time.
    expect(JSON.stringify((await lastRun(id)).report?.facts)).not.toContain('Last good');
    expect((await approvalOf(id)).state).toBe('failed');
    expect((await lease())?.approval).toBe(id);
    await bot.types(people.alice, '/salvor snapshot prod-1');
    expect(bot.reply()).toContain('nothing else may change it meanwhile');
  });

  it('is gone on with where it stopped, once however often it is pressed', async () => {
    failsOnce('Cut');
    const id = await approved();
    await bot.works();
    for (let presses = 0; presses < 2; presses++) {
      await bot.types(people.alice, `/salvor resume ${id}`);
      expect(bot.reply()).toContain('goes on with it');
    }
    await bot.works();
    expect(world.did).toEqual(['Look', 'Cut', 'Mend']);
    expect(await approvalOf(id)).toMatchObject({ state: 'done', runs: [expect.anything(), expect.anything()] });
    expect(await lease()).toBeUndefined();
  });

  it('is taken back, and that is an end', async () => {
    failsOnce('Mend');
    const id = await approved();
    await bot.works();
    await bot.types(people.bob, `/salvor rollback ${id}`);
    bot.reply();
    await bot.works();
    expect((await approvalOf(id)).state).toBe('undone');
    expect((await bot.journal.read(id)).filter(({ event }) => event === 'undone').map(({ step }) => step)).toEqual([
      'Cut',
      'Look',
    ]);
    expect(await lease()).toBeUndefined();
    await bot.types(people.alice, `/salvor resume ${id}`);
    expect(bot.reply()).toContain('This is rolled back already');
  });

  it('is either gone on with or taken back when people ask for both', async () => {
    failsOnce('Cut');
    const id = await approved();
    await bot.works();
    await bot.types(people.alice, `/salvor resume ${id}`);
    bot.reply();
    await bot.types(people.bob, `/salvor rollback ${id}`);
    bot.reply();
    await bot.works();
    expect((await approvalOf(id)).state).toBe('done');
    expect((await bot.journal.read(id)).some(({ event }) => event === 'undone')).toBe(false);
  });

  it('changed nothing: then nothing is held', async () => {
    failsOnce('Look');
    const id = await approved();
    await bot.works();
    expect((await lastRun(id)).report).toMatchObject({
      changed: 'nothing',
      actions: [{ label: 'Plan anew' }, { label: 'Logs' }],
    });
    expect(await lease()).toBeUndefined();
  });

  it('says everything that is changed, not only the last of it', async () => {
    failsOnce('Mend');
    const id = await approved();
    await bot.works();
    expect((await lastRun(id)).report?.changed).toBe('it is cut; it is mend');
  });

  it('is nobody’s to go on with who may not', async () => {
    failsOnce('Cut');
    const id = await approved();
    await bot.works();
    await bot.types(people.vera, `/salvor resume ${id}`);
    expect(bot.reply()).toContain('This takes the operator right');
    await bot.types(people.eve, `/salvor resume ${id}`);
    expect(bot.reply()).toContain(`There is no approval ${id}.`);
  });

  it('is known as such when its worker died: never begun again by itself, and gone on with when a person says so', async () => {
    const id = await approved();
    const [run = ''] = (await approvalOf(id)).runs;
    // The first worker dies in the step: it says nothing any more.
    world.during.set('Cut', () => new Promise(() => undefined));
    void bot.works();
    await expect.poll(async () => (await bot.journal.read(id)).some(({ step }) => step === 'Cut')).toBe(true);
    world.during.clear();
    bot.requeues(run);
    await bot.works();
    expect(await bot.runs.find(run)).toMatchObject({ state: 'failed', report: { changed: 'it is cut' } });
    expect((await bot.runs.find(run))?.report?.title).toContain('interrupted in step 4 of 5: Cut');
    await bot.tends();
    expect((await approvalOf(id)).state).toBe('failed');
    await bot.types(people.alice, `/salvor resume ${id}`);
    bot.reply();
    await bot.works();
    expect(world.did).toEqual(['Look', 'Cut', 'Mend']);
  });

  it('is not retried', async () => {
    failsOnce('Cut');
    const id = await approved();
    await bot.works();
    await bot.retries(people.alice, (await lastRun(id)).id);
    expect(bot.reply()).toContain('not simply done once more');
  });
});

describe('stopping it', () => {
  it('takes effect before the next step, up to the point of no return', async () => {
    const id = await approved();
    world.during.set('Cut', async () => {
      await bot.types(people.alice, `/salvor cancel ${(await lastRun(id)).id}`);
    });
    await bot.works();
    bot.reply();
    expect(world.did).toEqual(['Look', 'Cut']);
    expect(await lastRun(id)).toMatchObject({ state: 'cancelled', report: { changed: 'it is cut' } });
    expect((await lastRun(id)).report?.actions?.map(({ label }) => label)).toEqual(['Resume', 'Roll back', 'Logs']);
  });

  it('is refused from the point of no return on', async () => {
    const id = await approved();
    world.during.set('Mend', async () => {
      await bot.types(people.alice, `/salvor cancel ${(await lastRun(id)).id}`);
    });
    await bot.works();
    expect(bot.reply()).toContain('is past its point of no return, step 3: Mend. It is not stopped half way.');
    expect((await approvalOf(id)).state).toBe('done');
  });
});
