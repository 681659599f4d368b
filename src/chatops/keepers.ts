import type { Approvals } from '../ports/approvals.ts';
import type { Audit } from '../ports/audit.ts';
import type { Freezes } from '../ports/freezes.ts';
import type { Journal } from '../ports/journal.ts';
import type { Leases } from '../ports/leases.ts';

/** What the frame itself keeps, and no job can ask for. */
export interface Keepers {
  readonly freezes: Freezes;
  readonly leases: Leases;
  readonly approvals: Approvals;
  readonly journal: Journal;
  readonly audit: Audit;
}
