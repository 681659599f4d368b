import { createAlertThreads } from '../../src/queue/alert-threads.ts';
import { createApprovals } from '../../src/queue/approvals.ts';
import { createAudit } from '../../src/queue/audit.ts';
import { createFreezes } from '../../src/queue/freezes.ts';
import { createHomes } from '../../src/queue/homes.ts';
import { createJournal } from '../../src/queue/journal.ts';
import { createLeases } from '../../src/queue/leases.ts';
import { createOutbox } from '../../src/queue/outbox.ts';
import type { RedisConnection } from '../../src/queue/redis.ts';
import { createRuns } from '../../src/queue/runs.ts';
import { createTickets } from '../../src/queue/tickets.ts';
import { createTrails } from '../../src/queue/trails.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { alertThreadsContract } from './alert-threads.ts';
import { approvalsContract } from './approvals.ts';
import { homesContract } from './homes.ts';
import { keepersContract } from './keepers.ts';
import { outboxContract } from './outbox.ts';
import { runsContract } from './runs.ts';
import { ticketsContract } from './tickets.ts';
import { trailsContract } from './trails.ts';

/** All that is promised of what Salvor keeps, kept in a real Redis; `empty` answers a connection to one that holds nothing, each time. */
export function contractsInRedis(name: string, empty: () => Promise<RedisConnection>): void {
  runsContract(name, async () => {
    const redis = await empty();
    const clock = createFakeClock();
    return { runs: createRuns(redis, { clock }), outbox: createOutbox(redis, clock), clock };
  });

  outboxContract(name, async () => {
    const redis = await empty();
    const clock = createFakeClock();
    return { outbox: createOutbox(redis, clock), clock };
  });

  keepersContract(name, async () => {
    const redis = await empty();
    const clock = createFakeClock();
    return {
      ...{
        clock,
        runs: createRuns(redis, { clock }),
        leases: createLeases(redis, clock),
        journal: createJournal(redis),
      },
      ...{ freezes: createFreezes(redis), audit: createAudit(redis, clock) },
    };
  });

  approvalsContract(name, async () => {
    const redis = await empty();
    const clock = createFakeClock();
    return { approvals: createApprovals(redis, clock), outbox: createOutbox(redis, clock), clock };
  });

  alertThreadsContract(name, async () => {
    const redis = await empty();
    const clock = createFakeClock();
    return { threads: createAlertThreads(redis, clock), outbox: createOutbox(redis, clock), clock };
  });

  trailsContract(name, async () => {
    const redis = await empty();
    const clock = createFakeClock();
    return {
      ...{ trails: createTrails(redis), runs: createRuns(redis, { clock }), approvals: createApprovals(redis, clock) },
      threads: createAlertThreads(redis, clock),
    };
  });

  ticketsContract(name, async () => {
    const redis = await empty();
    return createTickets(redis);
  });

  homesContract(name, async () => {
    const redis = await empty();
    const clock = createFakeClock();
    return { homes: createHomes(redis, clock), clock };
  });
}
