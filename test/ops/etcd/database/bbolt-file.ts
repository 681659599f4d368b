/** Builds bbolt files for tests: little-endian, as etcd writes them. Source: go.etcd.io/bbolt page.go, db.go, bucket.go. */
export type Page =
  | { readonly kind: 'branch'; readonly children: readonly number[] }
  | { readonly kind: 'leaf'; readonly entries: readonly Entry[] };

export interface Entry {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly isBucket?: boolean;
}

export const pageSize = 4096;

/** Pages by their numbers, from 2 on; `root` is the page of the root bucket. Pages that are not given are filled with rubbish. */
export function bboltFile(pages: ReadonlyMap<number, Page>, root: number): Buffer {
  const parts = [...pages].map(([id, page]) => ({ id, bytes: pageBytes(id, page) }));
  const end = Math.max(...parts.map(({ id, bytes }) => id * pageSize + bytes.length));
  const file = Buffer.alloc(Math.ceil(end / pageSize) * pageSize, 0xab);
  metaPage(0, root, 8n).copy(file, 0);
  // What the second meta page names is older: nobody may follow it.
  metaPage(1, 77, 7n).copy(file, pageSize);
  for (const { id, bytes } of parts) bytes.copy(file, id * pageSize);
  return file;
}

function metaPage(id: number, root: number, transaction: bigint): Buffer {
  const page = Buffer.alloc(pageSize);
  page.writeBigUInt64LE(BigInt(id), 0);
  page.writeUInt16LE(4, 8);
  page.writeUInt32LE(0xed0cdaed, 16);
  page.writeUInt32LE(2, 20);
  page.writeUInt32LE(pageSize, 24);
  page.writeBigUInt64LE(BigInt(root), 32);
  page.writeBigUInt64LE(0xffff_ffff_ffff_ffffn, 48);
  page.writeBigUInt64LE(transaction, 64);
  return page;
}

function pageBytes(id: number, page: Page): Buffer {
  return page.kind === 'leaf' ? leafBytes(id, page.entries) : branchBytes(id, page.children);
}

function branchBytes(id: number, children: readonly number[]): Buffer {
  const bytes = Buffer.alloc(16 + children.length * 16);
  header(bytes, id, 1, children.length);
  for (const [index, child] of children.entries()) bytes.writeBigUInt64LE(BigInt(child), 16 + index * 16 + 8);
  return bytes;
}

export function leafBytes(id: number, entries: readonly Entry[]): Buffer {
  const table = Buffer.alloc(16 + entries.length * 16);
  header(table, id, 2, entries.length);
  let dataAt = table.length;
  for (const [index, { key, value, isBucket }] of entries.entries()) {
    const element = 16 + index * 16;
    table.writeUInt32LE(isBucket ? 1 : 0, element);
    table.writeUInt32LE(dataAt - element, element + 4);
    table.writeUInt32LE(key.length, element + 8);
    table.writeUInt32LE(value.length, element + 12);
    dataAt += key.length + value.length;
  }
  return Buffer.concat([table, ...entries.flatMap(({ key, value }) => [key, value])]);
}

function header(bytes: Buffer, id: number, flags: number, count: number): void {
  bytes.writeBigUInt64LE(BigInt(id), 0);
  bytes.writeUInt16LE(flags, 8);
  bytes.writeUInt16LE(count, 10);
}

/** A bucket with its root page; or, without one, with all it holds in the value itself. */
export function bucket(name: string, held: number | readonly Entry[]): Entry {
  const root = Buffer.alloc(16);
  if (typeof held === 'number') root.writeBigUInt64LE(BigInt(held));
  const value = typeof held === 'number' ? root : Buffer.concat([root, leafBytes(0, held)]);
  return { key: Buffer.from(name), value, isBucket: true };
}

/** An entry of the key bucket: what etcd writes for a put, or with `deleted` for a delete. */
export function revision(main: number, name: string, options: { deleted?: boolean; valueBytes?: number } = {}): Entry {
  const key = Buffer.alloc(options.deleted ? 18 : 17);
  key.writeBigUInt64BE(BigInt(main));
  key.write('_', 8);
  if (options.deleted) key.write('t', 17);
  const length = name.length < 128 ? [name.length] : [(name.length & 127) | 128, name.length >> 7];
  const value = Buffer.alloc(options.valueBytes ?? 20, 0x2a);
  return { key, value: Buffer.concat([Buffer.from([0x0a, ...length]), Buffer.from(name), value]) };
}

/** An entry of another bucket. */
export const other = (key: string): Entry => ({ key: Buffer.from(key), value: Buffer.alloc(8, 1) });
