import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { Logger } from '../ports/logger.ts';
import { basicLogin, bearerToken, isSame } from './credentials.ts';
import { type HttpServer, listening, usualPatience } from './server.ts';

export interface QueuePageDoor {
  readonly listen: { readonly host: string; readonly port: number };
  readonly username: string;
  /** What opens the page: the password of `username`, or the token; nothing does where neither is given. */
  readonly password: string | undefined;
  readonly token: string | undefined;
  /** Asked only on behalf of who may look, and only to read. */
  readonly page: RequestListener;
  readonly logger: Logger;
}

const headers: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  // The page is bull-board's: it styles its elements one by one, and asks this server alone.
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "base-uri 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Serves a page to who shows the password or the token: 401 to others, 405 to whatever is not GET or HEAD, so that nothing can be changed there. */
export function serveQueuePage(door: QueuePageDoor): Promise<HttpServer> {
  const server = createServer(usualPatience, (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (!mayLook(request, door)) return refuse(request, response, door.logger);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return say(response.setHeader('allow', 'GET, HEAD'), 405, 'this page is for reading');
    door.page(request, response);
  });
  return listening(server, door.listen);
}

/** Both are compared, whatever was sent: how long it takes tells nothing. */
function mayLook({ headers: sent }: IncomingMessage, { username, password, token }: QueuePageDoor): boolean {
  const isUser = isSame(basicLogin(sent), `${username}:${password}`) && Boolean(password);
  const isProgram = isSame(bearerToken(sent), token ?? '') && Boolean(token);
  return isUser || isProgram;
}

function refuse(request: IncomingMessage, response: ServerResponse, logger: Logger): void {
  // A browser's first question comes without: that is no attempt.
  if (request.headers.authorization !== undefined)
    logger.warn({ from: request.socket.remoteAddress }, 'the page of the queues was refused: wrong password or token');
  response.setHeader('www-authenticate', 'Basic realm="Salvor: queues", charset="UTF-8"');
  say(response, 401, 'this page wants a password');
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
