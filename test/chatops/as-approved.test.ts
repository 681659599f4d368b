import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Approval } from '../../src/chatops/approval.ts';
import { digestOf, Plan } from '../../src/chatops/plan.ts';
import type { RunRecord } from '../../src/chatops/run.ts';
import { openHarborHouse } from '../commands/harbor-house.ts';
import { openRestoreHouse } from '../commands/restore-house.ts';
import { people } from '../people.ts';
import { steps, type WipeHouse, wipeHouse } from './wipe-house.ts';

let house: WipeHouse;
beforeEach(async () => {
  house = await wipeHouse();
});
afterEach(() => house.bot.done());

/** As somebody does who can write to Redis and to nothing else. */
function forgesRuns(change: (run: RunRecord) => RunRecord): void {
  const { runs } = house.bot;
  const { begin } = runs;
  runs.begin = async (id, worker) => {
    const run = await begin(id, worker);
    return run?.queue === 'danger' ? change(run) : run;
  };
}

function forgesApprovals(change: (approval: Approval) => Approval): void {
  const { approvals } = house.bot;
  const { find } = approvals;
  Object.assign(approvals, {
    find: async (id: string) => {
      const found = await find(id);
      return found && change(found);
    },
  });
}

const other = { cluster: 'prod-1', decided: { argv: ['rm', '-rf', '/'] } };

describe('who can write to Redis alone', () => {
  it('cannot give a run another payload than the approved one', async () => {
    const id = await house.approved();
    forgesRuns((run) => ({ ...run, payload: other }));
    await house.bot.works();
    expect(house.world.did).toEqual([]);
    expect((await house.lastRun(id)).report?.title).toBe(
      'What this run was given is not what was approved: nothing was begun.',
    );
    expect(await house.lease()).toBeUndefined();
  });

  it('cannot do so where it is gone on with either', async () => {
    house.failsOnce('Cut');
    const id = await house.approved();
    await house.bot.works();
    await house.bot.types(people.alice, `/salvor resume ${id}`);
    house.bot.reply();
    forgesRuns((run) => ({ ...run, payload: other }));
    await house.bot.works();
    expect(house.world.did).toEqual(['Look']);
    expect(await house.approvalOf(id)).toMatchObject({ state: 'failed', runs: [expect.anything()] });
  });

  it('cannot change the plan below its digest', async () => {
    const id = await house.approved();
    forgesApprovals((approval) => ({ ...approval, plan: { ...approval.plan, payload: other } }));
    forgesRuns((run) => ({ ...run, payload: other }));
    await house.bot.works();
    expect(house.world.did).toEqual([]);
    expect((await house.lastRun(id)).state).toBe('refused');
  });

  it('cannot aim an approval at another target', async () => {
    const id = await house.approved();
    forgesRuns((run) => ({ ...run, target: 'edge', payload: { cluster: 'edge' } }));
    await house.bot.works();
    expect(house.world.did).toEqual([]);
    expect((await house.lastRun(id)).state).toBe('refused');
  });
});

it('what was approved is done', async () => {
  const id = await house.approved();
  await house.bot.works();
  expect(house.world.did).toEqual(steps);
  expect((await house.approvalOf(id)).state).toBe('done');
});

async function restorePlan() {
  const house = await openRestoreHouse();
  await house.backup();
  return (await house.plans()).plan;
}

async function upgradePlan() {
  const house = await openHarborHouse();
  return (await house.plans('/salvor harbor reg-eu 2.14 --reason "fixes"')).plan;
}

it.each([
  ['a restore', restorePlan],
  ['an upgrade', upgradePlan],
])('the plan of %s has the same digest once it has lain in Redis', async (_, planned) => {
  const plan = await planned();
  expect(digestOf(Plan.parse(JSON.parse(JSON.stringify(plan))))).toBe(digestOf(plan));
});
