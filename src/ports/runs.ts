import type { File, Report } from '../chatops/report.ts';
import type { Run, RunRecord, RunState, Step } from '../chatops/run.ts';
import type { ScheduleState, Skip } from '../chatops/schedule-state.ts';

export type Admission =
  | { readonly kind: 'admitted' }
  /** The same request again: nothing was changed. */
  | { readonly kind: 'repeated'; readonly run: RunRecord }
  /** Another run holds the lock: nothing was changed. */
  | { readonly kind: 'busy'; readonly run: RunRecord };

/** How an attempt stands: it holds its run; it holds it and was asked to stop; the run has ended or another attempt has it. */
export type Standing = 'held' | 'cancelled' | 'lost';

/** What is said when a run ends. */
export interface Outcome {
  readonly state: Exclude<RunState, 'queued' | 'running'>;
  readonly report: Report;
  /** Said in the channel too, whatever it says: the result of what other people approved. */
  readonly isAloud?: boolean;
  /** How far the steps got, where the worker knows better than the last `change`. */
  readonly steps?: readonly Step[];
}

/** What is known of the runs of a schedule on a target. */
export interface ScheduleRecord extends ScheduleState {
  /** When it was last skipped, and for which run. */
  readonly skipped?: Skip;
}

/** What a kind of job last found out about a target. */
export interface Measured {
  readonly job: string;
  readonly target: string;
  /** When a run was last done that was not bad news. */
  readonly succeededAt?: Date;
  /** `report.measures` of the last run that was done and had any, and when it ended. */
  readonly measures: Readonly<Record<string, number>>;
  readonly measuredAt?: Date;
}

/** The state of all runs, outliving every process. Throws Fault (port 'runs') at once when Redis cannot be asked. */
export interface Runs {
  /**
   * Records a run as queued and takes its lock, in one step. Idempotent by the run's id. A scheduled run that finds its lock held is kept as a
   * skip of its schedule; one that speaks only of failures or changes has no card until it has something to say.
   */
  admit(run: Run): Promise<Admission>;
  find(id: string): Promise<RunRecord | undefined>;
  /** Newest first. Without runs of schedules that spoke of changes alone and found none: of each schedule the last of them is kept, to be found. */
  list(options: { readonly target?: string; readonly limit: number }): Promise<readonly RunRecord[]>;
  /** Where the run's root message is. Answers false when it already had one, or speaks in no channel. */
  address(id: string, thread: { readonly channel: string; readonly ts: string }): Promise<boolean>;
  /**
   * People deleted the root message at `gone`: the one at `anew` took its place, or none does from now on. False when the run's root message
   * is another by now: nothing was changed.
   */
  rootDeleted(id: string, gone: string, anew?: string): Promise<boolean>;

  /** A worker takes the run: the next attempt begins, all former ones are fenced off. Undefined when it has ended. */
  begin(id: string, worker: string): Promise<RunRecord | undefined>;
  /** Whether this attempt still holds the run, and is still wanted. */
  standing(id: string, attempt: number): Promise<Standing>;
  /**
   * Changes how far a run is; changes nothing when the answer is 'lost'. Progress is of the step under way: steps that come without it clear
   * it.
   */
  change(
    id: string,
    attempt: number,
    change: Partial<Pick<RunRecord, 'steps' | 'progress' | 'memory'>>,
  ): Promise<Standing>;
  /** Puts a run back to queued, to be tried again; `note` says why. A handover does not count as a try. False when the attempt was fenced off. */
  requeue(
    id: string,
    attempt: number,
    again: { readonly note: string; readonly handover: boolean; readonly steps?: readonly Step[] },
  ): Promise<boolean>;
  /**
   * Says on the card why a queued run waits, or that nobody works on a running one; gone with the next `begin`, `change` or end. False when the
   * run is not any more as it was read (state and attempt), has ended, or says so already. Of a scheduled run too, whatever it speaks of: it is
   * stuck.
   */
  note(run: Pick<RunRecord, 'id' | 'state' | 'attempt'>, text: string): Promise<boolean>;
  /**
   * Ends a run with what to say, and frees its lock. Files are said in its thread and not kept with the run. False when it had ended already
   * or the attempt was fenced off; `attempt` undefined ends it whoever holds it. What it means for the schedule it came from is judged and kept in
   * the same step, and so are its measures.
   */
  end(id: string, attempt: number | undefined, outcome: Outcome): Promise<boolean>;
  /** The files of the report of a run that was asked for in a terminal, which has no thread to find them in: for ten minutes after its end. */
  files(id: string): Promise<readonly File[]>;
  /** Runs that have not ended, oldest first, a hundred at a time: there may be thousands. */
  open(): AsyncIterable<readonly RunRecord[]>;

  /** Adds a line to the run's log, which keeps the last 500. */
  log(id: string, line: string): Promise<void>;
  logs(id: string): Promise<readonly { readonly at: Date; readonly line: string }[]>;

  /**
   * Asks whichever worker holds the run to stop; a queued run ends at once. A running one whose worker is gone is ended by whoever next brings
   * runs and queue together, or by the worker that takes it. False when it has ended already, or remembers that it is past its point of no return:
   * one look with what is remembered.
   */
  cancel(id: string, by: string, actorId?: string): Promise<boolean>;

  /** What is known of schedules, by their ids; nothing of those of which no run has ended and none was skipped. */
  scheduled(): Promise<ReadonlyMap<string, ScheduleRecord>>;
  /** What the last runs measured, of every job and target there ever was. */
  measured(): Promise<readonly Measured[]>;
}
