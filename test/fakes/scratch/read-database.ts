import type { ScratchObject } from '../../../src/ports/scratch.ts';

/** What a database file holds, as etcd would serve it. Small files only: all of it is in memory. */
export interface DatabaseContent {
  readonly revision: bigint;
  /** Nothing is known from before: 0 where nothing was compacted. */
  readonly compactRevision: bigint;
  /** Living keys at a revision, in the order of their names. */
  at(revision: bigint): readonly ScratchObject[];
}

interface Entry {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly isBucket: boolean;
}

interface Change {
  readonly revision: bigint;
  readonly isDeletion: boolean;
  readonly object: ScratchObject;
}

/** Throws when the file is no whole database. Source: go.etcd.io/bbolt page.go; etcd mvcc/revision.go, api/mvccpb/kv.proto. */
export function readDatabase(file: Buffer): DatabaseContent {
  const pageSize = file.readUInt32LE(24);
  const transaction = (at: number) => file.readBigUInt64LE(at + 64);
  const meta = transaction(0) >= transaction(pageSize) ? 0 : pageSize;
  const buckets = entriesUnder(file, pageSize, Number(file.readBigUInt64LE(meta + 32)));
  const changes = bucketNamed(file, pageSize, buckets, 'key').map(toChange);
  const [compacted] = bucketNamed(file, pageSize, buckets, 'meta').filter(
    ({ key }) => key.toString() === 'finishedCompactRev',
  );
  return {
    // Keys are revisions: the last one is the newest.
    revision: changes.at(-1)?.revision ?? 1n,
    compactRevision: compacted ? compacted.value.readBigUInt64BE(0) : 0n,
    at(revision) {
      const living = new Map<string, ScratchObject>();
      for (const change of changes.filter((each) => each.revision <= revision)) {
        if (change.isDeletion) living.delete(change.object.key);
        else living.set(change.object.key, change.object);
      }
      return [...living.values()].toSorted((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
    },
  };
}

function bucketNamed(file: Buffer, pageSize: number, buckets: readonly Entry[], name: string): readonly Entry[] {
  const found = buckets.find(({ key, isBucket }) => isBucket && key.toString() === name);
  if (!found) throw new Error(`there is no bucket ${name}`);
  const root = Number(found.value.readBigUInt64LE(0));
  return root === 0 ? entriesIn(found.value.subarray(16)) : entriesUnder(file, pageSize, root);
}

function entriesUnder(file: Buffer, pageSize: number, page: number): readonly Entry[] {
  const bytes = file.subarray(page * pageSize);
  if (bytes.readUInt16LE(8) === 2) return entriesIn(bytes);
  const count = bytes.readUInt16LE(10);
  return Array.from({ length: count }, (_, index) =>
    entriesUnder(file, pageSize, Number(bytes.readBigUInt64LE(16 + index * 16 + 8))),
  ).flat();
}

function entriesIn(page: Buffer): readonly Entry[] {
  return Array.from({ length: page.readUInt16LE(10) }, (_, index) => {
    const element = 16 + index * 16;
    const keyAt = element + page.readUInt32LE(element + 4);
    const valueAt = keyAt + page.readUInt32LE(element + 8);
    const value = page.subarray(valueAt, valueAt + page.readUInt32LE(element + 12));
    // A bucket that lies in its own value may be followed by more than its length says.
    const isBucket = page.readUInt32LE(element) === 1;
    return { key: page.subarray(keyAt, valueAt), value, isBucket };
  });
}

function toChange({ key, value }: Entry): Change {
  const fields = fieldsOf(value);
  const number = (field: number) => fields.numbers.get(field) ?? 0n;
  const bytes = (field: number) => fields.bytes.get(field) ?? Buffer.of();
  return {
    revision: key.readBigUInt64BE(0),
    isDeletion: key.length === 18,
    object: {
      key: bytes(1).toString(),
      createRevision: number(2),
      modRevision: number(3),
      version: number(4),
      value: bytes(5),
      valueBytes: bytes(5).length,
      hasLease: number(6) !== 0n,
    },
  };
}

function fieldsOf(message: Buffer) {
  const numbers = new Map<number, bigint>();
  const bytes = new Map<number, Buffer>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = Number(varint());
    const value = varint();
    if ((tag & 7) === 0) numbers.set(tag >> 3, value);
    else {
      bytes.set(tag >> 3, message.subarray(at, at + Number(value)));
      at += Number(value);
    }
  }
  return { numbers, bytes };
}
