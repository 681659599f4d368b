import { Readable } from 'node:stream';

/** 8 MiB of what a connection gives at a time. */
const piecesAhead = 128;

/** The same, read on while nobody asks: a store sends on while what came before is written to the disk. */
export const readAhead = (source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> =>
  Readable.from(source, { highWaterMark: piecesAhead });
