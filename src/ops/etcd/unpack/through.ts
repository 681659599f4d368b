import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What comes out of a Node stream when `source` is put in. Throws what either throws; ends both when it is left early. */
export async function* through(source: AsyncIterable<Uint8Array>, stream: Duplex): AsyncGenerator<Uint8Array> {
  const feeding = pipeline(source, stream);
  // Whatever it fails with ends the stream with the same error, which is thrown to whoever reads.
  feeding.catch(() => undefined);
  yield* stream;
  await feeding;
}
