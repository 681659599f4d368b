import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import type { Access, Actor } from '../../src/chatops/access.ts';
import { defineCommand } from '../../src/chatops/command.ts';
import { Fault } from '../../src/chatops/errors.ts';
import { leaseTarget } from '../../src/chatops/held-back.ts';
import { Name } from '../../src/chatops/interpret.ts';
import { defineJob } from '../../src/chatops/job.ts';
import { type Bot, channels, createBot } from '../bot.ts';
import { wipePlan } from '../fakes/wipe-plan.ts';
import { people } from '../people.ts';

// Work that is done to a registry goes by the same doors, and is held and named as what it is.
const job = defineJob({
  name: 'polish',
  payload: z.object({ registry: z.string() }),
  needs: [],
  queue: 'danger',
  steps: [],
  target: ({ registry }) => registry,
  targetKind: 'registry',
  access: ({ registry }) => ({ role: 'operator', target: registry }),
  gate: {
    steps: ['Look'],
    plan: async ({ registry }) => ({ ...wipePlan(registry, 'one'), action: 'polish', payload: { registry } }),
  },
  async run(_payload, _ports, { step }) {
    await step('Cut', async () => {
      throw new Fault('The host did not answer.', { port: 'ansible', operation: 'run', code: 'X', retryable: false });
    });
  },
  report: () => ({ tone: 'good', title: 'polished' }),
});
const command = defineCommand({
  name: 'polish',
  summary: 'polish it',
  usage: 'polish <registry>',
  examples: ['polish reg-eu'],
  input: z.strictObject({ registry: Name }),
  job: job.planning,
  payload: (input) => input,
});

const also = (actor: Actor, role: Access['role']): Actor => ({
  ...actor,
  grants: [...actor.grants, { role, target: 'reg-eu' }],
});
const alice = also(people.alice, 'operator');
const bob = also(people.bob, 'approver');
const regs = 'C0REGS';
const registries = {
  'reg-eu': {
    environment: 'staging',
    channels: [regs, channels.prod],
    url: 'https://registry.example.com',
    api: { username: 'robot$salvor', password: 'REG_EU_PASSWORD' },
    host: '10.0.0.21',
  },
};

let bot: Bot;
beforeEach(async () => {
  bot = await createBot({}, { jobs: [job], commands: [command], registries });
  for (const actor of [alice, bob]) bot.rights.set(actor.id, actor);
});
afterEach(() => bot.done());

async function says(actor: Actor, text: string, channel = regs): Promise<string> {
  await bot.types(actor, `/salvor ${text}`, { channel });
  return bot.reply();
}

const newest = async () => (await bot.runs.list({ target: 'reg-eu', limit: 1 }))[0];

/** Asked for and approved; it stops in a step that may have changed something. */
async function stopped(): Promise<void> {
  await says(alice, 'polish');
  await bot.works();
  await bot.answers(bob, (await newest())?.id.replace('r-', 'a-') ?? '', { typed: 'reg-eu' });
  expect(bot.reply()).toContain('It begins now.');
  await bot.works();
}

it('is planned, approved by its own rule, and held as a registry when it stops', async () => {
  await stopped();
  const run = await newest();
  expect(run).toMatchObject({ target: 'reg-eu', targetKind: 'registry', state: 'failed' });
  expect(run?.report?.facts).toContainEqual({ label: 'Registry', value: 'reg-eu' });
  expect(await bot.leases.find('harbor/reg-eu')).toBeDefined();
  expect(leaseTarget({ target: 'reg-eu' })).toBe('etcd/reg-eu');
  expect(await says(alice, 'lock show')).toContain('harbor/reg-eu');
  expect(await says(alice, `runs ${run?.id}`)).toMatch(/Registry +reg-eu/);
  expect(await says(bob, 'lock release --reason "looked at the host"')).toContain('reg-eu is released');
  expect(await bot.leases.find('harbor/reg-eu')).toBeUndefined();
});

it('is left out in a channel of one registry, also where one cluster is spoken of too, and each command takes its own', async () => {
  for (const channel of [regs, channels.prod]) {
    await says(alice, 'polish', channel);
    expect((await newest())?.words).toBe('polish');
    await bot.works();
  }
  await says(alice, 'snapshot', channels.prod);
  expect((await bot.runs.list({ target: 'prod-1', limit: 1 }))[0]?.job).toBe('snapshot');
});

it('is no cluster, and clusters are no registries; a slip of the finger is told of its own kind', async () => {
  expect(await says(alice, 'snapshot reg-eu', channels.prod)).toContain('There is no cluster "reg-eu".');
  expect(await says(alice, 'polish prod-1')).toContain('There is no registry "prod-1".');
  expect(await says(alice, 'polish reg-ue')).toMatch(/There is no registry "reg-ue".\s+Next {2}Did you mean reg-eu\?/);
  expect(await says(people.eve, 'polish reg-eu')).toContain('There is no registry "reg-eu".');
  expect(await says(alice, 'runs --cluster reg-eu')).toContain('There is no cluster "reg-eu".');
  expect(bot.queued).toEqual([]);
});

it('is frozen by its name, and with everything', async () => {
  expect(await says(alice, 'freeze on')).toContain('reg-eu is frozen');
  expect(await says(bob, 'freeze off')).toContain('reg-eu is not frozen any more');
  expect(await says(people.alice, 'freeze on all')).toContain('right on every cluster and registry');
  expect(await says(alice, 'freeze on all')).toContain('Everything is frozen');
});

it('is offered in help where it may be done', async () => {
  const here = await says(alice, 'help');
  expect(here).toContain('this channel speaks of reg-eu');
  expect(here).toContain('/salvor polish <registry>');
  expect(here).not.toContain('/salvor snapshot');
  expect(await says(alice, 'help polish', channels.other)).toMatch(/You may use it on +reg-eu$/m);
  expect(await says(people.eve, 'help polish', channels.other)).toContain('no registry');
});

it('is spoken of in its own channels alone', async () => {
  expect(await says(alice, 'polish reg-eu', channels.other)).toContain('reg-eu is spoken of in its own channels only');
});
