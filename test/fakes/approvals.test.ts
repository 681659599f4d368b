import { approvalsContract } from '../contract/approvals.ts';
import { createFakeApprovals } from './approvals.ts';
import { createFakeClock } from './clock.ts';
import { createFakeOutbox } from './outbox.ts';

approvalsContract('in memory', async () => {
  const clock = createFakeClock();
  const outbox = createFakeOutbox(clock);
  return { approvals: createFakeApprovals(outbox), outbox, clock };
});
