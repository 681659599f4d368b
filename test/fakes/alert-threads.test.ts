import { alertThreadsContract } from '../contract/alert-threads.ts';
import { createFakeAlertThreads } from './alert-threads.ts';
import { createFakeClock } from './clock.ts';
import { createFakeOutbox } from './outbox.ts';

alertThreadsContract('in memory', async () => {
  const clock = createFakeClock();
  const outbox = createFakeOutbox(clock);
  return { threads: createFakeAlertThreads(outbox, clock), outbox, clock };
});
