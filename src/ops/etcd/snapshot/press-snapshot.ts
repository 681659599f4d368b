import { createHash } from 'node:crypto';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { createPageWalker, type PagesFound } from '../database/page-walker.ts';
import { createSnapshotDigest } from './snapshot-digest.ts';

export interface PressOptions {
  readonly compression: 'zstd' | 'gzip' | 'none';
  /** age recipients; encrypts when there are any. */
  readonly recipients: readonly string[];
}

export interface PressFacts {
  /** Without the digest at its end. */
  readonly database: { readonly sizeBytes: number; readonly sha256: string };
  readonly pages: PagesFound;
  readonly stored: { readonly sizeBytes: number; readonly sha256: string };
}

/** All bytes of a snapshot, in pieces that may be reused once the next one is asked for; answers what the member had promised. */
export type SnapshotPieces = AsyncGenerator<Uint8Array<ArrayBuffer>, number | undefined>;

/**
 * Turns a snapshot into the bytes to store: checks its digest, compresses, encrypts. Yields the bytes, answers what was learned.
 * Throws the Fault of the digest after the last piece, so what was yielded until then must not be kept.
 *
 * Each piece becomes a zstd frame or gzip member of its own, which decompressors read as one file: Node has no synchronous streaming
 * compressor, the asynchronous one costs a third more, and its end is broken (nodejs/node#66078).
 */
export async function* pressSnapshot(
  pieces: SnapshotPieces,
  options: PressOptions,
): AsyncGenerator<Uint8Array<ArrayBuffer>, PressFacts> {
  const learned: { facts?: Omit<PressFacts, 'stored'> } = {};
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const output of encrypted(compressed(pieces, options.compression, learned), options.recipients)) {
    hash.update(output);
    sizeBytes += output.length;
    yield output;
  }
  if (!learned.facts) throw new Error('The pieces ended before they were read');
  return { ...learned.facts, stored: { sizeBytes, sha256: hash.digest('hex') } };
}

async function* compressed(
  pieces: SnapshotPieces,
  compression: PressOptions['compression'],
  learned: { facts?: Omit<PressFacts, 'stored'> },
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const digest = createSnapshotDigest();
  const walker = createPageWalker();
  let expectedBytes: number | undefined;
  for (;;) {
    const next = await pieces.next();
    if (next.done) {
      expectedBytes = next.value;
      break;
    }
    digest.update(next.value);
    walker.update(next.value);
    yield compress(next.value, compression);
  }
  const { databaseBytes, sha256 } = digest.finish(expectedBytes);
  learned.facts = { database: { sizeBytes: databaseBytes, sha256 }, pages: walker.finish() };
}

const zstdLevel = 1;
const gzipLevel = 1;

function compress(piece: Uint8Array, compression: PressOptions['compression']): Uint8Array<ArrayBuffer> {
  // Room for the worst case: zstd then reads the piece where it lies instead of copying it first. What is not used is never touched.
  const chunkSize = piece.length + (piece.length >> 6) + 4 * 1024;
  if (compression === 'gzip') return gzipSync(piece, { level: gzipLevel, chunkSize });
  if (compression === 'none') return new Uint8Array(piece);
  return zstdCompressSync(piece, {
    chunkSize,
    pledgedSrcSize: piece.length,
    // Without zstd's own checksum: two SHA-256 cover these bytes already.
    params: { [constants.ZSTD_c_compressionLevel]: zstdLevel },
  });
}

async function* encrypted(
  pieces: AsyncGenerator<Uint8Array<ArrayBuffer>>,
  recipients: readonly string[],
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (recipients.length === 0) {
    yield* pieces;
    return;
  }
  // Most snapshots do without: a tenth of a second of every thread saved.
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  for await (const piece of await encrypter.encrypt(ReadableStream.from(pieces))) yield new Uint8Array(piece);
}
