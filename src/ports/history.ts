import type { ApprovedMode, RunState } from '../chatops/run.ts';

/** Work that other people approved, as far as it came: what its newest run tells. */
export interface PastWork {
  readonly approval: string;
  /** The newest of its runs. */
  readonly run: string;
  readonly mode: ApprovedMode;
  readonly state: RunState;
  /** When that run ended; until then, when it was begun. */
  readonly at: Date;
  /** It ended well so far, with steps left. */
  readonly isPaused: boolean;
  /** Something may be other than it was before. */
  readonly hasChanged: boolean;
  /** Its target is held for it: others may go on with it or take it back. */
  readonly isHeld: boolean;
  /** What that run said at its end. */
  readonly title?: string | undefined;
  /** Who asked for it, by the name people know. */
  readonly by: string;
  /** What was agreed to. */
  readonly payload: unknown;
}

/** What was done to a target before. Throws Fault (port 'runs' or 'leases') when it cannot be asked. */
export interface History {
  /** Approved work of one job on a target, newest first, as far as runs are kept. */
  approvedWork(target: string, job: string): Promise<readonly PastWork[]>;
}
