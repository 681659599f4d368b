import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPageWalker } from '../../../../src/ops/etcd/database/page-walker.ts';
import { resourceOf } from '../../../../src/ops/etcd/restore/resource-of.ts';
import { cases } from '../../../cases.ts';
import { bboltFile, bucket, type Entry, other, type Page, pageSize, revision } from './bbolt-file.ts';

function walk(file: Uint8Array, pages = 1_000) {
  const walker = createPageWalker();
  const pieceBytes = pages * pageSize;
  for (let at = 0; at < file.length; at += pieceBytes) {
    const piece = Buffer.from(file.subarray(at, at + pieceBytes));
    walker.update(piece);
    piece.fill(0xee);
  }
  return walker.finish();
}

const leaf = (...entries: readonly Entry[]): Page => ({ kind: 'leaf', entries });
const branch = (...children: readonly number[]): Page => ({ kind: 'branch', children });
const file = (pages: Record<number, Page>, root = 2) =>
  bboltFile(new Map(Object.entries(pages).map(([id, page]) => [Number(id), page])), root);

const mib = 1024 ** 2;

/** Levels of buckets in buckets, each with so many elements that are all the one next bucket: `elements ** levels` to read. */
function nestedBuckets(elements: number, levels: number): Buffer {
  const bytes = Buffer.alloc(mib);
  file({ 2: leaf() }).copy(bytes, 0, 0, 2 * pageSize + 16);
  let at = 2 * pageSize;
  for (let level = 0; level < levels; level++) {
    const next = at + 16 + elements * 16 + 64;
    bytes.writeUInt16LE(2, at + 8);
    bytes.writeUInt16LE(elements, at + 10);
    for (let index = 0; index < elements; index++)
      pointAt(bytes, at + 16 + index * 16, { isBucket: true, at: next, keyBytes: 1 });
    at = next + 1 + 16;
  }
  return bytes;
}

/** A leaf of 255 revisions, all of them far beyond what is seen. */
function pointingAhead(bytes: Buffer, page: number): void {
  const at = page * pageSize;
  bytes.writeBigUInt64LE(BigInt(page), at);
  bytes.writeUInt16LE(2, at + 8);
  bytes.writeUInt16LE(255, at + 10);
  for (let index = 0; index < 255; index++)
    pointAt(bytes, at + 16 + index * 16, { isBucket: false, at: 2 ** 31, keyBytes: 17 });
}

function pointAt(bytes: Buffer, element: number, to: { isBucket: boolean; at: number; keyBytes: number }): void {
  bytes.writeUInt32LE(to.isBucket ? 1 : 0, element);
  bytes.writeUInt32LE(to.at - element, element + 4);
  bytes.writeUInt32LE(to.keyBytes, element + 8);
}

describe('createPageWalker', () => {
  it('finds the newest revision and counts what the tree holds', () => {
    const found = walk(
      file({
        2: leaf(bucket('key', 3), bucket('lease', 6), bucket('meta', [other('consistent_index'), other('term')])),
        3: branch(4, 5),
        4: leaf(revision(2, '/registry/pods/default/a'), revision(3, '/registry/pods/default/b')),
        5: leaf(revision(9, '/registry/services/specs/default/c'), revision(12, '/registry/pods/default/a')),
        6: leaf(other('12345678')),
      }),
    );
    expect(found).toEqual({
      kind: 'exact',
      revision: 12n,
      keys: { total: 7, revisions: 4, live: 3, resources: { pods: 2, 'services/specs': 1 } },
    });
  });

  it('does not count keys that were deleted, and those again that came back', () => {
    const found = walk(
      file({
        2: leaf(bucket('key', 3)),
        3: leaf(
          revision(2, '/registry/pods/default/gone'),
          revision(3, '/registry/pods/default/back'),
          revision(4, '/registry/pods/default/gone', { deleted: true }),
          revision(5, '/registry/pods/default/back', { deleted: true }),
          revision(6, '/registry/pods/default/back'),
        ),
      }),
    );
    expect(found).toMatchObject({ revision: 6n, keys: { revisions: 5, live: 1, resources: { pods: 1 } } });
  });

  it('takes no notice of freed pages, whatever they hold', () => {
    const found = walk(
      file({
        2: leaf(bucket('key', 4)),
        3: leaf(revision(900, '/registry/pods/default/freed')),
        4: leaf(revision(5, '/registry/pods/default/a')),
        5: leaf(bucket('key', 3)),
        6: branch(3),
      }),
    );
    expect(found).toMatchObject({ kind: 'exact', revision: 5n, keys: { total: 1, live: 1 } });
  });

  it.each([2, 3, 5, 100])('reads entries behind long values, in pieces of %i pages', (pages) => {
    const long = { valueBytes: 9_000 };
    const entries = Array.from({ length: 7 }, (_, index) =>
      revision(index + 1, `/registry/secrets/default/s-${index}`, long),
    );
    const found = walk(file({ 2: leaf(bucket('key', 3)), 3: leaf(...entries) }), pages);
    expect(found).toMatchObject({ kind: 'exact', revision: 7n, keys: { live: 7, resources: { secrets: 7 } } });
  });

  it('reads a key that two pieces share, wherever it is cut', () => {
    // Page 3 is the last one of the second piece; the second entry lies across its end.
    for (let valueBytes = 3_900; valueBytes < 4_060; valueBytes++) {
      const first = revision(1, '/registry/pods/default/first', { valueBytes });
      const entries = leaf(first, revision(2, '/registry/pods/default/second'));
      const found = walk(file({ 2: leaf(bucket('key', 3)), 3: entries }), 2);
      expect(found).toMatchObject({ kind: 'exact', revision: 2n, keys: { live: 2, resources: { pods: 2 } } });
    }
  });

  it('reads a bucket so small that it has no page of its own', () => {
    const found = walk(file({ 2: leaf(bucket('key', [revision(3, '/registry/pods/default/a')])) }));
    expect(found).toMatchObject({ kind: 'exact', revision: 3n, keys: { total: 1, live: 1 } });
  });

  it('finds buckets although their names are on several pages', () => {
    const found = walk(
      file({
        2: branch(3, 4),
        3: leaf(bucket('auth', [other('authEnabled')])),
        4: leaf(bucket('key', 5)),
        5: leaf(revision(8, 'no-slash'), revision(9, '/registry/cert-manager.io/certificates/a/b')),
      }),
    );
    expect(found).toMatchObject({
      revision: 9n,
      keys: { total: 3, resources: { '(other)': 1, 'cert-manager.io/certificates': 1 } },
    });
  });

  it('knows keys apart whose names differ in one byte, and longer ones too', () => {
    const entries = Array.from({ length: 100 }, (_, index) =>
      revision(index + 1, `/registry/pods/default/${'x'.repeat(index % 40)}${index}`),
    );
    expect(walk(file({ 2: leaf(bucket('key', 3)), 3: leaf(...entries) }))).toMatchObject({ keys: { live: 100 } });
  });

  it('counts keys under the resources that a restore names them by', () => {
    const part = fc.constantFrom('pods', 'services', 'specs', 'cert-manager.io', 'certificates', 'default', 'a', '');
    const keys = fc.uniqueArray(
      fc.array(part, { maxLength: 5 }).map((parts) => `/registry/${parts.join('/')}`),
      { minLength: 1, maxLength: 20 },
    );
    const property = fc.property(keys, (names) => {
      const entries = names.map((name, index) => revision(index + 1, name));
      const found = walk(file({ 2: leaf(bucket('key', 3)), 3: leaf(...entries) }));
      const wanted = Object.entries(Object.groupBy(names, resourceOf)).map(([name, all = []]) => [name, all.length]);
      expect(found).toMatchObject({ keys: { resources: Object.fromEntries(wanted) } });
    });
    fc.assert(property, cases(100));
  });

  it.each<[string, Uint8Array, string]>([
    ['a file that is not bbolt’s', Buffer.alloc(3 * pageSize, 7), 'it does not begin like a bbolt file'],
    ['nothing', Buffer.alloc(0), 'it has no bucket of keys that is understood'],
    [
      'a tree with a hole',
      file({ 2: leaf(bucket('key', 3)), 3: branch(4, 9), 4: leaf(revision(1, 'a')) }),
      'the tree of its bucket key is not understood',
    ],
    [
      'a tree that bites its tail',
      file({ 2: leaf(bucket('key', 3)), 3: branch(3) }),
      'the tree of its bucket key is not understood',
    ],
    [
      'a file without keys',
      file({ 2: leaf(bucket('meta', [other('x')])) }),
      'it has no bucket of keys that is understood',
    ],
    [
      'keys that are no revisions',
      file({ 2: leaf(bucket('key', 3)), 3: leaf(other('a'), revision(2, 'b')) }),
      'its bucket of keys holds something else',
    ],
    [
      'keys as long as revisions that are none',
      file({ 2: leaf(bucket('key', 3)), 3: leaf(other('seventeen letters')) }),
      'its bucket of keys holds something else',
    ],
    ['a tree without a root', file({ 3: leaf(revision(1, 'a')) }), 'it has no bucket of keys that is understood'],
  ])('says that it does not know, for %s', (_, bytes, why) => {
    expect(walk(bytes)).toEqual({ kind: 'unknown', why });
  });

  it('says that it does not know when entries lie beyond the end', () => {
    const whole = file({
      2: leaf(bucket('key', 3)),
      3: leaf(revision(1, 'a', { valueBytes: 9_000 }), revision(2, 'b')),
    });
    expect(walk(whole.subarray(0, 4 * pageSize))).toEqual({
      kind: 'unknown',
      why: 'its bucket of keys holds something else',
    });
  });

  // What a file is made of that was made to keep a worker busy, or to fill its memory: none is etcd's.
  it('does not follow buckets that lie in each other again and again', () => {
    const found = walk(nestedBuckets(20, 12));
    expect(found).toEqual({ kind: 'unknown', why: 'its pages overlap' });
  });

  it('does not keep in mind what millions of entries point at', () => {
    const piece = Buffer.alloc(mib);
    file({ 2: leaf(bucket('key', 3)) }).copy(piece);
    for (let page = 3; page < mib / pageSize; page++) pointingAhead(piece, page);
    const walker = createPageWalker();
    for (let index = 0; index < 20; index++) {
      walker.update(piece);
      for (let page = 0; page < mib / pageSize; page++)
        piece.writeBigUInt64LE(BigInt(((index + 1) * mib) / pageSize + page), page * pageSize);
    }
    expect(walker.finish()).toEqual({ kind: 'unknown', why: 'its pages overlap' });
  });

  it('says that it does not know when pages are cut', () => {
    const walker = createPageWalker();
    const bytes = file({ 2: leaf(bucket('key', 3)), 3: leaf(revision(1, 'a')) });
    walker.update(bytes.subarray(0, 2 * pageSize + 100));
    walker.update(bytes.subarray(2 * pageSize + 100));
    expect(walker.finish()).toEqual({ kind: 'unknown', why: 'its pieces are no whole pages' });
  });
});
