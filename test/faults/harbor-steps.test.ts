import { afterEach, describe, inject, it, vi } from 'vitest';
import { type HarborFaults, openHarborFaults } from './harbor-house.ts';
import { meets } from './harbor-meets.ts';

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
const half = (step: StepName | undefined): string => {
  const place = steps.find(([name]) => name === step)?.[1] ?? '';
  return /^(begin|done)$/.test(place) ? `${place}: ${step}` : place;
};
const isThorough = inject('casesFactor') > 1;

vi.setConfig({ testTimeout: 1_200_000 });

const open = () => openHarborFaults('2.12', { version: '2.10.3', packages: ['2.12.4'], isProbed: true });
let site: HarborFaults;
afterEach(() => site.close());

/** Those that change something, or come after such. */
const changing = steps.slice(2).map(([name]) => name);

describe.runIf(isThorough)('an upgrade', () => {
  it.each(['killed', 'frozen', 'without Redis'] as const)(
    'whose worker is %s in each of its steps says each time where, and comes to its end',
    async (fault) => {
      site = await open();
      let worker = await site.worker('first');
      site.hold(half(changing[0]));
      const id = await site.bot.approved();
      for (const [nth, step] of changing.entries()) {
        const next = changing[nth + 1];
        const meanwhile = () => (next === undefined ? undefined : site.hold(half(next)));
        worker = await meets[fault](site, worker, { id, step, act: half(step), meanwhile });
      }
      await site.came(id, 'done', '2.12.4');
    },
  );
});
