/** One thing that happened, for good. */
export interface AuditEvent {
  readonly kind:
    | 'request'
    | 'refusal'
    | 'plan'
    | 'vote'
    | 'approval'
    | 'start'
    | 'step'
    | 'end'
    | 'lease'
    | 'freeze'
    | 'cancel';
  /** What it is about: 'prod-1'; 'all' of a freeze of everything. */
  readonly target: string;
  /** Kind and id of who did it, and their name for people: 'person U024BE7LH (alice)', 'schedule every-6-hours'. */
  readonly by: string;
  readonly run?: string | undefined;
  readonly approval?: string | undefined;
  /** What happened, as a sentence, without secrets. */
  readonly what: string;
  /** Of a plan or a vote: the digest. */
  readonly digest?: string | undefined;
}

/** An event as it was written: `hash` is the SHA-256 of canonical JSON of all else, the hash of the entry before among it. */
export interface AuditEntry extends AuditEvent {
  readonly seq: number;
  readonly at: Date;
  /** 64 zeros in the first. */
  readonly previous: string;
  readonly hash: string;
}

/** The record of everything, only ever added to, each entry chained to the one before. Throws Fault (port 'audit') when Redis cannot be asked. */
export interface Audit {
  add(event: AuditEvent): Promise<void>;
  /** Newest first: of a target, a run, an approval or a person (any part of `by`), or all. */
  list(options: { readonly about?: string; readonly limit: number }): Promise<readonly AuditEntry[]>;
  /** All that come after entry number `after` (0), oldest first, in pages of at most 500. */
  all(after?: number): AsyncIterable<readonly AuditEntry[]>;
}
