import type { KeyCounts } from '../backup/manifest.ts';
import { type Content, createPageTable, type PageTable } from './page-table.ts';
import { createRevisionLog, type RevisionLog } from './revision-log.ts';

/**
 * Reads the revision and the number of keys out of a database file while it passes, page by page. The stream does not carry them, and
 * what a member says before or after is wrong on a busy cluster (gardener/etcd-backup-restore#1044).
 *
 * The file is bbolt's: pages of one size, each with its number; a meta page names the root page; branch pages name their children; leaf
 * pages hold the entries. Pages come in the order of their numbers, not of the tree, and freed ones still hold what they once held: so
 * everything is noted by page, and at the end only what the tree reaches counts. Source: go.etcd.io/bbolt page.go, bucket.go, db.go;
 * etcd server/storage/schema and mvcc/kvstore.go for what the buckets hold.
 */
export interface PageWalker {
  /** The bytes that come next; not kept. Each piece but the last must be whole pages, the first one two at least. */
  update(bytes: Uint8Array): void;
  /** What was found, or why nothing certain can be said. Never throws: a snapshot is good without it. */
  finish(): PagesFound;
}

export type PagesFound =
  | { readonly kind: 'exact'; readonly revision: bigint; readonly keys: KeyCounts }
  | { readonly kind: 'unknown'; readonly why: string };

const pageHeaderBytes = 16;
const elementBytes = 16;
const magic = 0xed0cdaed;
const flagBranch = 1;
const flagLeaf = 2;
const elementIsBucket = 1;
/** Where in a meta page, after the page's header. */
const meta = { magic: 16, version: 20, pageSize: 24, root: 32, transaction: 64 };
/** A revision as a key, without and with the mark of a deletion. */
const revisionKeyBytes = [17, 18];
/** Far more than entries can wait whose key lies in a later piece: only a file made to do harm has more. With what one costs beside its head. */
const mostWaitingBytes = 16 * 1024 ** 2;
const waitingBytes = 64;
/** More of a key than any Kubernetes object has, for keys that two pieces share. */
const longestKeyBytes = 16 * 1024;

interface Late {
  readonly at: number;
  readonly keyBytes: number;
  readonly page: number;
  /** What of it lay at the end of the piece before. */
  readonly head: Uint8Array;
}

/** Whether these bytes are the beginning of a bbolt file. */
export const isBboltFile = (bytes: Uint8Array): boolean =>
  bytes.length >= 4096 && number32(bytes, meta.magic) === magic;

export function createPageWalker(): PageWalker {
  const table = createPageTable();
  const log = createRevisionLog();
  let position = 0;
  let pageSize = 0;
  let rootPage = 0;
  let late: Late[] = [];
  let lateBytes = 0;
  let trouble: string | undefined;
  let elements = 0;

  /**
   * Elements lie apart from each other, so there are no more than their bytes have room for; twice as many where freed pages hold old ones. A
   * file that was made so that pages and buckets overlap could have them read for ever.
   */
  const hasRoomFor = (count: number, bytes: Uint8Array): boolean => {
    elements += count;
    if (elements * elementBytes > 2 * (position + bytes.length)) trouble ??= 'its pages overlap';
    return trouble === undefined;
  };

  const update = (bytes: Uint8Array) => {
    if (position === 0) readMeta(bytes);
    if (trouble !== undefined) return;
    if (position % pageSize !== 0) trouble = 'its pieces are no whole pages';
    catchUp(bytes);
    for (let at = 0; at + pageHeaderBytes <= bytes.length; at += pageSize) readPage(bytes, at);
    position += bytes.length;
  };

  const readMeta = (bytes: Uint8Array) => {
    if (!isBboltFile(bytes)) {
      trouble = 'it does not begin like a bbolt file';
      return;
    }
    pageSize = number32(bytes, meta.pageSize);
    const isPlausible = pageSize >= 1024 && pageSize <= 65_536 && (pageSize & (pageSize - 1)) === 0;
    if (number32(bytes, meta.version) !== 2 || !isPlausible || bytes.length < 2 * pageSize) {
      trouble = 'its bbolt version is unknown';
      return;
    }
    // Both meta pages are valid in a snapshot; the one of the later transaction counts.
    const later = number64(bytes, meta.transaction) >= number64(bytes, pageSize + meta.transaction) ? 0 : pageSize;
    rootPage = number64(bytes, later + meta.root);
  };

  const readPage = (bytes: Uint8Array, at: number) => {
    const page = (position + at) / pageSize;
    if (number64(bytes, at) !== page) return;
    const flags = number16(bytes, at + 8);
    if (flags === flagBranch) readBranch(bytes, at, page);
    else if (flags === flagLeaf) readLeaf(bytes, at, page);
  };

  const readBranch = (bytes: Uint8Array, at: number, page: number) => {
    const count = number16(bytes, at + 10);
    if (at + pageHeaderBytes + count * elementBytes > bytes.length || !hasRoomFor(count, bytes)) return;
    const children = new Uint32Array(count);
    for (let index = 0; index < count; index++) {
      children[index] = number64(bytes, at + pageHeaderBytes + index * elementBytes + 8);
    }
    table.setBranch(page, children);
  };

  const readLeaf = (bytes: Uint8Array, at: number, page: number) => {
    const count = number16(bytes, at + 10);
    if (at + pageHeaderBytes + count * elementBytes > bytes.length || !hasRoomFor(count, bytes)) return;
    table.setLeaf(page, count);
    for (let index = 0; index < count && trouble === undefined; index++) {
      const element = at + pageHeaderBytes + index * elementBytes;
      const keyAt = element + number32(bytes, element + 4);
      const keyBytes = number32(bytes, element + 8);
      if (number32(bytes, element) === elementIsBucket) readBucket(bytes, keyAt, keyBytes, page);
      else if (revisionKeyBytes.includes(keyBytes)) readEntry(bytes, keyAt, keyBytes, page);
      else table.noteOther(page);
    }
  };

  /** A bucket's value is its root page and a sequence number; a small one has no root page, its only page lies in the value. */
  const readBucket = (bytes: Uint8Array, keyAt: number, keyBytes: number, page: number) => {
    const valueAt = keyAt + keyBytes;
    if (valueAt + 16 + pageHeaderBytes > bytes.length) return;
    const name = Buffer.from(bytes.subarray(keyAt, valueAt)).toString('latin1');
    const root = number64(bytes, valueAt);
    const ownPage = root === 0 ? table.newInlinePage() : root;
    table.addBucket(page, { name, page: ownPage });
    if (root === 0) readLeaf(bytes, valueAt + 16, ownPage);
  };

  const readEntry = (bytes: Uint8Array, at: number, keyBytes: number, page: number) => {
    if (note(bytes, at, keyBytes, page)) return;
    const head = bytes.subarray(Math.min(at, bytes.length));
    lateBytes += head.length + waitingBytes;
    if (lateBytes > mostWaitingBytes) trouble ??= 'its pages overlap';
    else late.push({ at: position + at, keyBytes, page, head: new Uint8Array(head) });
  };

  /** Answers false when the bytes end before the entry does. */
  const note = (bytes: Uint8Array, at: number, keyBytes: number, page: number): boolean => {
    const revision = log.read(bytes, at, keyBytes, page);
    if (revision === 'torn') return false;
    if (revision === 'other') table.noteOther(page);
    else table.noteRevision(page, revision);
    return true;
  };

  /** Entries whose key lies in a later piece than the head of their page: values may be long. */
  const catchUp = (bytes: Uint8Array) => {
    const waiting = late;
    late = [];
    lateBytes = 0;
    for (const entry of waiting) {
      const at = entry.at - position;
      if (at >= 0) readEntry(bytes, at, entry.keyBytes, entry.page);
      else if (!noteTorn(entry, bytes)) table.noteOther(entry.page);
    }
  };

  const noteTorn = ({ head, keyBytes, page }: Late, bytes: Uint8Array): boolean =>
    note(Buffer.concat([head, bytes.subarray(0, longestKeyBytes)]), 0, keyBytes, page);

  return {
    update,
    finish() {
      for (const { page } of late) table.noteOther(page);
      return trouble === undefined ? conclude(table, log, rootPage) : { kind: 'unknown', why: trouble };
    },
  };
}

function conclude(table: PageTable, log: RevisionLog, rootPage: number): PagesFound {
  let total = 0;
  let keys: Content | undefined;
  for (const { name, page } of table.bucketsUnder(rootPage) ?? []) {
    const content = table.contentUnder(page);
    if (!content) return { kind: 'unknown', why: `the tree of its bucket ${name} is not understood` };
    total += content.entries;
    if (name === 'key') keys = content;
  }
  if (!keys) return { kind: 'unknown', why: 'it has no bucket of keys that is understood' };
  if (keys.hasOthers) return { kind: 'unknown', why: 'its bucket of keys holds something else' };
  const counts = { total, revisions: keys.entries, ...log.live((page) => table.isReached(page)) };
  return { kind: 'exact', revision: BigInt(keys.newestRevision), keys: counts };
}

const number16 = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);

const number32 = (bytes: Uint8Array, at: number): number =>
  (number16(bytes, at) | (number16(bytes, at + 2) << 16)) >>> 0;

/** Exact below 2^53, which neither pages nor transactions reach. */
const number64 = (bytes: Uint8Array, at: number): number => number32(bytes, at) + number32(bytes, at + 4) * 2 ** 32;
