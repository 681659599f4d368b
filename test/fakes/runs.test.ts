import { runsContract } from '../contract/runs.ts';
import { createFakeClock } from './clock.ts';
import { createFakeOutbox } from './outbox.ts';
import { createFakeRuns } from './runs.ts';

runsContract('in memory', async () => {
  const clock = createFakeClock();
  const outbox = createFakeOutbox(clock);
  return { runs: createFakeRuns(clock, outbox), outbox, clock };
});
