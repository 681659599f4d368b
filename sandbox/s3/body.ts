import { createHash, type Hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type ChecksumName, checksumNames, createDigest, type Digest, isChecksumName } from './checksums.ts';
import { decodeChunked } from './chunked.ts';
import { S3Error } from './s3-error.ts';
import type { Signed } from './signature.ts';

export interface Checksum {
  readonly name: ChecksumName;
  readonly value: string;
}

/** A body on its way in. `bytes` throws S3Error at its end when what arrived is not what the headers promised. */
export interface Body {
  readonly bytes: AsyncIterable<Buffer>;
  /** Length without aws-chunked framing, as announced. */
  readonly sizeBytes: number;
  /** Known once `bytes` has ended. */
  md5(): string;
  checksum(): Checksum | undefined;
  /** Whether the sender gave anything to check the bytes by besides the signature. */
  readonly hasIntegrityHeader: boolean;
}

const streaming: ReadonlyMap<string, { readonly isSigned: boolean; readonly hasTrailer: boolean }> = new Map([
  ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', { isSigned: false, hasTrailer: true }],
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', { isSigned: true, hasTrailer: false }],
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', { isSigned: true, hasTrailer: true }],
]);

/** Reads and checks a request body while it streams. `raw` is the request's bytes, perhaps slowed or cut on the way. */
export function receive(request: IncomingMessage, raw: AsyncIterable<Buffer>, signed: Signed, wantsMd5 = true): Body {
  const promised = promisesOf(request, signed.payload);
  const seen = { md5: wantsMd5 || promised.md5 ? createHash('md5') : undefined, digest: digestFor(promised) };
  const trailer = new Map<string, string>();
  const form = streaming.get(signed.payload);
  const source = form
    ? decodeChunked(raw, { signed: form.isSigned ? signed : undefined, hasTrailer: form.hasTrailer }, (name, value) =>
        trailer.set(name, value),
      )
    : raw;
  let checksum: Checksum | undefined;
  let md5: Buffer | undefined;
  async function* bytes(): AsyncGenerator<Buffer> {
    const sha256 = promised.sha256 === undefined ? undefined : createHash('sha256');
    let arrived = 0;
    for await (const piece of source) {
      arrived += piece.length;
      sha256?.update(piece);
      seen.md5?.update(piece);
      seen.digest?.update(piece);
      yield piece;
    }
    if (arrived !== promised.sizeBytes)
      throw new S3Error(
        400,
        'IncompleteBody',
        'You did not provide the number of bytes specified by the Content-Length HTTP header.',
      );
    md5 = seen.md5?.digest();
    checkSha256(promised.sha256, sha256);
    checkMd5(promised.md5, md5);
    checksum = checkedChecksum(promised, trailer, seen.digest);
  }
  return {
    bytes: bytes(),
    sizeBytes: promised.sizeBytes,
    md5: () => md5?.toString('hex') ?? '',
    checksum: () => checksum,
    hasIntegrityHeader: promised.md5 !== undefined || promised.checksum !== undefined,
  };
}

interface Promises {
  readonly sizeBytes: number;
  readonly sha256: string | undefined;
  readonly md5: Buffer | undefined;
  /** `value` is absent when it comes in the trailer. */
  readonly checksum: { readonly name: ChecksumName; readonly value: string | undefined } | undefined;
}

function promisesOf(request: IncomingMessage, payload: string): Promises {
  const isStreaming = streaming.has(payload);
  if (!isStreaming && payload !== 'UNSIGNED-PAYLOAD' && !/^[\da-f]{64}$/.test(payload)) {
    throw new S3Error(
      400,
      'InvalidArgument',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD or a valid sha256 value.',
    );
  }
  return {
    sizeBytes: sizeOf(request, isStreaming),
    sha256: /^[\da-f]{64}$/.test(payload) ? payload : undefined,
    md5: contentMd5(request),
    checksum: promisedChecksum(request, isStreaming),
  };
}

function sizeOf({ headers }: IncomingMessage, isStreaming: boolean): number {
  const length = isStreaming ? headers['x-amz-decoded-content-length'] : headers['content-length'];
  if (length === undefined && headers['transfer-encoding'] === undefined && !isStreaming) return 0;
  if (length === undefined || !/^\d+$/.test(String(length))) {
    throw new S3Error(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  return Number(length);
}

function contentMd5({ headers }: IncomingMessage): Buffer | undefined {
  const header = headers['content-md5'];
  if (header === undefined) return undefined;
  const md5 = Buffer.from(String(header), 'base64');
  if (md5.length !== 16) throw new S3Error(400, 'InvalidDigest', 'The Content-MD5 you specified was invalid.');
  return md5;
}

function promisedChecksum({ headers }: IncomingMessage, isStreaming: boolean): Promises['checksum'] {
  const given = checksumNames.filter((name) => headers[`x-amz-checksum-${name}`] !== undefined);
  if (given.length > 1) {
    throw new S3Error(
      400,
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const [name] = given;
  if (name) return { name, value: String(headers[`x-amz-checksum-${name}`]) };
  const trailing = String(headers['x-amz-trailer'] ?? '').replace('x-amz-checksum-', '');
  if (isStreaming && isChecksumName(trailing)) return { name: trailing, value: undefined };
  if (headers['x-amz-trailer'] !== undefined)
    throw new S3Error(400, 'InvalidRequest', 'The value specified in the x-amz-trailer header is not supported');
  if (headers['x-amz-sdk-checksum-algorithm'] !== undefined) {
    throw new S3Error(
      400,
      'InvalidRequest',
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  return undefined;
}

function digestFor({ checksum }: Promises): Digest | undefined {
  return checksum && createDigest(checksum.name);
}

function checkSha256(promised: string | undefined, sha256: Hash | undefined): void {
  const computed = sha256?.digest('hex');
  if (promised === computed) return;
  throw new S3Error(
    400,
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    {
      ClientComputedContentSHA256: promised ?? '',
      S3ComputedContentSHA256: computed ?? '',
    },
  );
}

function checkMd5(promised: Buffer | undefined, md5: Buffer | undefined): void {
  if (!promised || (md5 && promised.equals(md5))) return;
  throw new S3Error(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.', {
    ExpectedDigest: promised.toString('base64'),
    CalculatedDigest: md5?.toString('base64') ?? '',
  });
}

function checkedChecksum(
  { checksum }: Promises,
  trailer: ReadonlyMap<string, string>,
  digest: Digest | undefined,
): Checksum | undefined {
  if (!checksum || !digest) return undefined;
  const { name } = checksum;
  const promised = checksum.value ?? trailer.get(`x-amz-checksum-${name}`);
  if (promised === undefined) {
    throw new S3Error(
      400,
      'MalformedTrailerError',
      'The request contained trailing data that was not well-formed or did not conform to our published schema.',
    );
  }
  const value = digest.base64();
  if (Buffer.from(promised, 'base64').length !== Buffer.from(value, 'base64').length) {
    throw new S3Error(400, 'InvalidRequest', `Value for x-amz-checksum-${name} header is invalid.`);
  }
  if (promised !== value)
    throw new S3Error(
      400,
      'BadDigest',
      `The ${name.toUpperCase()} you specified did not match the calculated checksum.`,
    );
  return { name, value };
}
