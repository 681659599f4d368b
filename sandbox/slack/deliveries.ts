import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { Ack, Envelope, EnvelopeType, Transport } from './envelope.ts';
import type { JsonObject } from './model.ts';

/** An event is tried again at once, after a minute and after five. Source: docs.slack.dev/apis/events-api, "Retries". */
const retryAfterMs = [0, 60_000, 300_000];
const mostKept = 10_000;

export interface Deliveries {
  use(transport: Transport): void;
  /** One try; what a person did is never sent twice. */
  send(type: Exclude<EnvelopeType, 'events_api'>, payload: JsonObject, acceptsResponse: boolean): Promise<Ack>;
  /** Tried up to three times more while the app does not ack. Resolves after the first try. */
  sendEvent(payload: JsonObject): Promise<Ack>;
  /** Sends an envelope again as it was, ids and all, as Slack may after a lost ack. */
  redeliver(envelope: Envelope): Promise<Ack>;
  /** Oldest first; the latest ten thousand. */
  sent(): readonly Envelope[];
  /** Resolves when nothing is under way (retries waiting for their time do not count). */
  idle(): Promise<void>;
  stop(): void;
}

export function createDeliveries(clock: Clock): Deliveries {
  let transport: Transport | undefined;
  let sent: Envelope[] = [];
  let isStopped = false;
  const underWay = new Set<Promise<Ack>>();
  const waitingRetries = new Set<() => void>();

  const attempt = async (envelope: Envelope): Promise<Ack> => {
    if (!transport || isStopped) return { state: 'failed', reason: 'connection_failed' };
    sent.push(envelope);
    if (sent.length > 2 * mostKept) sent = sent.slice(-mostKept);
    return transport.send(envelope);
  };

  const tracked = (trying: Promise<Ack>): Promise<Ack> => {
    underWay.add(trying);
    return trying.finally(() => underWay.delete(trying));
  };

  const tryEvent = async (envelope: Envelope): Promise<Ack> => {
    const ack = await attempt(envelope);
    const number = (envelope.retry?.number ?? 0) + 1;
    const delayMs = retryAfterMs[number - 1];
    if (ack.state === 'acked' || ack.noRetry || delayMs === undefined || isStopped) return ack;
    const again = () => {
      waitingRetries.delete(cancel);
      void tracked(tryEvent({ ...envelope, retry: { number, reason: ack.reason } }));
    };
    const cancel = delayMs === 0 ? () => {} : clock.after(delayMs, again);
    if (delayMs === 0) again();
    else waitingRetries.add(cancel);
    return ack;
  };

  return {
    use(next) {
      transport?.stop();
      transport = next;
    },
    send: (type, payload, acceptsResponse) => tracked(attempt({ id: randomUUID(), type, payload, acceptsResponse })),
    sendEvent: (payload) =>
      tracked(tryEvent({ id: randomUUID(), type: 'events_api', payload, acceptsResponse: false })),
    redeliver: (envelope) => tracked(attempt(envelope)),
    sent: () => sent.slice(-mostKept),
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    stop() {
      isStopped = true;
      for (const cancel of waitingRetries) cancel();
      transport?.stop();
    },
  };
}
