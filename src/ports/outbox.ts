import type { Report } from '../chatops/report.ts';

/** Something to be said in the chat. It names the run, not the message: what is shown is the run as it is by then. */
export type Letter =
  /** Show the run's root message as the run is now; posts it where it has none. */
  | { readonly kind: 'card'; readonly runId: string }
  /** Show the message of an approval as it is now; posts it, also to the channel, where there is none. Its id is `approval:<id>`. */
  | { readonly kind: 'approval'; readonly approvalId: string; readonly runId: string }
  /** Say something in the run's thread, once. */
  | { readonly kind: 'say'; readonly runId: string; readonly report: Report; readonly broadcast: boolean }
  /** Show the message of a group of alerts as it is now; posts it where there is none. Its id is `alert:<id>`. */
  | { readonly kind: 'alert'; readonly alertId: string }
  /** Say something in the thread of a group of alerts, once. */
  | { readonly kind: 'remark'; readonly alertId: string; readonly report: Report };

export interface Claim {
  readonly id: string;
  readonly letter: Letter;
  /** How often this was claimed before without being sent. */
  readonly tries: number;
  /** Rises when the same letter is put in again while claimed. */
  readonly version: number;
  /** Tells this claim from every other. */
  readonly token: number;
}

/** What waits to be said, kept in Redis until the chat has taken it. At least once; claims of a dead sender come back. */
export interface Outbox {
  /** Puts a letter in. The same id again replaces it: edits of one card coalesce to one every three seconds. */
  put(id: string, letter: Letter): Promise<void>;
  /** Takes the most overdue letter for `forMs`; after that others may claim it. Undefined when nothing is due. */
  claim(forMs: number): Promise<Claim | undefined>;
  /** Takes this very letter if it waits and nobody holds it, due or not. */
  claimOne(id: string, forMs: number): Promise<Claim | undefined>;
  /** The chat has taken it; it goes, unless it was put in again meanwhile. */
  sent(claim: Claim): Promise<void>;
  /** Not now: it is due again at `at`. Untried, where nothing of it can have reached the chat: then this claim does not count. */
  postpone(claim: Claim, at: Date, why: string, how?: { readonly isUntried: boolean }): Promise<void>;
  /** Never: the chat refuses it for good. It is kept in a list of the last 200 for people to see. */
  giveUp(claim: Claim, why: string): Promise<void>;
  /** Milliseconds to wait before one more call of this kind is within its limit; 0 takes it. Shared by all processes. */
  allowance(name: string, limit: { readonly calls: number; readonly perMs: number }): Promise<number>;
  depth(): Promise<{ readonly waiting: number; readonly oldestMs: number; readonly givenUp: number }>;
}
