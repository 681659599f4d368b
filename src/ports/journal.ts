/** Something that happened to a step of a plan. */
export interface JournalEntry {
  readonly at: Date;
  readonly step: string;
  /** 'undone' is told of a step whose effect was taken back by rolling back, 'undoing' before anything of it is: from then on it has not ended any more. */
  readonly event: 'started' | 'ended' | 'failed' | 'undoing' | 'undone';
  readonly run: string;
  readonly fence: number;
  /** What it did on which host, in words; of a failure what went wrong. */
  readonly detail?: string | undefined;
  /** SHA-256 of what the step put out, where it put out something. */
  readonly output?: string | undefined;
}

/**
 * What was done of a plan, kept by its approval's id, outside of queues; outlives workers, is never changed, only added to. Throws Fault (port
 * 'journal') when Redis cannot be asked.
 */
export interface Journal {
  /**
   * Adds an entry while the lease of `target` still has the entry's fence and run: one step with the look at it. False when it has not: then the run
   * must stop at once, and nothing was added. The same entry again is no second one. What is 'started' or 'undoing' is answered once no fail-over of
   * Redis can forget it; Fault 'REDIS_NOT_REPLICATED' where that does not come to be: then nothing may be done.
   */
  add(approval: string, target: string, entry: JournalEntry): Promise<boolean>;
  read(approval: string): Promise<readonly JournalEntry[]>;
}
