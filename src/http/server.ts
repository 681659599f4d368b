import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a path answers. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export type Routes = Readonly<Record<string, () => Promise<Answer>>>;

export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

/** How long a connection may take for what it sends, and how often those past their time are hung up on. */
export interface Patience {
  readonly headersMs: number;
  readonly requestMs: number;
  readonly lookEveryMs: number;
}

// Node looks every 30 s unless told otherwise, which makes 35 s of five.
export const usualPatience: Patience = { headersMs: 5000, requestMs: 10_000, lookEveryMs: 1000 };

/** Serves GET and HEAD of a few fixed paths; anything else is 404 or 405. Bodies are never read. */
export async function startHttp(
  listen: { readonly host: string; readonly port: number },
  routes: Routes,
  { headersMs, requestMs, lookEveryMs } = usualPatience,
): Promise<HttpServer> {
  const server = createServer(
    { connectionsCheckingInterval: lookEveryMs },
    (request, response) => void answer(routes, request, response),
  );
  server.headersTimeout = headersMs;
  server.requestTimeout = requestMs;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port, listen.host, resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) };
}

async function answer(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '').split('?')[0] ?? '';
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const { status, contentType, body } =
    route && isRead ? await guarded(route) : text(route ? 405 : 404, 'nothing here\n');
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function guarded(route: () => Promise<Answer>): Promise<Answer> {
  try {
    return await route();
  } catch (error) {
    return text(503, `${error instanceof Error ? error.message : 'failed'}\n`);
  }
}

export function text(status: number, body: string): Answer {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
