import { createHash } from 'node:crypto';
import { S3Error } from './s3-error.ts';
import { chainedSignature, equal, type Signed, sha256 } from './signature.ts';

/** How an aws-chunked body is protected, from its x-amz-content-sha256. */
export interface Chunking {
  readonly signed: Signed | undefined;
  readonly hasTrailer: boolean;
}

const smallestChunkBytes = 8 * 1024;
const longestLine = 16 * 1024;
const emptyHash = sha256('');

/**
 * The bytes inside an aws-chunked body, piece by piece; `onTrailer` hears each trailing header. The pieces of a chunk
 * come before its signature is checked, so nobody may trust them before the end. Throws S3Error on any departure from
 * the form. Source: AWS "Signature calculations for the authorization header: chunked upload", with trailers.
 */
export async function* decodeChunked(
  source: AsyncIterable<Buffer>,
  { signed, hasTrailer }: Chunking,
  onTrailer: (name: string, value: string) => void,
): AsyncGenerator<Buffer> {
  const reader = createReader(source);
  let previous = signed?.signature ?? '';
  let wasSmall = false;
  for (;;) {
    const { sizeBytes, signature } = parseHeader(await reader.line());
    if (wasSmall && sizeBytes > 0) throw tooSmall();
    wasSmall = sizeBytes < smallestChunkBytes;
    const hash = signed && createHash('sha256');
    for await (const piece of reader.take(sizeBytes)) {
      hash?.update(piece);
      yield piece;
    }
    if (signed && hash) {
      const expected = chainedSignature(signed, 'PAYLOAD', previous, [emptyHash, hash.digest('hex')]);
      if (!equal(expected, signature ?? '')) throw wrongSignature('chunk');
      previous = expected;
    }
    if (sizeBytes === 0) break;
    if ((await reader.line()) !== '') throw incomplete();
  }
  await readTrailer(reader, hasTrailer, signed, previous, onTrailer);
  if (!(await reader.isAtEnd())) throw incomplete();
}

async function readTrailer(
  reader: Reader,
  hasTrailer: boolean,
  signed: Signed | undefined,
  previous: string,
  onTrailer: (name: string, value: string) => void,
): Promise<void> {
  let canonical = '';
  let signature: string | undefined;
  for (let line = await reader.line(); line !== ''; line = await reader.line()) {
    const colon = line.indexOf(':');
    if (colon < 1) throw malformedTrailer();
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'x-amz-trailer-signature') {
      signature = value;
    } else {
      if (signature !== undefined || !hasTrailer) throw malformedTrailer();
      canonical += `${name}:${value}\n`;
      onTrailer(name, value);
    }
  }
  if (!signed || !hasTrailer) return;
  if (!equal(chainedSignature(signed, 'TRAILER', previous, [sha256(canonical)]), signature ?? ''))
    throw wrongSignature('trailer');
}

function parseHeader(line: string): { readonly sizeBytes: number; readonly signature: string | undefined } {
  const match = /^([\da-f]{1,12})(?:;chunk-signature=([\da-f]{64}))?$/i.exec(line);
  if (!match) throw incomplete();
  return { sizeBytes: Number.parseInt(match[1] ?? '', 16), signature: match[2] };
}

interface Reader {
  /** The next line without its CR LF. */
  line(): Promise<string>;
  take(sizeBytes: number): AsyncGenerator<Buffer>;
  isAtEnd(): Promise<boolean>;
}

function createReader(source: AsyncIterable<Buffer>): Reader {
  const iterator = source[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const more = async (): Promise<boolean> => {
    const step = await iterator.next();
    if (step.done) return false;
    rest = rest.length === 0 ? step.value : Buffer.concat([rest, step.value]);
    return true;
  };
  return {
    line: async () => {
      let end = rest.indexOf('\r\n');
      while (end < 0) {
        if (rest.length > longestLine || !(await more())) throw incomplete();
        end = rest.indexOf('\r\n');
      }
      const line = rest.toString('latin1', 0, end);
      rest = rest.subarray(end + 2);
      return line;
    },
    take: async function* (sizeBytes) {
      for (let left = sizeBytes; left > 0; ) {
        if (rest.length === 0 && !(await more())) throw incomplete();
        const piece = rest.subarray(0, left);
        rest = rest.subarray(piece.length);
        left -= piece.length;
        yield piece;
      }
    },
    isAtEnd: async () => rest.length === 0 && !(await more()),
  };
}

function incomplete(): S3Error {
  return new S3Error(400, 'IncompleteBody', 'The request body terminated unexpectedly');
}

function malformedTrailer(): S3Error {
  return new S3Error(
    400,
    'MalformedTrailerError',
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  );
}

function tooSmall(): S3Error {
  return new S3Error(
    403,
    'InvalidChunkSizeError',
    'Only the last chunk is allowed to have a size less than 8192 bytes',
  );
}

function wrongSignature(of: 'chunk' | 'trailer'): S3Error {
  return new S3Error(
    403,
    'SignatureDoesNotMatch',
    `The ${of} signature we calculated does not match the signature you provided.`,
  );
}
