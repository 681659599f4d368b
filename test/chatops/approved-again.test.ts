import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leaseTarget } from '../../src/chatops/held-back.ts';
import type { Bot } from '../bot.ts';
import { people } from '../people.ts';
import { type WipeHouse, type World, wipeHouse } from './wipe-house.ts';

// What may still be done, and by whom, once approved work has stopped or could not begin.
let house: WipeHouse;
let bot: Bot;
let world: World;
beforeEach(async () => {
  house = await wipeHouse();
  ({ bot, world } = house);
});
afterEach(() => bot.done());

/** Work that stopped in a step; answers the approval's id. */
async function stoppedIn(step: string): Promise<string> {
  house.failsOnce(step);
  const id = await house.approved();
  await bot.works();
  return id;
}

async function types(actor: typeof people.bob, text: string, channel?: string): Promise<string> {
  await bot.types(actor, `/salvor ${text}`, channel === undefined ? {} : { channel });
  return bot.reply();
}

const newest = async () => (await bot.runs.list({ target: 'prod-1', limit: 1 }))[0];
const freeze = () => bot.freezes.set({ target: 'prod-1', by: 'person U0BOB (Bob)', at: bot.clock.now() });

describe('going on', () => {
  it('can be asked for again when it could not begin the first time', async () => {
    const id = await stoppedIn('Cut');
    bot.clock.advance(1000);
    await types(people.alice, `resume ${id}`);
    await freeze();
    await bot.works();
    await bot.freezes.lift('prod-1');
    await types(people.alice, `resume ${id}`);
    await bot.works();
    expect(world.did).toEqual(['Look', 'Cut', 'Mend']);
    expect((await house.approvalOf(id)).state).toBe('done');
  });

  it('is refused where nothing was changed: what was agreed to has gone stale, and is planned anew', async () => {
    const id = await stoppedIn('Look');
    bot.clock.advance(3 * 24 * 3_600_000);
    expect(await types(people.alice, `resume ${id}`)).toContain('changed nothing');
    await bot.works();
    expect(world.did).toEqual([]);
  });

  it('is refused once a person has released the cluster: others may have changed it since', async () => {
    const id = await stoppedIn('Cut');
    expect(await types(people.bob, 'lock release prod-1 --reason "looked at all hosts"')).toContain('is released');
    for (const mode of ['resume', 'rollback']) {
      expect(await types(people.alice, `${mode} ${id}`)).toContain('prod-1 is no longer held');
    }
    await bot.works();
    expect(world.did).toEqual(['Look']);
  });

  it('is refused where it was released after the asking', async () => {
    const id = await stoppedIn('Cut');
    await types(people.alice, `resume ${id}`);
    await types(people.bob, 'lock release prod-1 --reason "looked at all hosts"');
    await bot.works();
    expect(world.did).toEqual(['Look']);
    expect(await house.lease()).toBeUndefined();
  });

  it('keeps the cluster held when it could not begin', async () => {
    const id = await stoppedIn('Cut');
    await types(people.alice, `resume ${id}`);
    const { add } = bot.audit;
    Object.assign(bot.audit, { add: async () => Promise.reject(new Error('the record cannot be written')) });
    await bot.works();
    Object.assign(bot.audit, { add });
    expect((await house.lease())?.approval).toBe(id);
    expect(world.did).toEqual(['Look']);
  });

  it('is asked for in the channels of its cluster, where its people see it', async () => {
    const id = await stoppedIn('Cut');
    for (const channel of [undefined, 'C0OTHER']) {
      await bot.types(people.alice, `/salvor resume ${id}`, { channel });
      expect(bot.reply()).toContain('prod-1 is spoken of in its own channels only');
    }
    expect(bot.queued).toEqual([]);
  });

  it('is refused at the door while its cluster is frozen', async () => {
    const id = await stoppedIn('Cut');
    await freeze();
    expect(await types(people.alice, `resume ${id}`)).toContain('prod-1 is frozen');
    expect(bot.queued).toEqual([]);
  });

  it('back before the point of no return is not held back by a freeze when an approver asks for it', async () => {
    const id = await stoppedIn('Cut');
    await bot.freezes.set({ target: 'all', by: 'person U0CAROL (Carol)', at: bot.clock.now() });
    const refusal = await types(people.alice, `rollback ${id}`);
    expect(refusal).toContain('Everything is frozen by person U0CAROL (Carol).');
    expect(refusal).toContain(`An approver may take it back all the same: /salvor rollback ${id}`);
    expect(await types(people.bob, `resume ${id}`)).toContain('Everything is frozen');
    expect(bot.queued).toEqual([]);
    expect(await types(people.bob, `rollback ${id}`)).toContain('takes it back');
    await bot.works();
    expect((await house.approvalOf(id)).state).toBe('undone');
    expect(bot.audit.entries.map(({ what }) => what)).toContain(
      `rollback ${id}, though frozen by person U0CAROL (Carol)`,
    );
  });

  it('back from beyond the point of no return waits for the end of a freeze, whoever asks', async () => {
    const id = await stoppedIn('Mend');
    await freeze();
    expect(await types(people.bob, `rollback ${id}`)).toMatch(/prod-1 is frozen(?!.*An approver may)/s);
    expect(bot.queued).toEqual([]);
  });

  it('is not begun by what was asked for before somebody else went on with it', async () => {
    const id = await stoppedIn('Cut');
    await types(people.alice, `resume ${id}`);
    await types(people.bob, `rollback ${id}`);
    house.failsOnce('Mend');
    await bot.works();
    expect(await house.approvalOf(id)).toMatchObject({ state: 'failed', runs: [expect.anything(), expect.anything()] });
    expect((await bot.journal.read(id)).some(({ event }) => event === 'undone')).toBe(false);
  });
});

describe('taking back what is past its point of no return', () => {
  it('loses what was written since: it takes an approver who has not asked for it', async () => {
    const id = await stoppedIn('Mend');
    expect(await types(people.alice, `rollback ${id}`)).toContain(
      'what was written since is lost. That takes an approver',
    );
    await types(people.bob, `rollback ${id}`);
    await bot.works();
    expect((await house.approvalOf(id)).state).toBe('undone');
  });

  it('is anybody’s who may go on with it before that', async () => {
    const id = await stoppedIn('Cut');
    await types(people.alice, `rollback ${id}`);
    await bot.works();
    expect((await house.approvalOf(id)).state).toBe('undone');
  });
});

describe('what is said of it', () => {
  const offered = async () => (await newest())?.report?.actions?.map(({ label, on }) => `${label}: ${on}`);

  it.each(['resume', 'rollback'])(
    'a %s that could not begin still says what the run before had changed',
    async (mode) => {
      const id = await stoppedIn('Cut');
      bot.clock.advance(1000);
      await types(people.alice, `${mode} ${id}`);
      await freeze();
      await bot.works();
      const run = await newest();
      expect(run?.report?.changed).toBe('nothing more than before: it is cut');
      expect(await offered()).toEqual([`Resume: resume ${id}`, `Roll back: rollback ${id}`, `Logs: ${run?.id}`]);
    },
  );

  it('a rollback that stops in the middle never says that nothing is changed', async () => {
    const id = await stoppedIn('Mend');
    house.failsOnce('Take back: Cut');
    bot.clock.advance(1000);
    await types(people.bob, `rollback ${id}`);
    await bot.works();
    const run = await newest();
    expect(run?.report?.changed).toBe('it is cut; it is mend; some of it may be taken back');
    expect(await offered()).toContain(`Roll back: rollback ${id}`);
  });

  it('work that is frozen in the middle offers to go on or to take it back', async () => {
    const id = await house.approved();
    world.during.set('Cut', freeze);
    await bot.works();
    const run = await house.lastRun(id);
    expect(run.report).toMatchObject({
      ...{ changed: 'it is cut', title: expect.stringContaining('prod-1 is frozen') },
      next: ['An approver may take it back all the same: ', { command: `rollback ${id}` }],
    });
    expect(run.report?.actions?.map(({ label }) => label)).toEqual(['Resume', 'Roll back', 'Logs']);
  });

  it('work that is past its point of no return is not held back by a freeze', async () => {
    house = await wipeHouse(['Look', 'Mend', 'Cut']);
    ({ bot, world } = house);
    await house.approved();
    world.during.set('Mend', freeze);
    await bot.works();
    expect(world.did).toEqual(['Look', 'Mend', 'Cut']);
  });

  it('of work whose worker died before it changed anything, the way out is to take it back', async () => {
    const id = await house.approved();
    const [run = ''] = (await house.approvalOf(id)).runs;
    world.during.set('Look', () => new Promise(() => undefined));
    void bot.works();
    await expect.poll(async () => (await bot.journal.read(id)).length).toBe(1);
    world.during.clear();
    bot.requeues(run);
    await bot.works();
    const { report } = await house.lastRun(id);
    expect(report?.changed).toBe('nothing');
    expect(report?.actions?.map(({ label }) => label)).toEqual(['Roll back', 'Logs']);
    await bot.tends();
    await types(people.alice, `rollback ${id}`);
    await bot.works();
    expect((await house.approvalOf(id)).state).toBe('undone');
    expect(await house.lease()).toBeUndefined();
  });
});

describe('a cluster that is still held', () => {
  /** As Redis has it when a worker dies between two commands. */
  async function diesBeforeGivingBack(work: () => Promise<unknown>): Promise<void> {
    const { giveBack } = bot.leases;
    Object.assign(bot.leases, { giveBack: async () => false });
    await work();
    Object.assign(bot.leases, { giveBack });
    expect(await house.lease()).toBeDefined();
  }

  it('though its work has ended well is given back: its worker died before it could', async () => {
    let id = '';
    await diesBeforeGivingBack(async () => {
      id = await house.approved();
      await bot.works();
    });
    expect((await house.approvalOf(id)).state).toBe('done');
    await bot.tends();
    expect(await house.lease()).toBeUndefined();
    expect(bot.audit.entries.at(-1)).toMatchObject({
      ...{ kind: 'lease', target: 'prod-1', by: 'Salvor', approval: id },
      what: expect.stringMatching(/^gave back prod-1 \(fence \d+\): its work had ended, done$/),
    });
  });

  it('though its work was taken back is given back', async () => {
    const id = await stoppedIn('Cut');
    await diesBeforeGivingBack(async () => {
      await types(people.alice, `rollback ${id}`);
      await bot.works();
    });
    await bot.tends();
    expect(await house.lease()).toBeUndefined();
  });

  it('by work that stopped in the middle stays held until a person says what it is like', async () => {
    await stoppedIn('Cut');
    await bot.tends();
    expect(await house.lease()).toBeDefined();
  });
});

describe('an approval', () => {
  it('whose run was refused before it began is over: it says so and nothing waits for it', async () => {
    const id = await house.approved();
    await freeze();
    await bot.works();
    await bot.tends();
    const approval = await house.approvalOf(id);
    expect(approval.state).toBe('cancelled');
    expect(approval.ended?.reason).toContain('prod-1 is frozen');
  });

  it('takes as many votes as salvor.yaml says when its plan is made again', async () => {
    const id = await house.asked();
    const lax = { ...(await house.approvalOf(id)) };
    await bot.approvals.replace({ ...lax, version: lax.version + 1, rule: { ...lax.rule, votes: 1 } });
    world.members = 'four';
    await bot.answers(people.bob, id);
    bot.reply();
    await bot.works();
    const next = (await house.approvalOf(id)).superseded?.by ?? '';
    expect((await house.approvalOf(next)).rule.votes).toBe(2);
  });
});

it('a step that the plan does not name is not begun without the cluster in hand either', async () => {
  const id = await stoppedIn('Mend');
  let isTaken = false;
  world.during.set('Look around', async () => {
    const lease = await house.lease();
    if (lease) await bot.leases.release(leaseTarget({ target: 'prod-1' }), lease.fence);
  });
  world.during.set('Take back: Cut', () => {
    isTaken = true;
  });
  await types(people.alice, `rollback ${id}`);
  await bot.works();
  expect(isTaken).toBe(false);
});
