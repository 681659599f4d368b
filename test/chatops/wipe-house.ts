import { z } from 'zod';
import type { Approval } from '../../src/chatops/approval.ts';
import { defineCommand } from '../../src/chatops/command.ts';
import { Fault } from '../../src/chatops/errors.ts';
import { leaseTarget } from '../../src/chatops/held-back.ts';
import { Name } from '../../src/chatops/interpret.ts';
import { defineJob } from '../../src/chatops/job.ts';
import type { RunRecord } from '../../src/chatops/run.ts';
import type { Lease } from '../../src/ports/leases.ts';
import { type Bot, createBot, startedRun } from '../bot.ts';
import { wipePlan, wipeSteps } from '../fakes/wipe-plan.ts';
import { people } from '../people.ts';

/** What the work of these tests looks at and changes. */
export interface World {
  members: string;
  readonly did: string[];
  /** Happens in a step before it is done. */
  readonly during: Map<string, () => Promise<void> | void>;
  /** It asks to go on after this step. */
  pausesAfter?: string;
}

export const steps = wipeSteps;

/** Dangerous work of three steps, of which the last is the point of no return; it does what a world says. */
export const wipeJob = (world: World, order: readonly string[] = steps) =>
  defineJob({
    name: 'wipe',
    payload: z.object({ cluster: z.string() }),
    needs: [],
    queue: 'danger',
    steps: [],
    target: ({ cluster }) => cluster,
    access: ({ cluster }) => ({ role: 'operator', target: cluster }),
    gate: {
      steps: ['Look at the cluster'],
      plan: ({ cluster }, _ports, context) =>
        context.step('Look at the cluster', async () => wipePlan(cluster, world.members, order)),
    },
    async run(_payload, _ports, context) {
      const { approved } = context;
      if (!approved) throw new Error('nobody approved');
      const journal = await approved.journal();
      const isDone = (step: string) => journal.some((one) => one.step === step && one.event === 'ended');
      if (approved.mode === 'rollback') {
        await context.step('Look around', async () => world.during.get('Look around')?.());
        for (const step of order.toReversed().filter(isDone)) {
          await context.step(`Take back: ${step}`, async () => world.during.get(`Take back: ${step}`)?.());
          await approved.undone(step);
        }
        return 'rolled back';
      }
      for (const step of order.filter((one) => !isDone(one))) {
        await context.step(step, async () => {
          await world.during.get(step)?.();
          // As before a commit point, where whoever has lost the target must stop.
          await context.stillOurs();
          world.did.push(step);
        });
        if (step === world.pausesAfter) return 'cut so far';
      }
      return 'wiped';
    },
    report: (how) => ({
      ...{ tone: 'good', title: `prod-1 is ${how}` },
      ...(how === 'cut so far' ? { isPaused: true } : {}),
    }),
  });

export interface WipeHouse {
  readonly bot: Bot;
  readonly world: World;
  /** Alice asks; answers the approval's id. */
  asked(): Promise<string>;
  approves(id: string, ...by: readonly (typeof people.bob)[]): Promise<void>;
  /** Alice asks, Bob and Carol approve. */
  approved(): Promise<string>;
  approvalOf(id: string): Promise<Approval>;
  lastRun(id: string): Promise<RunRecord>;
  lease(): Promise<Lease | undefined>;
  failsOnce(step: string): void;
}

/** A bot that knows how to wipe prod-1. */
export async function wipeHouse(order = steps): Promise<WipeHouse> {
  const world: World = { members: 'three', did: [], during: new Map() };
  const job = wipeJob(world, order);
  const command = defineCommand({
    name: 'wipe',
    summary: 'wipe it',
    usage: 'wipe <cluster>',
    examples: ['wipe prod-1'],
    input: z.strictObject({ cluster: Name }),
    job: job.planning,
    payload: (input) => input,
  });
  const bot = await createBot({}, { jobs: [job], commands: [command] });

  async function asked(): Promise<string> {
    const run = startedRun(await bot.types(people.alice, '/salvor wipe prod-1'));
    bot.reply();
    await bot.works();
    return run.id.replace('r-', 'a-');
  }

  async function approves(id: string, ...by: readonly (typeof people.bob)[]): Promise<void> {
    for (const one of by) {
      await bot.answers(one, id);
      const reply = bot.reply();
      // Carol's Slack is Chinese.
      if (!/Your vote counts|你的票已计入/.test(reply)) throw new Error(reply);
    }
  }

  async function approvalOf(id: string): Promise<Approval> {
    const approval = await bot.approvals.find(id);
    if (!approval) throw new Error(`there is no approval ${id}`);
    return approval;
  }

  return {
    bot,
    world,
    asked,
    approves,
    approvalOf,
    async approved() {
      const id = await asked();
      await approves(id, people.bob, people.carol);
      return id;
    },
    async lastRun(id) {
      const run = await bot.runs.find((await approvalOf(id)).runs.at(-1) ?? '');
      if (!run) throw new Error('no run was started');
      return run;
    },
    lease: () => bot.leases.find(leaseTarget({ target: 'prod-1' })),
    failsOnce: (step) =>
      void world.during.set(step, () => {
        world.during.delete(step);
        throw new Fault('cp-2 did not answer.', { port: 'ansible', operation: 'run', code: 'X', retryable: false });
      }),
  };
}
