import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HTTPReceiver } from '@slack/bolt';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { boltLogger } from '../bolt-logger.ts';
import type { Connected } from './sockets.ts';

export interface RequestSettings {
  readonly signingSecret: string;
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface RequestsReceiver extends Connected {
  /** Where it listens, once started. */
  address(): { readonly host: string; readonly port: number } | undefined;
}

export const requestPath = '/slack/events';

const mostAwayMs = 5 * 60_000;
/** Slack's payloads are tens of kilobytes. */
const bodyLimitBytes = 1_000_000;

/** Bolt's HTTP receiver behind a door of our own, which also refuses requests from the future. */
export function requestsReceiver(settings: RequestSettings): RequestsReceiver {
  const { signingSecret, clock, logger } = settings;
  const bolt = new HTTPReceiver({
    signingSecret,
    endpoints: [requestPath],
    bodyLimit: bodyLimitBytes,
    logger: boltLogger(logger),
  });
  const server = createServer(door(bolt.requestListener, clock, logger));
  server.requestTimeout = 10_000;
  server.headersTimeout = 5000;
  return {
    init: (app) => bolt.init(app),
    start: () => listen(server, settings.host, settings.port),
    stop: () => close(server),
    trouble: () => (server.listening ? undefined : 'not listening for Slack'),
    address() {
      const at = server.address();
      return at !== null && typeof at === 'object' ? { host: at.address, port: at.port } : undefined;
    },
  };
}

function door(behind: RequestListener, clock: Clock, logger: Logger): RequestListener {
  return (request, response) => {
    if (!isTimely(request, clock.now())) {
      logger.warn({}, 'a request with a timestamp more than five minutes away was refused');
      return end(response, 401);
    }
    try {
      behind(request, response);
    } catch {
      // Bolt throws for every path and method but its own.
      end(response, 404);
    }
  };
}

/**
 * Bolt 5 refuses old timestamps but takes future ones, so that a stolen clock or a signer gone wrong could make requests that stay
 * good for as long as wanted. Whether there is a timestamp at all, and whether it is signed, Bolt checks.
 */
function isTimely(request: IncomingMessage, now: Date): boolean {
  const stamp = request.headers['x-slack-request-timestamp'];
  if (stamp === undefined) return true;
  if (typeof stamp !== 'string' || !/^\d{1,12}$/.test(stamp)) return false;
  return Math.abs(Number(stamp) * 1000 - now.getTime()) <= mostAwayMs;
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: 'close' });
  response.end();
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo | string | null> {
  const { promise, resolve, reject } = Promise.withResolvers<AddressInfo | string | null>();
  server.once('error', reject);
  server.listen(port, host, () => {
    server.off('error', reject);
    resolve(server.address());
  });
  return promise;
}

function close(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  // Every answer is an acknowledgement, given at once; what is still open after a second is no delivery of Slack's.
  const timer = setTimeout(() => server.closeAllConnections(), 1000);
  server.close(() => {
    clearTimeout(timer);
    resolve();
  });
  server.closeIdleConnections();
  return promise;
}
