/**
 * The entries of etcd's key bucket, as they are met: which key, at which revision, and on which page. Twenty-two bytes each, and none
 * any more from a million on: then nobody can say how many keys are alive, and memory stays what it was.
 */
export interface RevisionLog {
  /**
   * Reads the entry whose key begins at `at` and has `keyBytes`. 'torn' when the bytes end before it does, 'other' when it is no
   * revision of a key. `at` may lie beyond the bytes.
   */
  read(bytes: Uint8Array, at: number, keyBytes: number, page: number): number | 'torn' | 'other';
  /** Keys that exist, among the entries on pages that count; undefined when there were too many entries. */
  live(counts: (page: number) => boolean): LiveKeys | undefined;
}

export interface LiveKeys {
  readonly live: number;
  /** Living keys by resource, the largest first; at most fifty of them. */
  readonly resources: Readonly<Record<string, number>>;
}

interface Segment {
  readonly hashLow: Uint32Array;
  readonly hashHigh: Uint32Array;
  readonly revision: Float64Array;
  readonly page: Uint32Array;
  /** The resource's number; the highest bit says that the key was deleted. */
  readonly resource: Uint16Array;
}

const segmentEntries = 1 << 14;
const mostEntries = 1_000_000;
const mostResources = 4_096;
const resourcesShown = 50;
const deleted = 0x8000;

/** A revision as a key: eight bytes, '_', eight bytes; then 't' where it is a deletion. Source: etcd mvcc/revision.go. */
const revisionBytes = 17;
const underscore = 0x5f;
const letterT = 0x74;
/** The value begins with the key: field 1 of a KeyValue, of type bytes. Source: etcd api/mvccpb/kv.proto. */
const keyField = 0x0a;
const slash = 0x2f;
const dot = 0x2e;

export function createRevisionLog(): RevisionLog {
  let segments: Segment[] | undefined = [];
  let length = 0;
  const resources = createNames();
  const key = { low: 0, high: 0, resource: 0 };

  const add = (revision: number, page: number, isDeleted: boolean) => {
    if (!segments) return;
    if (length === mostEntries) {
      segments = undefined;
      return;
    }
    const index = length++ % segmentEntries;
    if (index === 0) segments.push(newSegment());
    const segment = segments.at(-1) ?? newSegment();
    segment.hashLow[index] = key.low;
    segment.hashHigh[index] = key.high;
    segment.revision[index] = revision;
    segment.page[index] = page;
    segment.resource[index] = isDeleted ? key.resource | deleted : key.resource;
  };

  return {
    read(bytes, at, keyBytes, page) {
      const valueAt = at + keyBytes;
      if (valueAt + 4 > bytes.length) return 'torn';
      const isDeleted = keyBytes > revisionBytes;
      if (bytes[at + 8] !== underscore || (isDeleted && bytes[valueAt - 1] !== letterT)) return 'other';
      if (bytes[valueAt] !== keyField) return 'other';
      let nameBytes = 0;
      let nameAt = valueAt + 1;
      for (let scale = 1, byte = 128; byte >= 128 && scale <= 2 ** 21; scale *= 128) {
        byte = bytes[nameAt++] ?? 0;
        nameBytes += (byte & 127) * scale;
      }
      if (nameAt + nameBytes > bytes.length) return 'torn';
      identify(bytes, nameAt, nameAt + nameBytes, resources, key);
      const revision = number32(bytes, at) * 2 ** 32 + number32(bytes, at + 4);
      add(revision, page, isDeleted);
      return revision;
    },
    live: (counts) => (segments ? countLive(segments, length, counts, resources) : undefined),
  };
}

interface KeyIdentity {
  low: number;
  high: number;
  resource: number;
}

/**
 * Hashes a key to 64 bits, and finds its resource on the way: what follows /registry/, and the part after that too where the first names
 * an API group (cert-manager.io/certificates) or is `services` (services/specs).
 */
function identify(bytes: Uint8Array, from: number, to: number, resources: Names, key: KeyIdentity): void {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  let slashes = 0;
  let resourceAt = from;
  let endsAtSlash = 3;
  key.resource = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === slash) {
      slashes++;
      if (slashes === 2) resourceAt = at + 1;
      if (slashes === 3 && isServices(bytes, resourceAt, at)) endsAtSlash = 4;
      if (slashes === endsAtSlash) key.resource = resources.numberOf(low, high, bytes, resourceAt, at);
    } else if (byte === dot && slashes === 2) endsAtSlash = 4;
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high ^ byte, 0x5bd1e995);
    high ^= high >>> 15;
  }
  key.low = low >>> 0;
  key.high = high >>> 0;
}

const services = Buffer.from('services');
const isServices = (bytes: Uint8Array, from: number, to: number): boolean =>
  to - from === services.length && services.equals(bytes.subarray(from, to));

interface Names {
  /** The number of the name in the bytes, told by the hash of all bytes up to its end. */
  numberOf(low: number, high: number, bytes: Uint8Array, from: number, to: number): number;
  nameOf(number: number): string;
}

function createNames(): Names {
  const names = ['(other)'];
  const numbers = new Map<number, number>();
  return {
    numberOf(low, high, bytes, from, to) {
      const hash = (low >>> 0) * 2 ** 21 + (high & 0x1fffff);
      const known = numbers.get(hash);
      if (known !== undefined) return known;
      if (names.length >= mostResources) return 0;
      numbers.set(hash, names.length);
      return names.push(Buffer.from(bytes.subarray(from, to)).toString()) - 1;
    },
    nameOf: (number) => names[number] ?? '(other)',
  };
}

const newSegment = (): Segment => ({
  hashLow: new Uint32Array(segmentEntries),
  hashHigh: new Uint32Array(segmentEntries),
  revision: new Float64Array(segmentEntries),
  page: new Uint32Array(segmentEntries),
  resource: new Uint16Array(segmentEntries),
});

/** Keeps the newest entry of each key in a hash table of entry numbers, then counts those that are no deletions. */
function countLive(
  segments: readonly Segment[],
  length: number,
  counts: (page: number) => boolean,
  resources: Names,
): LiveKeys {
  const capacity = 2 ** Math.ceil(Math.log2(length * 2 + 2));
  const newest = new Uint32Array(capacity);
  for (let entry = 0; entry < length; entry++) {
    const { segment, index } = entryAt(segments, entry);
    if (counts(segment.page[index] ?? 0)) keepNewest(segments, newest, entry);
  }
  const alive = new Map<number, number>();
  for (const numbered of newest) {
    if (numbered === 0) continue;
    const { segment, index } = entryAt(segments, numbered - 1);
    const resource = segment.resource[index] ?? 0;
    if ((resource & deleted) === 0) alive.set(resource, (alive.get(resource) ?? 0) + 1);
  }
  const sorted = [...alive].toSorted((a, b) => b[1] - a[1]);
  const shown = sorted.slice(0, resourcesShown).map(([number, count]) => [resources.nameOf(number), count]);
  return { live: sorted.reduce((sum, [, count]) => sum + count, 0), resources: Object.fromEntries(shown) };
}

function keepNewest(segments: readonly Segment[], newest: Uint32Array, entry: number): void {
  const { segment, index } = entryAt(segments, entry);
  const mask = newest.length - 1;
  for (let slot = (segment.hashLow[index] ?? 0) & mask; ; slot = (slot + 1) & mask) {
    const numbered = newest[slot] ?? 0;
    if (numbered === 0) {
      newest[slot] = entry + 1;
      return;
    }
    const kept = entryAt(segments, numbered - 1);
    const isSame =
      kept.segment.hashLow[kept.index] === segment.hashLow[index] &&
      kept.segment.hashHigh[kept.index] === segment.hashHigh[index];
    if (!isSame) continue;
    if ((segment.revision[index] ?? 0) > (kept.segment.revision[kept.index] ?? 0)) newest[slot] = entry + 1;
    return;
  }
}

function entryAt(segments: readonly Segment[], entry: number) {
  const segment = segments[Math.trunc(entry / segmentEntries)];
  if (!segment) throw new RangeError('There is no such entry');
  return { segment, index: entry % segmentEntries };
}

const number32 = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
