import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { S3Error } from './s3-error.ts';

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/** What a valid signature tells of the request, and what chunk signatures go on from. */
export interface Signed {
  /** The SHA-256 of the body in hex, UNSIGNED-PAYLOAD, or one of the STREAMING-… names. */
  readonly payload: string;
  readonly signature: string;
  readonly timestamp: string;
  readonly scope: string;
  readonly key: Buffer;
}

/** The path as sent, not normalised as a URL's would be, since keys may contain dots; and the query. */
export interface Target {
  readonly pathname: string;
  readonly searchParams: URLSearchParams;
}

interface Claim {
  readonly credential: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly timestamp: string;
  readonly payload: string;
  readonly isPresigned: boolean;
}

const algorithm = 'AWS4-HMAC-SHA256';
const allowedSkewMs = 15 * 60_000;
const longestExpirySeconds = 604_800;

/** Checks Signature Version 4, in the header or in the query (presigned). Throws S3Error as S3 does. */
export function verifySignature(request: IncomingMessage, url: Target, keys: Keys, now: Date): Signed {
  const claim = url.searchParams.has('X-Amz-Algorithm') ? claimInQuery(url, now) : claimInHeader(request, now);
  const [accessKeyId, date = '', region = '', service = '', end = ''] = splitCredential(claim.credential);
  if (accessKeyId !== keys.accessKeyId) {
    throw new S3Error(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', {
      AWSAccessKeyId: accessKeyId ?? '',
    });
  }
  if (service !== 's3' || end !== 'aws4_request' || date !== claim.timestamp.slice(0, 8))
    throw malformed('the credential scope is wrong');
  if (region !== keys.region)
    throw malformed(`the region '${region}' is wrong; expecting '${keys.region}'`, { Region: keys.region });
  if (request.headers['x-amz-security-token'] !== undefined || url.searchParams.has('X-Amz-Security-Token')) {
    throw new S3Error(400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.');
  }
  requireSigned(request, claim);
  const scope = [date, region, service, end].join('/');
  const canonical = canonicalRequest(request, url, claim);
  const toSign = [algorithm, claim.timestamp, scope, sha256(canonical)].join('\n');
  const key = signingKey(keys.secretAccessKey, date, region);
  const expected = hmac(key, toSign).toString('hex');
  if (!equal(expected, claim.signature)) throw mismatch(keys.accessKeyId, toSign, claim.signature, canonical);
  return { payload: claim.payload, signature: claim.signature, timestamp: claim.timestamp, scope, key };
}

/** The signature of one chunk or of the trailer, chained to the one before. Source: AWS "Signature calculations: chunked". */
export function chainedSignature(
  { timestamp, scope, key }: Signed,
  kind: 'PAYLOAD' | 'TRAILER',
  previous: string,
  hashes: readonly string[],
): string {
  return hmac(key, [`${algorithm}-${kind}`, timestamp, scope, previous, ...hashes].join('\n')).toString('hex');
}

export function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function claimInHeader(request: IncomingMessage, now: Date): Claim {
  const header = request.headers.authorization;
  if (header === undefined) throw new S3Error(403, 'AccessDenied', 'Access Denied');
  const match = /^AWS4-HMAC-SHA256\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([\da-f]{64})$/.exec(
    header,
  );
  const [, credential, signedHeaders, signature] = match ?? [];
  if (!credential || !signedHeaders || !signature) throw malformed('it does not have the form of Signature Version 4');
  const timestamp = String(request.headers['x-amz-date'] ?? '');
  const at = instant(timestamp);
  if (!at) throw new S3Error(403, 'AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header');
  if (Math.abs(at.getTime() - now.getTime()) > allowedSkewMs) throw tooSkewed(timestamp, now);
  const payload = request.headers['x-amz-content-sha256'];
  if (typeof payload !== 'string')
    throw new S3Error(400, 'InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  return { credential, signedHeaders: signedHeaders.split(';'), signature, timestamp, payload, isPresigned: false };
}

function claimInQuery({ searchParams }: Target, now: Date): Claim {
  const value = (name: string): string => {
    const found = searchParams.get(`X-Amz-${name}`);
    if (found === null) throw badQuery(`X-Amz-${name} is missing`);
    return found;
  };
  if (value('Algorithm') !== algorithm) throw badQuery('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  const seconds = Number(value('Expires'));
  if (!Number.isInteger(seconds) || seconds < 1) throw badQuery('X-Amz-Expires must be a whole number of seconds');
  if (seconds > longestExpirySeconds) throw badQuery('X-Amz-Expires must be less than a week (in seconds)');
  const at = instant(value('Date'));
  if (!at) throw badQuery("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  if (at.getTime() - now.getTime() > allowedSkewMs) throw new S3Error(403, 'AccessDenied', 'Request is not valid yet');
  if (at.getTime() + seconds * 1_000 < now.getTime()) throw new S3Error(403, 'AccessDenied', 'Request has expired');
  return {
    credential: value('Credential'),
    signedHeaders: value('SignedHeaders').split(';'),
    signature: value('Signature'),
    timestamp: value('Date'),
    payload: 'UNSIGNED-PAYLOAD',
    isPresigned: true,
  };
}

/** The access key itself may contain slashes; the scope never does. */
function splitCredential(credential: string): readonly string[] {
  const parts = credential.split('/');
  return [parts.slice(0, -4).join('/'), ...parts.slice(-4)];
}

function requireSigned(request: IncomingMessage, { signedHeaders, isPresigned }: Claim): void {
  const demanded = Object.keys(request.headers).filter((name) => name === 'host' || name.startsWith('x-amz-'));
  const unsigned = demanded.filter(
    (name) => !signedHeaders.includes(name) && !(isPresigned && name === 'x-amz-content-sha256'),
  );
  if (unsigned.length > 0) {
    throw new S3Error(403, 'AccessDenied', 'There were headers present in the request which were not signed', {
      HeadersNotSigned: unsigned.join(', '),
    });
  }
}

function canonicalRequest(request: IncomingMessage, url: Target, { signedHeaders, payload }: Claim): string {
  const headers = signedHeaders.map((name) => `${name}:${headerText(request, name)}\n`).join('');
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort();
  return [request.method, canonicalPath(url), query.join('&'), headers, signedHeaders.join(';'), payload].join('\n');
}

/** S3 encodes the path once, and leaves its slashes and dots as they are. */
function canonicalPath(url: Target): string {
  return url.pathname
    .split('/')
    .map((segment) => encoded(decodeURIComponent(segment)))
    .join('/');
}

function headerText(request: IncomingMessage, name: string): string {
  const values = request.headersDistinct[name] ?? [];
  return values.map((value) => value.trim().replaceAll(/ +/g, ' ')).join(',');
}

export function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function signingKey(secret: string, date: string, region: string): Buffer {
  return [region, 's3', 'aws4_request'].reduce((key, part) => hmac(key, part), hmac(`AWS4${secret}`, date));
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

export function equal(expected: string, given: string): boolean {
  return expected.length === given.length && timingSafeEqual(Buffer.from(expected), Buffer.from(given));
}

function instant(timestamp: string): Date | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function malformed(why: string, elements: Readonly<Record<string, string>> = {}): S3Error {
  return new S3Error(400, 'AuthorizationHeaderMalformed', `The authorization header is malformed; ${why}.`, elements);
}

function badQuery(why: string): S3Error {
  return new S3Error(400, 'AuthorizationQueryParametersError', why);
}

function tooSkewed(timestamp: string, now: Date): S3Error {
  return new S3Error(
    403,
    'RequestTimeTooSkewed',
    'The difference between the request time and the current time is too large.',
    {
      RequestTime: timestamp,
      ServerTime: now.toISOString(),
      MaxAllowedSkewMilliseconds: String(allowedSkewMs),
    },
  );
}

function mismatch(accessKeyId: string, toSign: string, signature: string, canonical: string): S3Error {
  return new S3Error(
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    { AWSAccessKeyId: accessKeyId, StringToSign: toSign, SignatureProvided: signature, CanonicalRequest: canonical },
  );
}
