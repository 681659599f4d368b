import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { receive } from './body.ts';
import type { Answer, Call, House } from './call.ts';
import { createFaultPlan, cutAfter, type Fault, type FaultPlan, type Knobs } from './knobs.ts';
import { type OperationName, operationOf, operations } from './operations.ts';
import { notImplemented, S3Error } from './s3-error.ts';
import { type Keys, type Target, verifySignature } from './signature.ts';
import { createBucket, loadBuckets } from './store.ts';
import { xmlDocument } from './xml.ts';

export interface S3Options {
  /** Where everything lies; used again after a stop or a kill -9. */
  readonly directory: string;
  /** A free one unless told. */
  readonly port?: number;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  /** Made at the start unless they are there. */
  readonly buckets?: readonly string[];
  /**
   * 'md5' as at AWS without KMS; 'opaque' as under KMS, for benchmarks: MD5 is half of what this server burns, and
   * nobody may rely on it.
   */
  readonly etags?: 'md5' | 'opaque';
  readonly now?: () => Date;
}

export interface SandboxS3 {
  readonly endpoint: string;
  readonly port: number;
  readonly knobs: Knobs;
  stop(): Promise<void>;
}

/** A small strict S3 server on 127.0.0.1, path style, for the sandbox and the tests. */
export async function startS3(options: S3Options): Promise<SandboxS3> {
  const { directory, region, accessKeyId, secretAccessKey, now = () => new Date() } = options;
  const etags = options.etags ?? 'md5';
  const house: House = { root: directory, region, accessKeyId, etags, buckets: await loadBuckets(directory) };
  for (const name of options.buckets ?? []) {
    if (!house.buckets.has(name)) house.buckets.set(name, await createBucket(directory, name, now()));
  }
  const plan = createFaultPlan();
  const keys: Keys = { accessKeyId, secretAccessKey, region };
  const server = createServer(
    { keepAliveTimeout: 60_000, requestTimeout: 0, highWaterMark: 256 * 1024 },
    (request, response) => {
      serve({ house, keys, plan, now }, request, response).catch((error) => request.destroy(error));
    },
  );
  const port = await listen(server, options.port ?? 0);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    knobs: { ...plan.knobs, down: () => close(server), up: async () => void (await listen(server, port)) },
    stop: () => close(server),
  };
}

interface Serving {
  readonly house: House;
  readonly keys: Keys;
  readonly plan: FaultPlan;
  readonly now: () => Date;
}

async function serve(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  response.setHeader('x-amz-request-id', requestId);
  response.setHeader('x-amz-id-2', randomBytes(24).toString('base64'));
  response.setHeader('Server', 'salvor-sandbox-s3');
  response.setHeader('Date', serving.now().toUTCString());
  try {
    await answer(serving, request, response);
  } catch (error) {
    if (response.headersSent || request.socket.destroyed) request.destroy();
    else sendError(request, response, error instanceof S3Error ? error : internal(error));
  }
}

async function answer(
  { house, keys, plan, now }: Serving,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const at = now();
  const target = targetOf(request);
  const { bucketName, key } = placeOf(target);
  const { searchParams: query } = target;
  const name = operationOf({ method: request.method ?? '', bucketName, key, query });
  const part = query.has('partNumber') ? Number(query.get('partNumber')) : undefined;
  const fault = name && plan.next({ operation: name, part });
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'fail') throw new S3Error(fault.status, fault.code, 'A fault the sandbox was told to have.');
  const signed = verifySignature(request, target, keys, at);
  if (!name) throw notImplemented(`${request.method} ${[...query.keys()].join(', ')}`);
  const raw = plan.slowed(faulty(request, fault, name === 'GetObject'));
  const call: Call = {
    house,
    bucketName,
    key,
    query,
    headers: request.headers,
    now: at,
    pageSize: plan.pageSize(),
    isKept: plan.isKept,
    body: (wantsMd5) => receive(request, raw, signed, wantsMd5),
  };
  const done = await operations[name](call);
  if (fault?.kind === 'loseAnswer') return void request.socket.resetAndDestroy();
  await send(response, done, { plan, name, fault });
}

function faulty(request: IncomingMessage, fault: Fault | undefined, isOutgoing: boolean): AsyncIterable<Buffer> {
  // Not the request itself: leaving that early would destroy the connection before the error is told.
  const bytes: AsyncIterable<Buffer> = { [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }) };
  if (fault?.kind !== 'cut' || isOutgoing) return bytes;
  return cutAfter(bytes, fault.afterBytes, () => request.socket.resetAndDestroy());
}

interface Sending {
  readonly plan: FaultPlan;
  readonly name: OperationName;
  readonly fault: Fault | undefined;
}

async function send(
  response: ServerResponse,
  { status, headers, xml, bytes }: Answer,
  { plan, name, fault }: Sending,
): Promise<void> {
  if (xml !== undefined) response.setHeader('Content-Type', 'application/xml');
  response.writeHead(status, { ...headers });
  if (!bytes || name === 'HeadObject') return void response.end(xml);
  const cut =
    fault?.kind === 'cut' ? cutAfter(bytes, fault.afterBytes, () => response.socket?.resetAndDestroy()) : bytes;
  await pipeline(plan.slowed(cut), response);
}

function sendError(request: IncomingMessage, response: ServerResponse, error: S3Error): void {
  const { status, code, message, elements } = error;
  const requestId = String(response.getHeader('x-amz-request-id'));
  const hostId = String(response.getHeader('x-amz-id-2'));
  const xml = xmlDocument(
    'Error',
    { Code: code, Message: message, ...elements, RequestId: requestId, HostId: hostId },
    false,
  );
  response.writeHead(status, { 'Content-Type': 'application/xml' });
  response.end(request.method === 'HEAD' ? undefined : xml);
  // What is still coming of the body is read and dropped: closing on it would reset the connection under the answer.
  request.resume();
}

function internal(error: unknown): S3Error {
  console.error(error);
  return new S3Error(500, 'InternalError', 'We encountered an internal error. Please try again.');
}

function targetOf(request: IncomingMessage): Target {
  const [pathname = '/', ...query] = (request.url ?? '/').split('?');
  return { pathname, searchParams: new URLSearchParams(query.join('?')) };
}

function placeOf({ pathname }: Target): { readonly bucketName: string; readonly key: string } {
  try {
    const [, bucketName = '', ...key] = pathname.split('/').map(decodeURIComponent);
    return { bucketName, key: key.join('/') };
  } catch {
    throw new S3Error(400, 'InvalidURI', "Couldn't parse the specified URI.");
  }
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : port;
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
