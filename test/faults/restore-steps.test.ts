import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { changesNothing } from '../../src/chatops/plan.ts';
import { hasEnded, type RunRecord } from '../../src/chatops/run.ts';
import { restoreTags } from '../../src/ops/etcd/restore/steps.ts';
import { isThorough } from '../cases.ts';
import { people } from '../people.ts';
import { restoreCatalogue, restoredHosts } from './fixtures/restore-catalogue.ts';
import { type Bot, type House, openHouse } from './house.ts';
import { type LentHosts, openHosts } from './lent-hosts.ts';
import { type Process, startProcess } from './workshop.ts';

// The real job on hosts in memory, each fault at each of its steps: real Redis, workers as processes; the test is the bots and the hosts.

/** Each step of the plan, and where a fault finds it half done: right before this act, others done. */
const steps = [
  ['Check every host', 'look etcd-2'],
  ['Save what is there now', 'snapshot'],
  ['Put the backup on every host', 'fetch etcd-2'],
  ['Restore beside the old data', 'prepare etcd-2'],
  ['Stop API servers', 'stop-apiservers etcd-2'],
  ['Stop etcd', 'stop-etcd etcd-2'],
  ['Exchange the data', 'restore etcd-2'],
  ['Start etcd', 'start-etcd etcd-2'],
  ['Check etcd', 'catchUp'],
  ['Check what was restored', 'keys'],
  ['Clear API server addresses', 'removePrefix'],
  ['Start API servers', 'start-apiservers etcd-2'],
  ['Restart what remembers', 'restart-afterwards etcd-2'],
  ['Check Kubernetes', 'ready'],
  ['Clear away', 'clear-away etcd-2'],
] as const;
type StepName = (typeof steps)[number][0];

const noReturn = steps.findIndex(([name]) => name === 'Start API servers');
const half = (name: StepName): string => steps[placeOf(name)]?.[1] ?? '';
const placeOf = (name: StepName): number => steps.findIndex(([step]) => step === name);
/** These steps in `npm test`, all of them in `npm run thorough`. */
const at = (...chosen: readonly StepName[]) => (isThorough ? steps.map(([name]) => name) : chosen);
const ofHosts = (...chosen: readonly StepName[]) => at(...chosen).filter((name) => / etcd-2$/.test(half(name)));

// Processes are started and killed several times in each: what is quick by itself takes a while where much else runs.
vi.setConfig({ testTimeout: 240_000 });

const { alice, bob, carol } = people;
let house: House;
let hosts: LentHosts;
let bot: Bot;

beforeEach(async () => {
  house = await openHouse({
    catalogue: restoreCatalogue(),
    words: 'restore prod-1 latest --reason "bad RBAC rollout"',
  });
  hosts = openHosts();
  bot = await house.bot();
});
afterEach(() => house.close());

/** A worker, and how what it has under way is cut off. */
async function worker(name: string): Promise<Process & { cut(): void }> {
  const started = await startProcess('restorer', name, { REDIS_URL: house.server.url });
  return { ...started, ...hosts.lendTo(started.child) };
}

/** A worker that waits in the middle of a step. */
async function inTheMiddle(step: StepName) {
  const first = await worker('first');
  hosts.hold(half(step));
  const id = await bot.approved();
  await bot.until(async () => expect(hosts.cameTo(half(step))).not.toEqual([]));
  return { id, first, run: await house.lastRun(id) };
}

/** What is changed once a step has begun, as the plan says it. */
async function changedBy(id: string, step: StepName): Promise<string> {
  const { plan } = await house.find(id);
  const begun = plan.steps.slice(0, placeOf(step) + 1).filter((one) => !changesNothing(one));
  return begun.length === 0 ? 'nothing' : begun.map(({ changes }) => changes).join('; ');
}

/** It stopped, says what is changed, and people have what they need: their votes, the cluster held, two buttons. */
async function stopped(id: string, step: StepName): Promise<RunRecord> {
  await bot.became(id, 'failed');
  await bot.until(async () => expect(hasEnded((await house.lastRun(id)).state)).toBe(true));
  const run = await house.lastRun(id);
  const changed = await changedBy(id, step);
  expect(run.steps.slice(-steps.length).map(({ name }) => name)).toEqual(steps.map(([name]) => name));
  expect(run.report?.changed).toBe(changed);
  expect((await house.find(id)).votes).toHaveLength(2);
  if (changed === 'nothing') return run;
  expect(run.report?.actions).toMatchObject([{ label: 'Resume' }, { label: 'Roll back' }, { label: 'Logs' }]);
  expect((await house.lease())?.approval).toBe(id);
  return run;
}

/** Somebody presses a button: what changed nothing can only be given back. */
async function goesOn(id: string, step: StepName, way: 'resume' | 'rollback' = 'resume'): Promise<void> {
  const isUntouched = (await changedBy(id, step)) === 'nothing';
  if (isUntouched) await expect(bot.says(alice, `resume ${id}`)).rejects.toThrow('It changed nothing');
  if (isUntouched && !(await house.lease())) return isAsBefore(id, 'failed');
  if (isUntouched || way === 'rollback') {
    await bot.says(bob, `rollback ${id}`);
    await bot.became(id, 'undone');
    return isAsBefore(id, 'undone');
  }
  await bot.says(alice, `resume ${id}`);
  await isRestored(id, step);
}

const later = '/registry/pods/default/later';

async function isRestored(id: string, interrupted?: StepName): Promise<void> {
  await bot.became(id, 'done');
  for (const name of restoredHosts) {
    const { data, aside, etcdRuns, apiServerRuns, hasSnapshot } = hosts.ansible.host(name);
    expect(data).toMatch(/^restored-/);
    expect([...aside.values(), etcdRuns, apiServerRuns, hasSnapshot]).toEqual(['old', true, true, false]);
  }
  expect(hosts.prod.keys).not.toContain(later);
  await isDoneOnce(id, interrupted);
}

async function isAsBefore(id: string, state: 'undone' | 'failed'): Promise<void> {
  for (const name of restoredHosts) {
    const { data, etcdRuns, apiServerRuns } = hosts.ansible.host(name);
    expect([data, etcdRuns, apiServerRuns]).toEqual(['old', true, true]);
  }
  expect(hosts.prod.keys).toContain(later);
  expect((await house.find(id)).state).toBe(state);
  await bot.until(async () => expect(await house.lease()).toBeUndefined());
}

/** No two runs did the same, but for what one was cut short in; and never at the same time. */
async function isDoneOnce(id: string, interrupted: StepName | undefined): Promise<void> {
  await bot.until(async () => expect(await house.lease()).toBeUndefined());
  const journal = await house.keepers.journal.read(id);
  const ended = journal.filter(({ event }) => event === 'ended').map(({ step }) => step);
  expect(ended).toEqual(steps.map(([name]) => name));
  const begun = journal.filter(({ event }) => event === 'started').map(({ step }) => step);
  expect(begun.filter((step) => step !== interrupted)).toEqual(ended.filter((step) => step !== interrupted));
  const { runs } = await house.find(id);
  expect(hosts.acts.map(({ run }) => run).filter((run, nth, all) => run !== all[nth - 1])).toEqual(runs);
  const done = hosts.acts.map(({ act }) => act);
  const from = interrupted ? done.indexOf(`done: ${steps[placeOf(interrupted) - 1]?.[0]}`) + 1 : done.length;
  const to = interrupted ? done.lastIndexOf(`done: ${interrupted}`) : done.length;
  const once = [...done.slice(0, from), ...done.slice(to)].filter(isChange);
  expect(once.filter((act, nth) => once.indexOf(act) !== nth)).toEqual([]);
  expect(done.slice(from, to).filter((act) => once.includes(act))).toEqual([]);
}

/** Reading may come again. */
const isChange = (act: string): boolean => / etcd-\d$|^removePrefix$|^snapshot$/.test(act);

describe('a worker that is killed', () => {
  const ways = (['resume', 'rollback'] as const).flatMap((way) =>
    (way === 'resume' ? at('Exchange the data') : at('Start API servers')).map((step) => [step, way] as const),
  );
  it.each(ways)('in the middle of “%s” says so, and %s brings it to an end', async (step, way) => {
    const { id, first } = await inTheMiddle(step);
    first.signal('SIGKILL');
    await first.ended;
    await worker('second');
    const { report } = await stopped(id, step);
    const place = `${placeOf(step) + 1 + 2} of ${steps.length + 2}: ${step}`;
    expect(report?.title).toBe(`restore prod-1: interrupted in step ${place}.`);
    hosts.letGo(half(step));
    await goesOn(id, step, way);
  });

  it.runIf(isThorough).each(at())(
    'after “%s” was done and before it was written down repeats no other',
    async (step) => {
      const first = await worker('first');
      hosts.hold(`done: ${step}`);
      const id = await bot.approved();
      await bot.until(async () => expect(hosts.cameTo(`done: ${step}`)).not.toEqual([]));
      first.signal('SIGKILL');
      await first.ended;
      await worker('second');
      await stopped(id, step);
      hosts.letGo(`done: ${step}`);
      await goesOn(id, step);
    },
  );
});

describe('a worker that is frozen for longer than its lock', () => {
  it.each(at('Clear API server addresses'))('in the middle of “%s” does nothing more once it wakes', async (step) => {
    const { id, first: frozen, run } = await inTheMiddle(step);
    frozen.signal('SIGSTOP');
    frozen.cut();
    await worker('second');
    await stopped(id, step);
    hosts.letGo(half(step));
    const isUntouched = (await changedBy(id, step)) === 'nothing';
    hosts.hold(`done: ${step}`);
    if (!isUntouched) {
      await bot.says(alice, `resume ${id}`);
      await bot.until(async () => expect(hosts.cameTo(`done: ${step}`)).not.toEqual([]));
    }
    const acts = hosts.acts.length;
    frozen.signal('SIGCONT');
    frozen.signal('SIGTERM');
    expect(await frozen.ended).toBe(0);
    expect(hosts.acts.slice(acts)).toEqual([]);
    expect(await house.runs.find(run.id)).toMatchObject({ state: 'failed' });
    hosts.letGo(`done: ${step}`);
    if (isUntouched) await goesOn(id, step);
    else await isRestored(id, step);
  });
});

describe.runIf(isThorough)('a worker that is told to stop', () => {
  it.each(at())('in the middle of “%s” ends it, and begins no other', async (step) => {
    const { id, first } = await inTheMiddle(step);
    first.signal('SIGTERM');
    hosts.letGo(half(step));
    expect(await first.ended).toBe(0);
    expect(hosts.acts.at(-1)?.act).toBe(`done: ${step}`);
    await worker('second');
    if (step === steps.at(-1)?.[0]) return isRestored(id);
    await stopped(id, step);
    await goesOn(id, step);
  });
});

describe('Redis, killed and back', () => {
  it.each(at('Stop etcd'))('in the middle of “%s”, ends nothing and has nothing done twice', async (step) => {
    const { id } = await inTheMiddle(step);
    await house.server.restart('SIGKILL');
    hosts.letGo(half(step));
    await bot.until(async () => expect(['done', 'failed']).toContain((await house.find(id)).state));
    // Where its lock had lapsed meanwhile it is interrupted there.
    const isCut = (await house.find(id)).state === 'failed';
    if (!isCut) return isRestored(id);
    await stopped(id, step);
    await goesOn(id, step);
  });
});

const isUnderWay = expect.objectContaining({ endedAt: undefined });

describe('a host that fails', () => {
  const ways = (['resume', 'rollback'] as const).flatMap((way) =>
    (way === 'resume' ? ofHosts('Exchange the data') : ofHosts('Restart what remembers'))
      // What fails there is found before, when the plan is made again under the lease.
      .filter((step) => step !== 'Check every host')
      .map((step) => [step, way] as const),
  );
  it.each(ways)('in “%s” is named with those that did not, and %s brings it to an end', async (step, way) => {
    await worker('first');
    const id = await bot.asked();
    await bot.votes(bob, id);
    // A plan is made anew with each vote, and would find it.
    await bot.until(async () => expect(await house.runs.list({ limit: 10 })).not.toContainEqual(isUnderWay));
    const tag = restoreTags.find((one) => half(step).startsWith(`${one} `)) ?? 'look';
    hosts.ansible.fail(tag, 'etcd-2', 'the disk is broken');
    await bot.votes(carol, id);
    const { report } = await stopped(id, step);
    const failed = `It failed on etcd-2. etcd-2: ${tag}: the disk is broken.`;
    expect(report?.title).toBe(`restore prod-1: ${failed} etcd-1, etcd-3 ended that task; none began the next.`);
    await goesOn(id, step, way);
  });
});

describe.runIf(isThorough)('a bot', () => {
  it.each(at())('that is gone from the middle of “%s” on finds all as it is when it is back', async (step) => {
    const { id, run } = await inTheMiddle(step);
    hosts.letGo(half(step));
    await vi.waitUntil(async () => hasEnded((await house.runs.find(run.id))?.state ?? 'queued'), { timeout: 90_000 });
    bot = await house.bot();
    await isRestored(id);
  });
});

describe('a wish to stop', () => {
  it.each(at('Stop etcd').slice(0, noReturn))('in “%s” is granted after that step', async (step) => {
    const { id, run } = await inTheMiddle(step);
    await bot.cancel(run.id, alice);
    hosts.letGo(half(step));
    const ended = await stopped(id, step);
    expect(ended.state).toBe('cancelled');
    expect(hosts.acts.at(-1)?.act).toBe(`done: ${step}`);
    await goesOn(id, step, placeOf(step) % 2 === 0 ? 'resume' : 'rollback');
  });

  it.each(at('Start API servers').filter((step) => placeOf(step) >= noReturn))(
    'in “%s” comes too late',
    async (step) => {
      const { id, run } = await inTheMiddle(step);
      await expect(bot.cancel(run.id, alice)).rejects.toThrow(
        /is past its point of no return, step 12: Start API servers/,
      );
      hosts.letGo(half(step));
      await isRestored(id);
    },
  );
});
