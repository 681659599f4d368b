import { keepersContract } from '../contract/keepers.ts';
import { ticketsContract } from '../contract/tickets.ts';
import { createFakeAudit } from './audit.ts';
import { createFakeClock } from './clock.ts';
import { createFakeFreezes } from './freezes.ts';
import { createFakeJournal } from './journal.ts';
import { createFakeLeases } from './leases.ts';
import { createFakeOutbox } from './outbox.ts';
import { createFakeRuns } from './runs.ts';
import { createFakeTickets } from './tickets.ts';

keepersContract('in memory', async () => {
  const clock = createFakeClock();
  const runs = createFakeRuns(clock, createFakeOutbox(clock));
  const leases = createFakeLeases(clock, runs);
  return {
    ...{ clock, runs, leases, journal: createFakeJournal(leases) },
    ...{ freezes: createFakeFreezes(), audit: createFakeAudit(clock) },
  };
});

ticketsContract('in memory', async () => createFakeTickets(createFakeClock()));
