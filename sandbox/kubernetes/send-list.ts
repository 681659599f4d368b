import type { Writable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { Call } from './call.ts';

/** From this size on an API server compresses what it answers to whoever takes that. */
const compressedFrom = 128 * 1024;

/** Writes a list piece by piece, no faster than it is read. */
export async function sendList({ request, response }: Call, pieces: Iterable<string>): Promise<void> {
  response.setHeader('Content-Type', 'application/json');
  let out: Writable | undefined;
  for (const piece of pieces) {
    out ??= isCompressed(piece, request.headers['accept-encoding']) ? compressing() : response;
    if (response.destroyed) return;
    if (!out.write(piece)) await drained(out);
  }
  out?.end();

  function compressing(): Writable {
    response.setHeader('Content-Encoding', 'gzip');
    response.appendHeader('Vary', 'Accept-Encoding');
    const gzip = createGzip({ level: constants.Z_BEST_SPEED });
    response.once('close', () => gzip.destroy());
    gzip.pipe(response);
    return gzip;
  }
}

const isCompressed = (piece: string, accepted: string | string[] | undefined): boolean =>
  piece.length >= compressedFrom && /\bgzip\b/.test(String(accepted ?? ''));

/** Also when nobody reads any more. */
function drained(out: Writable): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  out.once('drain', resolve).once('close', resolve);
  return promise.finally(() => out.off('drain', resolve).off('close', resolve));
}
