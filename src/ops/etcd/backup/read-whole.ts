import { Fault } from '../../../chatops/errors.ts';
import { bytesInWords } from '../../../chatops/format.ts';
import type { AskOptions, ObjectAt, Objects } from '../../../ports/objects.ts';

/** A manifest or a verification has a few thousand bytes. */
export const mostTextBytes = 1024 ** 2;

/**
 * An object's bytes, or undefined when it is not there. Reads no more than `mostBytes`, whatever the store says or sends: anybody who may
 * write to a bucket may put anything under any key. Throws Fault.
 */
export async function readWhole(
  objects: Objects,
  at: ObjectAt,
  mostBytes: number,
  { signal }: AskOptions = {},
): Promise<Buffer | undefined> {
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  try {
    const found = await objects.get(at, { signal: either });
    if (!found) return undefined;
    if (found.facts.sizeBytes > mostBytes) throw tooLarge(at, mostBytes);
    const pieces: Uint8Array[] = [];
    let count = 0;
    for await (const piece of found.body) {
      count += piece.length;
      if (count > mostBytes) throw tooLarge(at, mostBytes);
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  } finally {
    // Ends the connection where something was left unread.
    stop.abort();
  }
}

/** The text of a small object, or undefined when it is not there. Throws Fault, also when it is larger than any that Salvor writes. */
export async function readText(objects: Objects, at: ObjectAt, ask: AskOptions = {}): Promise<string | undefined> {
  return (await readWhole(objects, at, mostTextBytes, ask))?.toString();
}

function tooLarge({ key }: ObjectAt, mostBytes: number): Fault {
  return new Fault(`It is larger than ${bytesInWords(mostBytes)}, which none of Salvor’s is: ${key}.`, {
    port: 'objects',
    operation: 'get',
    code: 'S3_TOO_LARGE',
    retryable: false,
    next: 'See who wrote it: Salvor did not.',
  });
}
