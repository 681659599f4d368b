import { inKeyOrder } from './listing.ts';
import type { ObjectRecord } from './store.ts';

/** The objects of a bucket by their keys, which stay in order: a page of a listing costs the page and not the bucket. */
export interface ObjectMap {
  readonly size: number;
  get(key: string): ObjectRecord | undefined;
  set(record: ObjectRecord): void;
  delete(key: string): void;
  /** In no particular order. */
  values(): Iterable<ObjectRecord>;
  /** In key order: those under `prefix` that come after `after`. */
  listed(prefix: string, after: string): Iterable<ObjectRecord>;
}

export function createObjectMap(): ObjectMap {
  const records = new Map<string, ObjectRecord>();
  // Sorted by the first listing: until then a bucket only fills.
  let keys: string[] | undefined;
  const sorted = () => {
    keys ??= [...records.keys()].sort(inKeyOrder);
    return keys;
  };
  return {
    get size() {
      return records.size;
    },
    get: (key) => records.get(key),
    set(record) {
      if (keys && !records.has(record.key)) keys.splice(placeOf(record.key, keys), 0, record.key);
      records.set(record.key, record);
    },
    delete(key) {
      if (records.delete(key)) keys?.splice(placeOf(key, keys), 1);
    },
    values: () => records.values(),
    *listed(prefix, after) {
      const all = sorted();
      const first = inKeyOrder(after, prefix) < 0 ? placeOf(prefix, all) : placeOf(after, all);
      for (let at = first; at < all.length; at += 1) {
        const record = records.get(all[at] ?? '');
        if (!record?.key.startsWith(prefix)) return;
        if (record.key !== after) yield record;
      }
    },
  };
}

/** Of the first key that is not before `key`. */
function placeOf(key: string, keys: readonly string[]): number {
  let from = 0;
  let to = keys.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (inKeyOrder(keys[middle] ?? '', key) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}
