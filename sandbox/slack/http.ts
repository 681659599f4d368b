import type { IncomingMessage, ServerResponse } from 'node:http';
import { asRecord, isRecord, parseJson } from './json.ts';
import type { Json, JsonObject } from './model.ts';

/** Reading of requests and writing of answers, for every address of the local Slack. */

const mostBytes = 64 * 1024 * 1024;

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > mostBytes) throw new Error('request body over 64 MiB');
  }
  return Buffer.concat(chunks);
}

export async function readJson(request: IncomingMessage): Promise<JsonObject> {
  return asRecord(parseJson((await readBody(request)).toString('utf8')));
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: Json,
  headers: Record<string, string> = {},
): void {
  send(response, status, JSON.stringify(body), { 'content-type': 'application/json; charset=utf-8', ...headers });
}

export function sendText(response: ServerResponse, status: number, body: string): void {
  send(response, status, body, { 'content-type': 'text/plain; charset=utf-8' });
}

export function send(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}

export interface Received {
  readonly args: JsonObject;
  readonly warnings: readonly string[];
  /** The error Slack answers for a body it cannot read. */
  readonly error?: string;
}

/** The arguments of an API call: JSON, a form, or the query of a GET. */
export async function readArgumentsOf(request: IncomingMessage, body: Buffer): Promise<Received> {
  const query = Object.fromEntries(new URL(request.url ?? '/', 'http://localhost').searchParams);
  const contentType = request.headers['content-type'] ?? '';
  if (contentType.startsWith('application/json')) return readJsonArguments(body, contentType, query);
  if (contentType.startsWith('multipart/form-data')) {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
    return { args: { ...query, ...texts(form) }, warnings: [] };
  }
  const isForm = contentType === '' || contentType.startsWith('application/x-www-form-urlencoded');
  if (!isForm) return { args: query, warnings: [], error: 'invalid_post_type' };
  const form = Object.fromEntries(new URLSearchParams(body.toString('utf8')));
  return { args: { ...query, ...form }, warnings: contentType.includes('charset') ? ['superfluous_charset'] : [] };
}

function readJsonArguments(body: Buffer, contentType: string, query: JsonObject): Received {
  const warnings = contentType.includes('charset') ? [] : ['missing_charset'];
  const parsed = body.length === 0 ? {} : parseJson(body.toString('utf8'));
  if (parsed === undefined) return { args: query, warnings, error: 'invalid_json' };
  if (!isRecord(parsed)) return { args: query, warnings, error: 'json_not_object' };
  const { token: _ignored, ...args } = parsed;
  return { args: { ...query, ...args }, warnings };
}

function texts(form: FormData): JsonObject {
  const fields: Record<string, string> = {};
  for (const [name, value] of form) if (typeof value === 'string') fields[name] = value;
  return fields;
}
