import type { Report } from '../chatops/report.ts';
import type { Run, RunRecord, RunState, Step, Thread } from '../chatops/run.ts';

export type Admission =
  | { readonly kind: 'admitted' }
  /** The same request again: nothing was changed. */
  | { readonly kind: 'repeated'; readonly run: RunRecord }
  /** Another run holds the lock: nothing was changed. */
  | { readonly kind: 'busy'; readonly run: RunRecord };

/** The state of all runs, outliving every process. Throws Fault (port 'runs') at once when Redis cannot be asked. */
export interface Runs {
  /** Records a run as queued and takes its lock, in one step. Idempotent by the run's id. */
  admit(run: Run): Promise<Admission>;
  find(id: string): Promise<RunRecord | undefined>;
  /** Newest first. */
  list(options: { readonly cluster?: string; readonly limit: number }): Promise<readonly RunRecord[]>;
  /** Where the run's root message is. Answers false when it already had one. */
  address(id: string, thread: Required<Thread>): Promise<boolean>;

  /** A worker takes the run: the next attempt begins, all former ones are fenced off. Undefined when it has ended. */
  begin(id: string, worker: string): Promise<RunRecord | undefined>;
  /** Whether this attempt still holds the run. */
  holds(id: string, attempt: number): Promise<boolean>;
  /** Changes how far a run is; ignored (false) when the attempt no longer holds it. */
  change(
    id: string,
    attempt: number,
    change: { readonly steps?: readonly Step[]; readonly progress?: RunRecord['progress'] },
  ): Promise<boolean>;
  /** Puts a run back to queued, to be tried again. */
  requeue(id: string, attempt: number, why: string): Promise<boolean>;
  /** Ends a run with what to say, and frees its lock. False when it had ended already or the attempt was fenced off; `attempt` undefined ends it whoever holds it. */
  end(
    id: string,
    attempt: number | undefined,
    outcome: { readonly state: RunState; readonly report: Report },
  ): Promise<boolean>;

  /** Adds a line to the run's log, which keeps the last 500. */
  log(id: string, line: string): Promise<void>;
  logs(id: string): Promise<readonly { readonly at: Date; readonly line: string }[]>;

  /** Asks whichever worker holds the run to stop; a queued run ends at once. False when it has ended already. */
  cancel(id: string, by: string): Promise<boolean>;
}
