import { afterEach, describe, it, vi } from 'vitest';
import { isThorough } from '../cases.ts';
import { changing, half } from './harbor-halves.ts';
import { type HarborFaults, openHarborFaults } from './harbor-house.ts';
import { meets } from './harbor-meets.ts';

// An upgrade of a played Harbor by real Ansible, each fault at each of its steps; workers are processes. One upgrade meets one fault after the other.

vi.setConfig({ testTimeout: 1_200_000 });

const open = () => openHarborFaults('2.12', { version: '2.10.3', packages: ['2.12.4'], isProbed: true });
let site: HarborFaults;
afterEach(() => site.close());

describe.runIf(isThorough)('an upgrade', () => {
  it.each(['killed', 'frozen', 'without Redis', 'with a silent Redis'] as const)(
    'whose worker is %s in each of its steps says each time where, and comes to its end',
    async (fault) => {
      site = await open();
      let worker = await site.worker('first');
      site.hold(half(changing[0]));
      const id = await site.bot.approved();
      for (const [nth, step] of changing.entries()) {
        const next = changing[nth + 1];
        const meanwhile = () => (next === undefined ? undefined : site.hold(half(next)));
        worker = await meets[fault](site, worker, { id, step, act: half(step), next: next && half(next), meanwhile });
      }
      await site.came(id, 'done', '2.12.4');
    },
  );
});
