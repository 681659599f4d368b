import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Refusal } from '../chatops/errors.ts';

/** What a path answers. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What somebody asked for; all of it is theirs to write. */
export interface Asked {
  readonly method: 'GET' | 'HEAD';
  readonly path: string;
  readonly query: URLSearchParams;
  /** As it was sent; undefined where it was not, or twice. */
  cookie(name: string): string | undefined;
  /** Who led the browser here, as the browser itself says (Sec-Fetch-Site): 'same-origin' is one of our own pages. */
  readonly ledBy?: string | undefined;
}

export type Route = (asked: Asked) => Promise<Answer>;

/** Whose answers depend on nothing but the path. */
export type PlainRoutes = Readonly<Record<string, () => Promise<Answer>>>;

/** By path; one that ends in `/*` takes all paths below it that have no route of their own. */
export type Routes = Readonly<Record<string, Route>>;

export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

/** How long a connection may take for what it sends, and how often those past their time are hung up on; in ms, as Node's createServer takes them. */
// Node looks every 30 s unless told otherwise, which makes 35 s of five.
export const usualPatience = { headersTimeout: 5000, requestTimeout: 10_000, connectionsCheckingInterval: 1000 };

/** Serves GET and HEAD of a few paths; anything else is 404 or 405. Bodies are never read. */
export async function startHttp(
  listen: { readonly host: string; readonly port: number },
  routes: Routes,
  patience = usualPatience,
): Promise<HttpServer> {
  const server = createServer(patience, (request, response) => void answer(routes, request, response));
  return listening(server, listen);
}

/** Throws Refusal where something else listens there already, or this process may not. */
export async function listening(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<HttpServer> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  }).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === undefined ? undefined : refusals[error.code];
    throw why === undefined
      ? error
      : new Refusal(
          `Nothing can listen on ${host}:${port}: ${why}.`,
          'Give it another port in salvor.yaml; --http-port and --alerts-port give one to this process alone.',
        );
  });
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) };
}

const refusals: Readonly<Record<string, string>> = {
  EADDRINUSE: 'something else does',
  EACCES: 'this process may not',
  EADDRNOTAVAIL: 'this machine has no such address',
};

async function answer(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s);
  const { method } = request;
  const route = routeOf(routes, path);
  const led = request.headers['sec-fetch-site'];
  const ledBy = typeof led === 'string' ? led : undefined;
  const cookie = (name: string) => cookieIn(request.headers.cookie ?? '', name);
  const { status, contentType, body, headers } =
    route && (method === 'GET' || method === 'HEAD')
      ? await guarded(() => route({ method, path, query: new URLSearchParams(query), cookie, ledBy }))
      : text(route ? 405 : 404, 'nothing here\n');
  response.writeHead(status, { ...headers, 'content-type': contentType, 'cache-control': 'no-store' });
  response.end(method === 'HEAD' ? undefined : body);
}

function routeOf(routes: Routes, path: string): Route | undefined {
  if (Object.hasOwn(routes, path)) return routes[path];
  const above = Object.keys(routes).find((one) => one.endsWith('/*') && path.startsWith(one.slice(0, -1)));
  return above === undefined ? undefined : routes[above];
}

function cookieIn(header: string, name: string): string | undefined {
  const values = header.split('; ').filter((one) => one.startsWith(`${name}=`));
  return values.length === 1 ? values[0]?.slice(name.length + 1) : undefined;
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
