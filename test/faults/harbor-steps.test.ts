import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { registryPeople as people } from '../people.ts';
import { type HarborFaults, openHarborFaults } from './harbor-house.ts';

// An upgrade of a played Harbor by real Ansible, each fault at each of its steps; workers are processes. One upgrade meets one fault after the other.

/** Each step of the plan, and where a fault finds it half done. */
const steps = [
  ['Check the host', 'after ps'],
  ['Load the images of 2.12.4', 'after load'],
  ['Make 2.10.3 read-only', 'done'],
  ['Wait for the jobs of 2.10.3', 'begin'],
  ['Write down what 2.10.3 holds', 'done'],
  ['Stop 2.10.3', 'after down'],
  ['Copy the database of 2.10.3', 'cp before-2.10.3.part'],
  ['Set 2.10.3 aside', 'done'],
  ['Unpack 2.12.4', 'cp harbor.new-'],
  ['Migrate the configuration to 2.12.4', 'after migrate'],
  ['Prepare 2.12.4', 'after prepare'],
  ['Install 2.12.4', 'after up -d'],
  ['Wait until 2.12.4 is healthy', 'begin'],
  ['Compare what 2.12.4 holds', 'done'],
  ['Pull from 2.12.4', 'done'],
  ['Make 2.12.4 writable', 'done'],
  ['Clear away', 'done'],
] as const;
type StepName = (typeof steps)[number][0];
const half = (step: StepName): string => {
  const place = steps.find(([name]) => name === step)?.[1] ?? '';
  return /^(begin|done)$/.test(place) ? `${place}: ${step}` : place;
};
const isThorough = inject('casesFactor') > 1;

vi.setConfig({ testTimeout: 1_200_000 });

const { alice } = people;
let site: HarborFaults;
afterEach(() => site.close());

type Worker = Awaited<ReturnType<HarborFaults['worker']>>;
type Fault = 'killed' | 'frozen' | 'without Redis';

/** An upgrade that meets a fault in the middle of each of these steps, and is gone on with after each. Answers the approval's id. */
async function upgradeThrough(faults: readonly (readonly [StepName, Fault])[]): Promise<string> {
  site = await openHarborFaults('2.12', { version: '2.10.3', packages: ['2.12.4'], isProbed: true });
  let worker = await site.worker('first');
  const halves = faults.map(([step]) => half(step));
  site.hold(halves[0] ?? '');
  const id = await site.bot.approved();
  for (const [nth, [step, fault]] of faults.entries()) {
    await site.reached(half(step));
    const goOn = () => {
      site.letGo(half(step));
      const next = halves[nth + 1];
      if (next !== undefined) site.hold(next);
    };
    worker = await meets[fault](worker, { id, step, goOn, name: `after ${step}` });
  }
  return id;
}

interface Meeting {
  readonly id: string;
  readonly step: StepName;
  readonly name: string;
  /** What is held here goes on, and the next fault awaits. */
  goOn(): void;
}

/** How a worker meets it; answers the one that has gone on. */
const meets: Readonly<Record<Fault, (worker: Worker, meeting: Meeting) => Promise<Worker>>> = {
  async killed(worker, { id, step, goOn, name }) {
    worker.signal('SIGKILL');
    await worker.ended;
    const next = await site.worker(name);
    const { report } = await site.stopped(id, step);
    expect(report?.title).toMatch(new RegExp(`^harbor reg-eu: interrupted in step \\d+ of \\d+: ${step}\\.$`));
    expect(report?.actions).toMatchObject([{ label: 'Resume' }, { label: 'Roll back' }, { label: 'Logs' }]);
    goOn();
    await site.bot.says(alice, `resume ${id}`);
    return next;
  },
  async frozen(worker, { id, step, goOn, name }) {
    const { id: stale } = await site.house.lastRun(id);
    worker.signal('SIGSTOP');
    worker.cut();
    const next = await site.worker(name);
    await site.stopped(id, step);
    goOn();
    await site.bot.says(alice, `resume ${id}`);
    await site.bot.until(async () => expect((await site.house.lastRun(id)).state).toBe('running'));
    await wakes(worker, stale);
    return next;
  },
  async 'without Redis'(worker, { id, step, goOn }) {
    await site.house.server.restart('SIGKILL');
    goOn();
    await site.bot.until(async () => expect(await hasPassed(id, step)).toBe(true));
    // Where its lock had lapsed meanwhile it is interrupted there, and a person goes on with it; the same worker may.
    if ((await site.house.find(id)).state !== 'failed') return worker;
    await site.stopped(id, step);
    await site.bot.says(alice, `resume ${id}`);
    return worker;
  },
};

/** Ended or cut off. */
async function hasPassed(id: string, step: StepName): Promise<boolean> {
  const { state } = await site.house.find(id);
  const journal = await site.house.keepers.journal.read(id);
  return state !== 'running' || journal.findLast((entry) => entry.step === step)?.event === 'ended';
}

/** A frozen one wakes, long after another has its run: it does nothing more, and writes nothing down. */
async function wakes(worker: Worker, stale: string): Promise<void> {
  const did = () => site.acts.filter(({ run }) => run === stale);
  const before = did();
  worker.signal('SIGCONT');
  worker.signal('SIGTERM');
  expect(await worker.ended).toBe(0);
  expect(did()).toEqual(before);
  expect(await site.house.runs.find(stale)).toMatchObject({ state: 'failed' });
}

/** These steps in `npm test`, all that change something in `npm run thorough`. */
const at = (...chosen: readonly StepName[]): readonly StepName[] =>
  isThorough ? steps.slice(2).map(([name]) => name) : chosen;

describe('an upgrade', () => {
  it('whose workers are killed, frozen or cut off from Redis, one after the other, says each time where, and comes to its end', async () => {
    const id = await upgradeThrough([
      ['Stop 2.10.3', 'killed'],
      ['Copy the database of 2.10.3', 'frozen'],
      ['Unpack 2.12.4', 'without Redis'],
      ['Install 2.12.4', 'killed'],
      ['Wait until 2.12.4 is healthy', 'killed'],
      ['Make 2.12.4 writable', 'frozen'],
    ]);
    await site.came(id, 'done', '2.12.4');
  });

  it.runIf(isThorough).each(['killed', 'frozen', 'without Redis'] as const)(
    'whose worker is %s in each of its steps says each time where, and comes to its end',
    async (fault) => {
      const id = await upgradeThrough(at().map((step) => [step, fault]));
      await site.came(id, 'done', '2.12.4');
    },
  );
});
