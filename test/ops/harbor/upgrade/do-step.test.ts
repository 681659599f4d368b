import { expect, it } from 'vitest';
import { Interruption } from '../../../../src/chatops/interruption.ts';
import type { RunContext } from '../../../../src/chatops/job.ts';
import { doStep } from '../../../../src/ops/harbor/upgrade/do-step.ts';
import { harborSteps } from '../../../../src/ops/harbor/upgrade/harbor-steps.ts';
import { readHoldings } from '../../../../src/ops/harbor/upgrade/holdings.ts';
import type { UpgradeSite } from '../../../../src/ops/harbor/upgrade/upgrade-site.ts';
import type { JournalEntry } from '../../../../src/ports/journal.ts';
import { createFakeHarbor } from '../../../fakes/harbor.ts';
import { decidedOf } from './decided.ts';

const decided = decidedOf({ healthMs: 0 });
const writesDown = 'Write down what 2.10.3 holds';

/** A run at reg-eu: what it does and keeps. */
function open({ version = '2.10.3', journal = [] as readonly JournalEntry[], stillOurs = async () => {} } = {}) {
  const harbor = createFakeHarbor(version);
  const stop = new AbortController();
  const kept: string[] = [];
  const said: string[] = [];
  const context = {
    ...{ signal: new AbortController().signal, stillOurs },
    ...{ detail: (text: string) => void said.push(text), log: () => undefined },
  } as unknown as RunContext;
  const site: UpgradeSite = {
    ports: {
      harbor,
      ansible: { run: () => Promise.reject(new Error('no playbook here')) },
      clock: { now: () => new Date() },
    },
    ...{ decided, context, migrated: new Map() },
    approved: { keep: (detail) => void kept.push(detail), journal: async () => journal, mayStop: stop.signal },
  };
  const does = async (name: string) => {
    const step = harborSteps(decided).find((one) => one.name === name);
    if (!step) throw new Error(`there is no step ${name}`);
    return doStep(site, step);
  };
  return { harbor, stop, kept, said, does };
}

const written = (detail: string): readonly JournalEntry[] => [
  { at: new Date(), step: writesDown, event: 'ended', run: 'r-1', fence: 1, detail },
];

it('waits for jobs, and no longer once somebody asks to stop', async () => {
  const { harbor, stop, said, does } = open();
  harbor.is.jobs = [{ kind: 'gc', id: '7' }];
  const waits = does('Wait for the jobs of 2.10.3');
  await expect.poll(() => said).toEqual(['reg-eu has 1 job under way: gc 7']);
  const wish = new Interruption('cancelled');
  stop.abort(wish);
  await expect(waits).rejects.toBe(wish);
});

it('writes down what the version holds that is to be replaced', async () => {
  const { harbor, kept, does } = open();
  await does(writesDown);
  expect(kept).toEqual([JSON.stringify(await readHoldings(harbor, 'reg-eu'))]);
});

it('does not take what the next version holds for that, after a way back that was cut short', async () => {
  const before = JSON.stringify(await readHoldings(createFakeHarbor(), 'reg-eu'));
  const { harbor, kept, does } = open({ version: '2.12.4', journal: written(before) });
  harbor.is.projects = [];
  await does(writesDown);
  expect(kept).toEqual([before]);
});

it('a version that somebody has brought there by hand meanwhile is not upgraded from', async () => {
  const { kept, does } = open({ version: '2.13.0' });
  await expect(does(writesDown)).rejects.toMatchObject({
    ...{ code: 'HARBOR_OTHER', retryable: false },
    message: 'reg-eu runs 2.13.0, and is to go from 2.10.3 to 2.12.4.',
  });
  expect(kept).toEqual([]);
});

it('a Harbor that names no components is not healthy, whatever it says', async () => {
  const { harbor, does } = open({ version: '2.12.4' });
  await does('Wait until 2.12.4 is healthy');
  harbor.is.components = [];
  await expect(does('Wait until 2.12.4 is healthy')).rejects.toMatchObject({
    message: 'reg-eu names none of its components.',
  });
});

it.each(['Make 2.10.3 read-only', 'Make 2.12.4 writable'])(
  '“%s” changes nothing for who has lost the registry',
  async (name) => {
    const lost = new Interruption('superseded');
    const { harbor, does } = open({ stillOurs: () => Promise.reject(lost) });
    harbor.is.system = { ...harbor.is.system, isReadOnly: name.endsWith('writable') };
    await expect(does(name)).rejects.toBe(lost);
    expect(harbor.is.system.isReadOnly).toBe(name.endsWith('writable'));
  },
);
