import type { Clock } from './clock.ts';
import { type HttpDelivery, httpDelivery, type Signature } from './delivery-http.ts';
import { type SocketDelivery, socketDelivery } from './delivery-socket.ts';
import type { Transport } from './envelope.ts';
import type { Delivery } from './options.ts';
import type { App } from './state.ts';

/** How the app is reached now: over its sockets, or at its address. */
export interface Way {
  readonly sockets: SocketDelivery;
  isSocketMode(): boolean;
  /** The transport for `delivery`; the one before it is no longer used. */
  choose(delivery: Delivery): Transport;
  http(): HttpDelivery | undefined;
}

interface Hooks {
  signature(): Signature;
  /** A socket came or went. */
  noticed(): void;
}

export function createWay(app: Omit<App, 'botUserId'>, clock: Clock, hooks: Hooks): Way {
  const sockets = socketDelivery(app.id, clock, hooks.noticed);
  let http: HttpDelivery | undefined;
  return {
    sockets,
    isSocketMode: () => http === undefined,
    http: () => http,
    choose(delivery) {
      if (delivery.mode === 'socket') {
        http = undefined;
        // The sockets outlive a change of mode and end with the server.
        return { send: sockets.send, stop: () => {} };
      }
      http = httpDelivery({
        url: delivery.url,
        signingSecret: delivery.signingSecret ?? app.signingSecret,
        verificationToken: app.verificationToken,
        clock,
        signature: hooks.signature,
      });
      return http;
    },
  };
}
