import type { Keepers } from '../../src/chatops/keepers.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Outbox } from '../../src/ports/outbox.ts';
import type { Runs } from '../../src/ports/runs.ts';
import { createFakeApprovals } from './approvals.ts';
import { createFakeAudit, type FakeAudit } from './audit.ts';
import { createFakeFreezes, type FakeFreezes } from './freezes.ts';
import { createFakeJournal } from './journal.ts';
import { createFakeLeases } from './leases.ts';

export interface FakeKeepers extends Keepers {
  readonly freezes: FakeFreezes;
  readonly audit: FakeAudit;
}

/** All that the frame keeps, in memory. */
export function createFakeKeepers(clock: Clock, runs: Pick<Runs, 'find'>, outbox: Pick<Outbox, 'put'>): FakeKeepers {
  const leases = createFakeLeases(clock, runs);
  return {
    leases,
    journal: createFakeJournal(leases),
    approvals: createFakeApprovals(outbox),
    freezes: createFakeFreezes(),
    audit: createFakeAudit(clock),
  };
}
