import { type FileHandle, open } from 'node:fs/promises';

/**
 * Turns authentication off in a restored database, so that it can be asked without anybody's password: etcd keeps it as one byte, the value
 * of `authEnabled` in the bucket `auth`. bbolt has no checksums over its pages, so the byte can be changed where it lies. Answers whether it
 * was on. Leaves alone what it does not understand: etcd then says itself what it misses.
 * Source: etcd server/storage/schema/auth.go; go.etcd.io/bbolt page.go, bucket.go, db.go.
 */
export async function disableAuth(file: string): Promise<boolean> {
  const handle = await open(file, 'r+');
  try {
    const at = await whereAuthIsEnabled(handle);
    if (at === undefined) return false;
    const byte = Buffer.alloc(1);
    await handle.read(byte, 0, 1, at);
    if (byte[0] !== 1) return false;
    await handle.write(Buffer.from([0]), 0, 1, at);
    return true;
  } catch (error) {
    // It points beyond its own pages.
    if (error instanceof RangeError) return false;
    throw error;
  } finally {
    await handle.close();
  }
}

/** A page with where it begins in the file: a small bucket's only page lies inside another one. */
interface Page {
  readonly bytes: Buffer;
  readonly at: number;
}

const headerBytes = 16;
const elementBytes = 16;
const magic = 0xed0cdaed;
const isBranch = 1;
const isLeaf = 2;
const bucketHeadBytes = 16;
/** Deeper than any tree: what goes on longer is no tree. */
const mostLevels = 64;
/** More than a page of names and flags ever has; one of a broken file may claim anything. */
const mostPageBytes = 16 * 1024 ** 2;

async function whereAuthIsEnabled(handle: FileHandle): Promise<number | undefined> {
  const metas = Buffer.alloc(2 * 65_536);
  await handle.read(metas, 0, metas.length, 0);
  if (metas.readUInt32LE(headerBytes) !== magic) return undefined;
  const pageSize = metas.readUInt32LE(headerBytes + 8);
  const transaction = (at: number) => metas.readBigUInt64LE(at + 64);
  const later = transaction(0) >= transaction(pageSize) ? 0 : pageSize;
  const root = await readPage(handle, pageSize, Number(metas.readBigUInt64LE(later + 32)));
  const bucket = await find(handle, pageSize, root, Buffer.from('auth'));
  if (!bucket) return undefined;
  const bucketRoot = Number(bucket.page.bytes.readBigUInt64LE(bucket.valueAt));
  const inlineAt = bucket.valueAt + bucketHeadBytes;
  const page =
    bucketRoot === 0
      ? { bytes: bucket.page.bytes.subarray(inlineAt), at: bucket.page.at + inlineAt }
      : await readPage(handle, pageSize, bucketRoot);
  const entry = await find(handle, pageSize, page, Buffer.from('authEnabled'));
  return entry && entry.page.at + entry.valueAt;
}

/** Where the value of a key begins in its leaf page. */
async function find(handle: FileHandle, pageSize: number, from: Page, key: Buffer) {
  let page = from;
  for (let level = 0; level < mostLevels; level++) {
    const flags = page.bytes.readUInt16LE(8);
    const elements = elementsOf(page.bytes);
    if (flags === isLeaf) {
      const found = elements.find((element) => keyOf(page.bytes, element, 4).equals(key));
      if (found === undefined) return undefined;
      const valueAt = found + page.bytes.readUInt32LE(found + 4) + page.bytes.readUInt32LE(found + 8);
      return { page, valueAt };
    }
    // The last child that begins at the key or before it.
    const child = elements.findLast((element) => Buffer.compare(keyOf(page.bytes, element, 0), key) <= 0);
    if (flags !== isBranch || child === undefined) return undefined;
    page = await readPage(handle, pageSize, Number(page.bytes.readBigUInt64LE(child + 8)));
  }
  return undefined;
}

const elementsOf = (page: Buffer): readonly number[] =>
  Array.from({ length: page.readUInt16LE(10) }, (_, index) => headerBytes + index * elementBytes);

/** Elements name where their key begins, counted from themselves, and its length: in branches first of all, in leaves after their flags. */
function keyOf(page: Buffer, element: number, at: 0 | 4): Buffer {
  const start = element + page.readUInt32LE(element + at);
  return page.subarray(start, start + page.readUInt32LE(element + at + 4));
}

async function readPage(handle: FileHandle, pageSize: number, id: number): Promise<Page> {
  const at = id * pageSize;
  const head = Buffer.alloc(headerBytes);
  await handle.read(head, 0, headerBytes, at);
  const size = (1 + head.readUInt32LE(12)) * pageSize;
  if (size > mostPageBytes) throw new RangeError('a page of no believable size');
  const bytes = Buffer.alloc(size);
  await handle.read(bytes, 0, bytes.length, at);
  return { bytes, at };
}
