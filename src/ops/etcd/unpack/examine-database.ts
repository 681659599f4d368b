import { createDatabaseDigest, type DatabaseSum } from '../database/database-digest.ts';
import { createPageWalker, isBboltFile, type PagesFound } from '../database/page-walker.ts';

export interface Examination {
  readonly sum: DatabaseSum;
  readonly pages: PagesFound;
  /** Whether it begins like one. */
  readonly isDatabase: boolean;
}

/** Whole pages of every size, and a few milliseconds of work at a time. */
const pieceBytes = 1024 * 1024;

/**
 * Passes a database file on, in pieces that are reused once the next one is asked for, and answers what was seen of it on the way: its digest
 * and, from its pages, its revision and its keys.
 */
export async function* examineDatabase(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, Examination> {
  const digest = createDatabaseDigest();
  const walker = createPageWalker();
  let isDatabase: boolean | undefined;
  const see = (piece: Uint8Array<ArrayBuffer>) => {
    isDatabase ??= isBboltFile(piece);
    digest.update(piece);
    walker.update(piece);
    return piece;
  };
  const buffer = new Uint8Array(pieceBytes);
  let filled = 0;
  for await (const bytes of source) {
    for (let at = 0; at < bytes.length; ) {
      const count = Math.min(bytes.length - at, pieceBytes - filled);
      buffer.set(bytes.subarray(at, at + count), filled);
      at += count;
      filled += count;
      if (filled < pieceBytes) continue;
      filled = 0;
      yield see(buffer);
    }
  }
  if (filled > 0) yield see(buffer.subarray(0, filled));
  return { sum: digest.finish(), pages: walker.finish(), isDatabase: isDatabase ?? false };
}
