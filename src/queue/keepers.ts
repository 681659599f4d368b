import type { Keepers } from '../chatops/keepers.ts';
import type { Clock } from '../ports/clock.ts';
import { createApprovals } from './approvals.ts';
import { createAudit } from './audit.ts';
import { createFreezes } from './freezes.ts';
import { createJournal } from './journal.ts';
import { createLeases } from './leases.ts';
import type { RedisConnection } from './redis.ts';

/** All that the frame keeps, in Redis. */
export const createKeepers = (redis: RedisConnection, clock: Clock): Keepers => ({
  freezes: createFreezes(redis),
  leases: createLeases(redis, clock),
  approvals: createApprovals(redis, clock),
  journal: createJournal(redis),
  audit: createAudit(redis, clock),
});
