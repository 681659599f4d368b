import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { emptyDatabase, readDatabase, readState, type State } from '../state.ts';
import { type Answer, type Call, HarborError, isSince, type Route, routed } from './call.ts';
import { registryRoutes } from './registry.ts';
import * as v1 from './v1.ts';
import * as v2 from './v2.ts';
import { whoIs } from './who.ts';

export interface HarborOptions {
  /** Where state.json lies. */
  readonly stateDir: string;
  /** A free one unless told. */
  readonly port?: number;
  /** PEM; plain http without. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** What Harbor takes for its own URL, and sends for tokens to; the one it listens on unless told. */
  readonly externalUrl?: string;
  /** Where blobs are sent for. */
  readonly blobsAt?: string;
}

export interface SandboxHarbor {
  readonly url: string;
  readonly port: number;
  /** What was asked, in order: 'GET /api/v2.0/projects?page=1&page_size=100'. */
  readonly asked: readonly string[];
  /** From now on who asks this waits for the answer, as behind a slow network; answers how to end that. */
  hold(question: string): () => void;
  stop(): Promise<void>;
}

/** Harbor's API and its registry on 127.0.0.1, as state.json has it at every moment. */
export async function startHarbor(options: HarborOptions): Promise<SandboxHarbor> {
  const { stateDir, tls } = options;
  const asked: string[] = [];
  const held = new Map<string, Promise<void>>();
  const registry = registryRoutes();
  const listener: RequestListener = async (request, response) => {
    const question = `${request.method} ${request.url}`;
    asked.push(question);
    try {
      await held.get(question);
      await serve({ ...options, externalUrl: options.externalUrl ?? url, registry }, request, response);
    } catch (error) {
      console.error(error);
      request.destroy();
    }
  };
  const server: Server = tls
    ? createSecureServer({ cert: tls.certificate, key: tls.key }, listener)
    : createServer(listener);
  server.on('connection', (socket: Socket) => {
    if (!readState(stateDir).isUp) socket.resetAndDestroy();
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${address.port}`;
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  function hold(question: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    held.set(question, promise);
    return () => {
      held.delete(question);
      resolve();
    };
  }
  return { url, port: address.port, asked, hold, stop };
}

interface Serving extends HarborOptions {
  readonly externalUrl: string;
  readonly registry: readonly Route[];
}

async function serve(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const state = readState(serving.stateDir);
  // A connection that was kept is gone with the containers.
  if (!state.isUp) return void request.socket.resetAndDestroy();
  const body = Buffer.concat(await Array.fromAsync(request));
  if (!isServing(state)) return sendBadGateway(response);
  const url = new URL(request.url ?? '/', serving.externalUrl);
  const database = state.database === null ? structuredClone(emptyDatabase) : readDatabase(state.database);
  const { stateDir, externalUrl, blobsAt } = serving;
  const call: Call = {
    ...{ method: request.method ?? '', path: decodeURIComponent(url.pathname), query: url.searchParams },
    ...{ headers: request.headers, body, stateDir, state, database, externalUrl, blobsAt },
    who: whoIs(request.headers.authorization, state, database),
  };
  try {
    send(request, response, answered(serving.registry, call));
  } catch (error) {
    sendError(request, response, call, error instanceof HarborError ? error : internal(error));
  }
}

/** nginx stands before core, and says so when that does not answer: as long as it starts, and without a database. */
function isServing({ components, database, startedAt, healthyAfterMs = 0 }: State): boolean {
  const isStarted = startedAt === undefined || Date.now() >= Date.parse(startedAt) + healthyAfterMs;
  return isStarted && components.core === 'healthy' && database !== null;
}

function answered(registry: readonly Route[], call: Call): Answer {
  const isHealth = /\/(health|systeminfo|ping|version)$/.test(call.path);
  if (!isHealth && (call.state.components.database ?? 'healthy') !== 'healthy')
    throw new HarborError(500, 'UNKNOWN', 'internal server error');
  const api = isSince(call, '2.0') ? v2 : v1;
  const answer = routed([...registry, ...api.routes], call);
  if (answer) return answer;
  throw api.absent(call);
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const { status = 200, headers = {}, json, bytes } = answer;
  const body = bytes ?? (json === undefined ? undefined : `${JSON.stringify(json)}\n`);
  const type = json === undefined ? {} : { 'Content-Type': 'application/json; charset=utf-8' };
  response.writeHead(status, { ...type, ...headers, 'Content-Length': String(Buffer.byteLength(body ?? '')) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** 1.x says one error and its status; the registry and 2.x a list of them. */
function sendError(request: IncomingMessage, response: ServerResponse, call: Call, error: HarborError): void {
  const { status, code, message, headers } = error;
  const isList = isSince(call, '2.0') || call.path.startsWith('/v2/');
  const json = isList ? { errors: [{ code, message }] } : { code: status, message };
  send(request, response, { status, headers, json });
}

function sendBadGateway(response: ServerResponse): void {
  const page =
    '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n';
  response.writeHead(502, { 'Content-Type': 'text/html', Server: 'nginx' });
  response.end(page);
}

function internal(error: unknown): HarborError {
  console.error(error);
  return new HarborError(500, 'UNKNOWN', 'internal server error');
}
