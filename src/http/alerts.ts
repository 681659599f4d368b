import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { Notification } from '../chatops/alerts/notification.ts';
import type { Logger } from '../ports/logger.ts';
import { bearerToken, isSame } from './credentials.ts';
import { type HttpServer, listening, usualPatience } from './server.ts';

export interface AlertDoor {
  readonly listen: { readonly host: string; readonly port: number };
  /** What must come as the bearer token; without it a certificate of `clientCa`'s must. */
  readonly token: string | undefined;
  readonly tls:
    | { readonly certificate: string; readonly key: string; readonly clientCa: string | undefined }
    | undefined;
  /** Answers how many alerts nobody is told of. */
  tell(notification: Notification): Promise<number>;
  /** Of each delivery: what became of it, and how many alerts nobody is told of. */
  onDelivery(outcome: 'taken' | 'refused' | 'busy', passedOver: number): void;
  readonly logger: Logger;
}

/** A group of a thousand alerts with long texts is a tenth of it. */
const bodyBytes = 4 * 1024 * 1024;
/** More at once than this is told to come again: each of them takes some twenty questions to Redis. */
const mostAtOnce = 64;

/**
 * Takes what Alertmanager posts to /alerts. 200 once it is kept; 503 while it cannot be: that is told again, where 429 and 4xx are not. What can never be
 * taken is 4xx, and said in the log.
 */
export async function serveAlerts(door: AlertDoor): Promise<HttpServer> {
  let underWay = 0;
  const listener: RequestListener = (request, response) => {
    underWay += 1;
    const isBusy = underWay > mostAtOnce;
    void answer(request, door, isBusy)
      .then((told) => say(response, told))
      .finally(() => {
        underWay -= 1;
      });
  };
  return listening(open(door.tls, listener), door.listen);
}

function open(tls: AlertDoor['tls'], listener: RequestListener): Server {
  if (!tls) return createServer(usualPatience, listener);
  const { certificate: cert, key, clientCa } = tls;
  const clients = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
  return createSecureServer({ ...usualPatience, cert, key, minVersion: 'TLSv1.2', ...clients }, listener);
}

interface Told {
  readonly status: number;
  readonly text: string;
}

async function answer(request: IncomingMessage, door: AlertDoor, isBusy: boolean): Promise<Told> {
  const { logger, onDelivery } = door;
  const refused = (status: number, text: string): Told => {
    onDelivery('refused', 0);
    logger.warn({ status, from: request.socket.remoteAddress }, `alerts were not taken: ${text}`);
    return { status, text };
  };
  const [path] = (request.url ?? '').split('?');
  if (path !== '/alerts') return { status: 404, text: 'nothing here' };
  if (request.method !== 'POST') return { status: 405, text: 'alerts are posted' };
  if (!isAllowed(request, door.token)) return refused(401, 'the bearer token is missing or wrong');
  if (isBusy) return busy(door, 'too much at once');
  const body = await bodyOf(request).catch(() => undefined);
  if (body === undefined) return refused(413, `the body was cut short, or is longer than ${bodyBytes} bytes`);
  const notification = parse(body);
  if (!notification.success) return refused(400, `it is no notification of version 4: ${notification.why}`);
  try {
    const passedOver = await door.tell(notification.data);
    onDelivery('taken', passedOver);
    return { status: 200, text: 'taken' };
  } catch (error) {
    logger.warn({ err: error }, 'alerts could not be kept: Alertmanager is told to come again');
    return busy(door, 'it cannot be kept now');
  }
}

function busy({ onDelivery }: AlertDoor, text: string): Told {
  onDelivery('busy', 0);
  return { status: 503, text };
}

const isAllowed = ({ headers }: IncomingMessage, token: string | undefined): boolean =>
  token === undefined || isSame(bearerToken(headers), token);

/** What is too long is read to its end, or until its time is over, and not kept: who still writes hears no answer. */
async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request) {
    bytes += piece.length;
    if (bytes <= bodyBytes) pieces.push(piece);
  }
  if (bytes > bodyBytes) throw new Error('too long');
  return Buffer.concat(pieces).toString('utf8');
}

function parse(
  text: string,
): { readonly success: true; readonly data: Notification } | { readonly success: false; readonly why: string } {
  try {
    const read = Notification.safeParse(JSON.parse(text));
    if (read.success) return read;
    const [issue] = read.error.issues;
    return { success: false, why: `${issue?.path.join('.')}: ${issue?.message}` };
  } catch {
    return { success: false, why: 'it is no JSON' };
  }
}

function say(response: ServerResponse, { status, text }: Told): void {
  const close = status === 413 ? { connection: 'close' } : {};
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...close });
  response.end(`${text}\n`);
}
