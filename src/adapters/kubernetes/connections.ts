import { createHash } from 'node:crypto';
import { serialize } from 'node:v8';
import type { KubeConfig, RequestContext } from '@kubernetes/client-node';

export type Dispatcher = ReturnType<RequestContext['getDispatcher']>;

/** Connections to API servers that questions share. The client opens one for each, whose TLS takes 100 KB and a few ms. */
export interface Connections {
  /**
   * Gives the request, which has its credentials of now, a kept connection that rests on the same: server, authority, the name in its certificate,
   * client certificate and proxy. Where one of them is another the connection is too.
   */
  share(request: RequestContext, server: string, rest: ConnectionRest): void;
}

/** What a connection rests on besides the server. */
export type ConnectionRest = ReturnType<KubeConfig['createDispatcherOptions']>;

/** Nobody asked there since, or not with these credentials. What goes on over such a one goes on; idle ones were closed after 4 s. */
const forgottenAfterMs = 60_000;

export function createConnections(): Connections {
  const kept = new Map<string, { readonly dispatcher: Dispatcher; usedMs: number }>();

  return {
    share(request, server, rest) {
      const now = performance.now();
      for (const [key, { usedMs }] of kept) if (now - usedMs > forgottenAfterMs) kept.delete(key);
      // A hash, so that no key of a client is kept here.
      const key = createHash('sha256')
        .update(serialize([server, rest]))
        .digest('base64');
      const one = kept.get(key) ?? { dispatcher: request.getDispatcher(), usedMs: now };
      one.usedMs = now;
      kept.set(key, one);
      if (one.dispatcher) request.setDispatcher(one.dispatcher);
    },
  };
}
