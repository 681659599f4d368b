import { Fault } from '../../../chatops/errors.ts';
import type { AskOptions, ObjectAt, Objects, StoredObject } from '../../../ports/objects.ts';

/** What a store confirmed of an object it holds. */
export type ReadBack = 'size' | 'size and checksum';

/**
 * Asks the store what it holds where `stored` was stored. Many stores name no checksum; one that is named was found to be the right one. Throws
 * Fault S3_READ_BACK when it holds something else.
 */
export async function readBack(
  objects: Objects,
  at: ObjectAt,
  stored: StoredObject,
  { signal }: AskOptions,
): Promise<ReadBack> {
  const found = await objects.head(at, signal ? { signal } : {});
  const size = found ? `${found.sizeBytes} bytes` : 'nothing';
  if (found?.sizeBytes !== stored.sizeBytes) throw notAsStored(`${size} where ${stored.sizeBytes} bytes`);
  if (found.checksum === undefined || stored.checksum === undefined) return 'size';
  if (found.checksum === stored.checksum) return 'size and checksum';
  throw notAsStored(`bytes with checksum ${found.checksum} where bytes with ${stored.checksum}`);
}

function notAsStored(what: string): Fault {
  return new Fault(`The store holds ${what} were stored`, {
    port: 'objects',
    operation: 'head',
    code: 'S3_READ_BACK',
    retryable: true,
    next: 'Nothing was kept. Look at the store before relying on it.',
  });
}
