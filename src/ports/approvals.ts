import type { Approval } from '../chatops/approval.ts';
import type { Report } from '../chatops/report.ts';

/** The agreements of people, outliving every process. Throws Fault (port 'approvals') at once when Redis cannot be asked. */
export interface Approvals {
  /**
   * Keeps a new one as pending, and puts its card into the outbox, and with it `said` where there is more to say in its thread, in one step.
   * Idempotent by its id: answers the one that is kept.
   */
  open(approval: Approval, said?: Report): Promise<Approval>;
  find(id: string): Promise<Approval | undefined>;
  /**
   * Puts `next` in the place of the one with the version before (`next.version` is that plus one), and its card into the outbox, in one step.
   * False when it has changed meanwhile: nothing was changed, it is to be read and decided again. One that is
   * 'running' may be said again, and is answered once no fail-over of Redis can forget it; Fault 'REDIS_NOT_REPLICATED' where that does not come to be.
   */
  replace(next: Approval): Promise<boolean>;
  /** Where its message is, which a later `replace` keeps. False when it had one already. */
  address(id: string, ts: string): Promise<boolean>;
  /** Those that are pending, approved, or ask for a clearance. */
  unsettled(): Promise<readonly Approval[]>;
}
