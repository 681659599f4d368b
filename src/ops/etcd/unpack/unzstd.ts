import { promisify } from 'node:util';
import { createZstdDecompress, zstdDecompress } from 'node:zlib';
import { through } from './through.ts';
import { createFrameScanner, type FrameScanner } from './zstd-frames.ts';

/** Frames that are small and say so are decompressed at once: half the work of a stream. Those of Salvor hold 2 MiB. */
const smallFrameBytes = 8 * 1024 ** 2;
/** While one is used up the next ones are worked on, on other threads. */
const framesAhead = 2;
const chunkSize = 512 * 1024;
/** With room to spare Node does not get another buffer ready when one is full. */
const spareBytes = 64;

/**
 * All frames of a zstd file as they pass, decompressed on other threads. A piece is gone when the next one is asked for. Throws what zstd says
 * of broken bytes, RangeError when a frame is no zstd or does not end, and what `source` throws.
 */
export async function* unzstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces = takePieces(source);
  const waiting: Promise<Buffer>[] = [];
  try {
    for (let frame = await beginFrame(pieces); frame; frame = await beginFrame(pieces)) {
      const { scanner, isWhole, bytes } = frame;
      const contentBytes = scanner.contentBytes();
      if (isWhole && contentBytes !== undefined && contentBytes <= smallFrameBytes) {
        waiting.push(atOnce(bytes, contentBytes));
        yield* usedUp(waiting, framesAhead);
      } else {
        yield* usedUp(waiting, 0);
        yield* through(wholeFrame(frame, pieces), createZstdDecompress({ chunkSize }));
      }
    }
    yield* usedUp(waiting, 0);
  } finally {
    await pieces.close();
  }
}

function atOnce(bytes: readonly Uint8Array[], contentBytes: number): Promise<Buffer> {
  const frame = Buffer.concat(bytes);
  const content = promisify(zstdDecompress)(frame, { chunkSize: contentBytes + spareBytes });
  // It is waited for later, or never where another one fails first.
  content.then(
    () => free(frame),
    () => undefined,
  );
  return content;
}

/** At once: left to the collector, half of all time went there. Small ones lie in Node's common pool. */
function free({ buffer }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize) buffer.transfer(0);
}

/** Gives out what waits, in its order, until no more than `left` do. */
async function* usedUp(waiting: Promise<Buffer>[], left: number): AsyncGenerator<Uint8Array> {
  while (waiting.length > left) {
    const content = await waiting.shift();
    if (!content) return;
    yield content;
    free(content);
  }
}

interface Frame {
  readonly scanner: FrameScanner;
  /** As much of it as was read. */
  readonly bytes: readonly Uint8Array[];
  readonly isWhole: boolean;
}

/** Reads the next frame, or as much of it as is small. Undefined at the end of the source. */
async function beginFrame(pieces: Pieces): Promise<Frame | undefined> {
  const scanner = createFrameScanner();
  const bytes: Uint8Array[] = [];
  for (let read = 0; read < smallFrameBytes; ) {
    const piece = await pieces.next();
    if (!piece && read === 0) return undefined;
    if (!piece) throw endsEarly();
    const end = scanner.endIn(piece);
    bytes.push(end === undefined ? piece : pieces.upTo(piece, end));
    if (end !== undefined) return { scanner, bytes, isWhole: true };
    read += piece.length;
  }
  return { scanner, bytes, isWhole: false };
}

/** All bytes of a frame, those that nobody has read yet too. */
async function* wholeFrame({ scanner, bytes, isWhole }: Frame, pieces: Pieces): AsyncGenerator<Uint8Array> {
  yield* bytes;
  let isAtEnd = isWhole;
  while (!isAtEnd) {
    const piece = await pieces.next();
    if (!piece) throw endsEarly();
    const end = scanner.endIn(piece);
    isAtEnd = end !== undefined;
    yield end === undefined ? piece : pieces.upTo(piece, end);
  }
}

const endsEarly = () => new RangeError('it ends in the middle');

interface Pieces {
  next(): Promise<Uint8Array | undefined>;
  /** The beginning of a piece; the rest of it comes next. */
  upTo(piece: Uint8Array, end: number): Uint8Array;
  close(): Promise<void>;
}

function takePieces(source: AsyncIterable<Uint8Array>): Pieces {
  const iterator = source[Symbol.asyncIterator]();
  let rest: Uint8Array | undefined;
  return {
    async next() {
      const known = rest;
      rest = undefined;
      if (known) return known;
      const step = await iterator.next();
      return step.done ? undefined : step.value;
    },
    upTo(piece, end) {
      if (end < piece.length) rest = piece.subarray(end);
      return piece.subarray(0, end);
    },
    async close() {
      await iterator.return?.();
    },
  };
}
