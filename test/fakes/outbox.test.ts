import { outboxContract } from '../contract/outbox.ts';
import { createFakeClock } from './clock.ts';
import { createFakeOutbox } from './outbox.ts';

outboxContract('in memory', async () => {
  const clock = createFakeClock();
  return { outbox: createFakeOutbox(clock), clock };
});
