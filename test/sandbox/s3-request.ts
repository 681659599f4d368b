import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:http';

// Signature Version 4 a second time and on purpose not the server's own: a mistake there must not be repeated here.

export interface Signing {
  readonly endpoint: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly region?: string;
  readonly at?: Date;
}

export interface Ask {
  readonly method?: string;
  /** Percent-encoded already, with the leading slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** The x-amz-content-sha256; that of the body unless told. */
  readonly payload?: string;
  /** Changes the headers after they were signed. */
  readonly tamper?: (headers: Record<string, string>) => void;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The error code in the XML. */
  readonly code: string | undefined;
}

export interface Signature {
  readonly key: Buffer;
  readonly scope: string;
  readonly timestamp: string;
  readonly value: string;
}

/** Signs and sends one request. */
export async function ask(signing: Signing, asked: Ask): Promise<Reply> {
  const { headers } = signed(signing, asked);
  asked.tamper?.(headers);
  return send(signing.endpoint, asked, headers);
}

/** The headers of a signed request, and the signature chunks go on from. */
export function signed(signing: Signing, { method = 'GET', path, query = {}, headers = {}, body = '', payload }: Ask) {
  const timestamp = stamp(signing.at);
  const all: Record<string, string> = {
    host: new URL(signing.endpoint).host,
    'x-amz-date': timestamp,
    'x-amz-content-sha256': payload ?? sha256(body),
    ...headers,
  };
  const names = Object.keys(all).sort();
  const canonical = [
    method,
    path,
    canonicalQuery(query),
    ...names.map((name) => `${name}:${all[name]}`),
    '',
    names.join(';'),
    all['x-amz-content-sha256'],
  ].join('\n');
  const signature = sign(signing, timestamp, canonical);
  const credential = `${signing.accessKeyId ?? 'key'}/${signature.scope}`;
  all.authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature.value}`;
  return { headers: all, signature };
}

/** The query of a presigned request. */
export function presigned(
  signing: Signing,
  method: string,
  path: string,
  expiresSeconds: number,
): Record<string, string> {
  const timestamp = stamp(signing.at);
  const scope = [timestamp.slice(0, 8), signing.region ?? 'us-east-1', 's3', 'aws4_request'].join('/');
  const query = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${signing.accessKeyId ?? 'key'}/${scope}`,
    'X-Amz-Date': timestamp,
    'X-Amz-Expires': String(expiresSeconds),
    'X-Amz-SignedHeaders': 'host',
  };
  const host = `host:${new URL(signing.endpoint).host}`;
  const canonical = [method, path, canonicalQuery(query), host, '', 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  return { ...query, 'X-Amz-Signature': sign(signing, timestamp, canonical).value };
}

/** Sends as it is, signed or not. */
export function send(
  endpoint: string,
  { method = 'GET', path, query = {}, body = '' }: Ask,
  headers: Record<string, string>,
): Promise<Reply> {
  const search = canonicalQuery(query);
  const bytes = Buffer.from(body);
  const length =
    bytes.length > 0 && headers['transfer-encoding'] === undefined ? { 'content-length': String(bytes.length) } : {};
  return new Promise((resolve, reject) => {
    const target = `${endpoint}${path}${search === '' ? '' : `?${search}`}`;
    const url = new URL(endpoint);
    const options = {
      host: url.hostname,
      port: url.port,
      path: target.slice(endpoint.length),
      method,
      headers: { ...length, ...headers },
    };
    request(options, async (response) => {
      const text = Buffer.concat(await Array.fromAsync(response)).toString();
      const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1];
      resolve({ status: response.statusCode ?? 0, headers: flat(response.headers), text, code });
    })
      .on('error', reject)
      .end(bytes);
  });
}

/** An aws-chunked body, its chunks signed when a signature is given. */
export function chunked(
  pieces: readonly Buffer[],
  trailer: Readonly<Record<string, string>>,
  signature?: Signature,
): Buffer {
  let previous = signature?.value ?? '';
  const chain = (kind: string, ...hashes: readonly string[]) => {
    if (!signature) return '';
    const text = [`AWS4-HMAC-SHA256-${kind}`, signature.timestamp, signature.scope, previous, ...hashes].join('\n');
    previous = hmac(signature.key, text).toString('hex');
    return previous;
  };
  const parts: (Buffer | string)[] = [];
  for (const piece of [...pieces, Buffer.alloc(0)]) {
    const value = chain('PAYLOAD', sha256(''), sha256(piece));
    parts.push(`${piece.length.toString(16)}${signature ? `;chunk-signature=${value}` : ''}\r\n`);
    if (piece.length > 0) parts.push(piece, '\r\n');
  }
  const lines = Object.entries(trailer).map(([name, value]) => `${name}:${value}`);
  for (const line of lines) parts.push(`${line}\r\n`);
  if (signature && lines.length > 0) {
    parts.push(`x-amz-trailer-signature:${chain('TRAILER', sha256(lines.map((line) => `${line}\n`).join('')))}\r\n`);
  }
  parts.push('\r\n');
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function sign(
  { secretAccessKey = 'secret', region = 'us-east-1' }: Signing,
  timestamp: string,
  canonical: string,
): Signature {
  const date = timestamp.slice(0, 8);
  const scope = `${date}/${region}/s3/aws4_request`;
  const key = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, date), region), 's3'), 'aws4_request');
  const value = hmac(key, `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256(canonical)}`).toString('hex');
  return { key, scope, timestamp, value };
}

function canonicalQuery(query: Readonly<Record<string, string>>): string {
  const encode = (text: string) =>
    encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return Object.entries(query)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function stamp(at = new Date()): string {
  return at.toISOString().replaceAll(/[-:]|\.\d+/g, '');
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
