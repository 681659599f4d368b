import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { registryPeople as people } from '../people.ts';
import { type HarborFaults, lockMs } from './harbor-house.ts';

export type Worker = Awaited<ReturnType<HarborFaults['worker']>>;
export type Fault = 'killed' | 'frozen' | 'without Redis' | 'with a silent Redis';

/** Where somebody waits in the middle of a step of an upgrade, see `hold`. */
export interface Meeting {
  readonly id: string;
  readonly step: string;
  readonly act: string;
  /** Where it is held next, if it is. */
  readonly next?: string | undefined;
  /** Happens once it is told that it stopped, before anybody goes on. */
  readonly meanwhile?: () => Promise<void> | void;
}

let others = 0;
const another = (site: HarborFaults): Promise<Worker> => {
  others += 1;
  return site.worker(`another ${others}`);
};

/** What is held meets a fault; it is told so, and people go on with it. Answers the worker that goes on. */
export const meets: Readonly<Record<Fault, (site: HarborFaults, worker: Worker, meeting: Meeting) => Promise<Worker>>> =
  {
    async killed(site, worker, meeting) {
      await site.reached(meeting.act);
      worker.signal('SIGKILL');
      await worker.ended;
      const next = await another(site);
      await isInterrupted(site, meeting);
      await goesOn(site, meeting);
      return next;
    },

    async frozen(site, worker, meeting) {
      await site.reached(meeting.act);
      const { id: stale } = await site.house.lastRun(meeting.id);
      worker.signal('SIGSTOP');
      worker.cut();
      const next = await another(site);
      await isInterrupted(site, meeting);
      await goesOn(site, meeting);
      await site.bot.until(async () => expect((await site.house.lastRun(meeting.id)).state).not.toBe('queued'));
      await wakes(site, worker, stale);
      return next;
    },

    'without Redis': (site, worker, meeting) =>
      cutOff(site, worker, meeting, () => site.house.server.restart('SIGKILL')),

    'with a silent Redis': (site, worker, meeting) =>
      cutOff(site, worker, meeting, async () => {
        site.house.server.pause();
        await pause(lockMs + 1000);
        site.house.server.resume();
      }),
  };

/** A worker goes on meanwhile, and does not know what others do. */
async function cutOff(
  site: HarborFaults,
  worker: Worker,
  { id, step, act, next, meanwhile }: Meeting,
  isAway: () => Promise<void>,
): Promise<Worker> {
  await site.reached(act);
  await isAway();
  await meanwhile?.();
  site.letGo(act);
  // That a step is written down as ended says little: the lock may have lapsed, and is asked for before the next one.
  const goesOn = async () => (next === undefined ? hasPassed(site, id, step) : site.isReached(next));
  const isToldOrGoesOn = async () => (await site.house.find(id)).state === 'failed' || (await goesOn());
  await site.bot.until(async () => expect(await isToldOrGoesOn()).toBe(true));
  // Where its lock had lapsed meanwhile it is interrupted there, and a person goes on with it.
  if ((await site.house.find(id)).state !== 'failed') return worker;
  await site.stopped(id, step);
  await site.bot.says(people.alice, `resume ${id}`);
  return worker;
}

async function isInterrupted(site: HarborFaults, { id, step }: Meeting): Promise<void> {
  const { report } = await site.stopped(id, step);
  expect(report?.title).toMatch(new RegExp(`^harbor reg-eu: interrupted in step \\d+ of \\d+: ${step}\\.$`));
  expect(report?.actions).toMatchObject([{ label: 'Resume' }, { label: 'Roll back' }, { label: 'Logs' }]);
}

async function goesOn(site: HarborFaults, { id, act, meanwhile }: Meeting): Promise<void> {
  site.letGo(act);
  await meanwhile?.();
  await site.bot.says(people.alice, `resume ${id}`);
}

/** Ended or cut off. */
async function hasPassed({ house }: HarborFaults, id: string, step: string): Promise<boolean> {
  const { state } = await house.find(id);
  const journal = await house.keepers.journal.read(id);
  return state !== 'running' || journal.findLast((entry) => entry.step === step)?.event === 'ended';
}

/** A frozen one wakes, long after another has its run: it does nothing more, and writes nothing down. */
async function wakes({ acts, house }: HarborFaults, worker: Worker, stale: string): Promise<void> {
  const did = () => acts.filter(({ run }) => run === stale);
  const before = did();
  worker.signal('SIGCONT');
  worker.signal('SIGTERM');
  expect(await worker.ended).toBe(0);
  expect(did()).toEqual(before);
  expect(await house.runs.find(stale)).toMatchObject({ state: 'failed' });
}
