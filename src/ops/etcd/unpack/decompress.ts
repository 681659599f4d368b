import { createGunzip } from 'node:zlib';
import { unsound } from '../backup/unsound.ts';
import { through } from './through.ts';
import { unzstd } from './unzstd.ts';

export type Compression = 'zstd' | 'gzip' | 'none';

/** Large enough that handing pieces from thread to thread costs nothing beside the work. */
const chunkSize = 512 * 1024;

/**
 * Decompresses as it passes: all frames of a zstd file, all members of a gzip file; on another thread. Throws Fault BACKUP_COMPRESSION on what
 * is not whole and right, and what `source` throws.
 */
export async function* decompress(
  source: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncGenerator<Uint8Array> {
  if (compression === 'none') {
    yield* source;
    return;
  }
  try {
    yield* compression === 'gzip' ? through(source, createGunzip({ chunkSize })) : unzstd(source);
  } catch (error) {
    throw asUnsound(error, compression);
  }
}

/** Errors of zlib and zstd by their codes, and those of the frame scanner; all others are not about the bytes. */
function asUnsound(error: unknown, compression: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isOfBytes = error instanceof RangeError || /^(Z|ZSTD)_/.test(code);
  if (!isOfBytes || !(error instanceof Error)) return error;
  const what = code === 'Z_BUF_ERROR' ? 'it ends in the middle' : error.message.toLowerCase();
  return unsound('BACKUP_COMPRESSION', `Its ${compression} cannot be read: ${what}.`, error);
}
