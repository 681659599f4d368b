import { createClaimedDigest, createDatabaseDigest, type DatabaseSum } from '../database/database-digest.ts';
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

/** What is left to etcd, as a reason why nothing was learned from the pages. */
const leftToEtcd = 'it is restored next';
/** Enough to tell what it is. */
const headBytes = 4096;

/** The same for a database that is restored right after: etcd's own tool sums it then and etcd counts its keys, and neither is done twice. */
export async function* passDatabase(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, Examination> {
  const digest = createClaimedDigest();
  let head = Buffer.alloc(0);
  for await (const bytes of source) {
    // The first pieces of a connection may be of any size.
    if (head.length < headBytes) head = Buffer.concat([head, bytes.subarray(0, headBytes)]);
    digest.update(bytes);
    yield bytes;
  }
  return { sum: digest.finish(), pages: { kind: 'unknown', why: leftToEtcd }, isDatabase: isBboltFile(head) };
}
