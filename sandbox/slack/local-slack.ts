import type { RecordedCall } from './api.ts';
import type { Signature } from './delivery-http.ts';
import type { DisconnectReason } from './delivery-socket.ts';
import type { Driver } from './driver.ts';
import type { Ack, Envelope } from './envelope.ts';
import type { Failing, Outage } from './faults.ts';
import type { Delivery } from './options.ts';
import type { State } from './state.ts';

export type Truthy<T> = Exclude<T, false | null | undefined | 0 | ''>;

/** A running local Slack: the people at its windows (Driver), its records, and the ways to make it misbehave. */
export interface LocalSlack extends Driver {
  /** Ends in `/api/`: Bolt's and the WebClient's `slackApiUrl`. */
  readonly apiUrl: string;
  readonly pageUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly state: State;
  /** How the app's requests are signed in HTTP mode. */
  signature: Signature;

  /** API calls, oldest first (the latest fifty thousand). */
  calls(method?: string): readonly RecordedCall[];
  /** Payloads sent to the app, retries among them, oldest first. */
  envelopes(): readonly Envelope[];
  on(event: 'changed', listener: () => void): () => void;
  /** Resolves with what `predicate` gives once that is truthy; asked at once and after every change. Rejects after `timeoutMs` (20,000). */
  waitFor<T>(predicate: () => T, limits?: { readonly timeoutMs?: number }): Promise<Truthy<T>>;
  /** Resolves when no payload is on its way to the app. */
  idle(): Promise<void>;

  /** How many sockets the app has open. */
  connections(): number;
  /** Changes how the app is reached: for HTTP once its address is known. */
  deliverTo(delivery: Delivery): void;
  /** HTTP mode: true when the app answers Slack's challenge. */
  verifyUrl(): Promise<boolean>;
  rateLimits(on: boolean): void;
  /** Makes a method (`*` for any) misbehave for `times` calls; undefined ends it. */
  fail(method: string, failing: Failing | undefined): void;
  /** Slack is not there: API calls are cut (or answered 503), sockets dropped, new ones refused. */
  down(is: boolean | Outage): void;
  dropSockets(): void;
  /** Says goodbye to every socket as Slack does. */
  disconnect(reason: DisconnectReason): void;
  /** Sends a payload a second time with the same ids; the last one unless told. */
  redeliver(envelope?: Envelope): Promise<Ack>;
  stop(): Promise<void>;
}
