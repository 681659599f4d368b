import { expect, it } from 'vitest';
import { createGate, NotNow, updateLimit } from '../../src/slack/gate.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { createFakeOutbox } from '../fakes/outbox.ts';

it('gives each call that must wait a turn of its own', async () => {
  const clock = createFakeClock();
  const gate = createGate({ outbox: createFakeOutbox(clock), clock, wait: async () => {}, patienceMs: 1100 });
  const turns: number[] = [];
  for (let nth = 0; nth < updateLimit.calls + 3; nth += 1) {
    await gate
      .through('chat.update', updateLimit, async () => undefined)
      .catch((error) => {
        if (!(error instanceof NotNow)) throw error;
        turns.push(error.at.getTime() - clock.now().getTime());
      });
  }
  expect(turns).toEqual([60_000, 61_500, 63_000]);
});
