import { createHash } from 'node:crypto';

/** An object's bytes as they lie in the store, counted and summed as they pass. */
export interface StoredBytes {
  /** To be read once. Leaving it early ends nothing: `whole` may still want to see what is left. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Reads what nobody has read yet, and answers what all of them were. */
  whole(): Promise<StoredSum>;
}

export interface StoredSum {
  readonly sizeBytes: number;
  readonly sha256: string;
}

export function watchStored(body: AsyncIterable<Uint8Array>, progress: (bytes: number) => void): StoredBytes {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const seen = (async function* () {
    for await (const piece of body) {
      hash.update(piece);
      sizeBytes += piece.length;
      progress(sizeBytes);
      yield piece;
    }
  })();
  const readOn = async (): Promise<StoredSum> => {
    while (!(await seen.next()).done);
    return { sizeBytes, sha256: hash.digest('hex') };
  };
  let whole: Promise<StoredSum> | undefined;
  return {
    // Without `return`, by which readers end what they leave.
    bytes: { [Symbol.asyncIterator]: () => ({ next: () => seen.next() }) },
    whole() {
      whole ??= readOn();
      return whole;
    },
  };
}
