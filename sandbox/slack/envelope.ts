import type { Clock } from './clock.ts';
import type { Json, JsonObject } from './model.ts';

export type EnvelopeType = 'slash_commands' | 'interactive' | 'events_api';

/** One payload on its way to the app. */
export interface Envelope {
  readonly id: string;
  readonly type: EnvelopeType;
  readonly payload: JsonObject;
  /** Whether what the app says in its ack counts (commands, submissions). */
  readonly acceptsResponse: boolean;
  /** Of an event delivered again: which time, 1 to 3, and why. */
  readonly retry?: { readonly number: number; readonly reason: RetryReason };
}

export type RetryReason = 'http_timeout' | 'http_error' | 'connection_failed' | 'timeout';

export type Ack =
  | { readonly state: 'acked'; readonly body: Json | undefined }
  | { readonly state: 'failed'; readonly reason: RetryReason; readonly status?: number; readonly noRetry?: boolean };

/** The way to the app: its HTTP address, or its sockets. */
export interface Transport {
  /** Settles after at most three seconds of the clock; a later ack is thrown away. Never rejects. */
  send(envelope: Envelope): Promise<Ack>;
  stop(): void;
}

const ackWithinMs = 3000;

/** Settles with the first `settle` call, or as a timeout once three seconds of `clock` have passed. */
export function ackWithin(clock: Clock, late: RetryReason, begin: (settle: (ack: Ack) => void) => void): Promise<Ack> {
  return new Promise((resolve) => {
    const cancel = clock.after(ackWithinMs, () => resolve({ state: 'failed', reason: late }));
    begin((ack) => {
      cancel();
      resolve(ack);
    });
  });
}
