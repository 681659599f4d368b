import type { AlertThread } from '../chatops/alerts/alert-thread.ts';

/** Groups of alerts, outliving every process. Throws Fault (port 'alerts') at once when Redis cannot be asked. */
export interface AlertThreads {
  find(id: string): Promise<AlertThread | undefined>;
  /** The one of a group and a target that is not resolved, or was resolved last. */
  latest(groupKey: string, target: string): Promise<AlertThread | undefined>;
  /**
   * Keeps `next` in the place of the one with the version before (0: there must be none), with its card in the outbox, in one step. False when it has
   * changed meanwhile: nothing was changed, it is to be read and decided again.
   */
  replace(next: AlertThread): Promise<boolean>;
  /** Where its message is, which a later `replace` keeps. False when it had one already. */
  address(id: string, ts: string): Promise<boolean>;
  /** Those that fire, or of which something is still to be decided. */
  open(): Promise<readonly AlertThread[]>;
}
