import type { AlertThread } from '../chatops/alerts/alert-thread.ts';
import type { Report } from '../chatops/report.ts';

/** Whether one more automatic write is allowed; if not, until when, or that the day's are used up. */
export type Allowance =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'cooling'; readonly until: Date }
  | { readonly kind: 'used up' };

/** Groups of alerts, outliving every process. Throws Fault (port 'alerts') at once when Redis cannot be asked. */
export interface AlertThreads {
  find(id: string): Promise<AlertThread | undefined>;
  /** The last thread of a group and a target. */
  latest(groupKey: string, target: string): Promise<AlertThread | undefined>;
  /**
   * Keeps `next` in the place of the group's one with the version before (1: there must be none), and puts its card into the outbox, and with it `said` for its
   * thread, in one step. False when it has changed meanwhile: nothing was changed, it is to be read and decided again.
   */
  replace(next: AlertThread, said?: Report): Promise<boolean>;
  /** Where its message is, which a later `replace` keeps. False when it had one already, or there is a later thread. */
  address(id: string, ts: string): Promise<boolean>;
  /** Those that fire. */
  firing(): Promise<readonly AlertThread[]>;
  /** Counts an automatic write of a rule on a target, unless it is too soon or too often. The same `key` again is the same write. */
  allow(
    key: string,
    of: { readonly rule: string; readonly target: string; readonly cooldownMs: number; readonly perDay: number },
  ): Promise<Allowance>;
}
