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

const segmentBits = 14;
const segmentEntries = 1 << segmentBits;
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
 * Hashes a key to 64 bits, four bytes at a time: this runs for every entry, and byte by byte it cost more than all the rest here.
 * Two different keys of a million share a hash in one file of ten million.
 */
function identify(bytes: Uint8Array, from: number, to: number, resources: Names, key: KeyIdentity): void {
  let low = 0x811c9dc5;
  let high = to - from;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    const word = wordAt(bytes, at);
    low = Math.imul(low ^ word, 0x9e3779b1);
    low ^= low >>> 15;
    high = Math.imul(high + word, 0x85ebca6b);
    high ^= high >>> 13;
  }
  const rest = at < to ? wordAt(bytes, at) & (0xffffffff >>> (32 - 8 * (to - at))) : 0;
  low = Math.imul(low ^ rest, 0xc2b2ae35);
  high = Math.imul(high + rest, 0x27d4eb2f);
  key.low = (low ^ (low >>> 16)) >>> 0;
  key.high = (high ^ (high >>> 16)) >>> 0;
  key.resource = resources.numberIn(bytes, from, to);
}

const wordAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);

interface Names {
  /**
   * The number of a key's resource: what follows /registry/, and the part after that too where the first names an API group
   * (cert-manager.io/certificates) or is `services` (services/specs). 0 for keys of another form.
   */
  numberIn(bytes: Uint8Array, from: number, to: number): number;
  nameOf(number: number): string;
}

function createNames(): Names {
  const names = ['(other)'];
  const numbers = new Map<number, number>();

  const numberOf = (hash: number, bytes: Uint8Array, from: number, to: number): number => {
    const known = numbers.get(hash);
    if (known !== undefined) return known;
    if (names.length >= mostResources) return 0;
    numbers.set(hash, names.length);
    return names.push(Buffer.from(bytes.subarray(from, to)).toString()) - 1;
  };

  return {
    numberIn(bytes, from, to) {
      if (bytes[from] !== slash) return 0;
      const start = bytes.indexOf(slash, from + 1) + 1;
      if (start === 0 || start >= to) return 0;
      let hash = 0;
      let parts = 1;
      for (let at = start, slashes = 0; at < to; at++) {
        const byte = bytes[at] ?? 0;
        if (byte === dot && slashes === 0) parts = 2;
        if (byte === slash) {
          if (slashes === 0 && isServices(bytes, start, at)) parts = 2;
          slashes++;
          if (slashes === parts) return numberOf(hash, bytes, start, at);
        }
        // Below 2^53 whatever the byte: plain numbers are the fastest keys of a Map.
        hash = ((hash * 31) % 2 ** 47) + byte;
      }
      return 0;
    },
    nameOf: (number) => names[number] ?? '(other)',
  };
}

const services = Buffer.from('services');
const isServices = (bytes: Uint8Array, from: number, to: number): boolean =>
  to - from === services.length && services.equals(bytes.subarray(from, to));

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
  const newest = new Uint32Array(2 ** Math.ceil(Math.log2(length * 2 + 2)));
  for (const [number, segment] of segments.entries()) {
    const first = number * segmentEntries;
    const end = Math.min(segmentEntries, length - first);
    for (let index = 0; index < end; index++) {
      if (counts(segment.page[index] ?? 0)) keepNewest(segments, newest, first + index, segment, index);
    }
  }
  const alive = new Uint32Array(mostResources);
  for (const numbered of newest) {
    if (numbered === 0) continue;
    const resource =
      segments[(numbered - 1) >>> segmentBits]?.resource[(numbered - 1) & (segmentEntries - 1)] ?? deleted;
    if ((resource & deleted) === 0) alive[resource] = (alive[resource] ?? 0) + 1;
  }
  return named(alive, resources);
}

function keepNewest(
  segments: readonly Segment[],
  newest: Uint32Array,
  entry: number,
  own: Segment,
  index: number,
): void {
  const low = own.hashLow[index] ?? 0;
  const high = own.hashHigh[index] ?? 0;
  const mask = newest.length - 1;
  for (let slot = low & mask; ; slot = (slot + 1) & mask) {
    const numbered = newest[slot] ?? 0;
    const kept = numbered === 0 ? undefined : segments[(numbered - 1) >>> segmentBits];
    if (!kept) {
      newest[slot] = entry + 1;
      return;
    }
    const keptIndex = (numbered - 1) & (segmentEntries - 1);
    if (kept.hashLow[keptIndex] !== low || kept.hashHigh[keptIndex] !== high) continue;
    if ((own.revision[index] ?? 0) > (kept.revision[keptIndex] ?? 0)) newest[slot] = entry + 1;
    return;
  }
}

function named(alive: Uint32Array, resources: Names): LiveKeys {
  const sorted = [...alive.entries()].filter(([, count]) => count > 0).toSorted((a, b) => b[1] - a[1]);
  const shown = sorted.slice(0, resourcesShown).map(([number, count]) => [resources.nameOf(number), count]);
  return { live: sorted.reduce((sum, [, count]) => sum + count, 0), resources: Object.fromEntries(shown) };
}

const number32 = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
