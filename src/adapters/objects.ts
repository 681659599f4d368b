import { Fault } from '../chatops/errors.ts';
import type { Objects } from '../ports/objects.ts';
import { clockOf } from './objects/clock.ts';
import type { BucketConnection } from './objects/connection.ts';
import { hasObjectLock, lockOf, setLock } from './objects/lock.ts';
import { abortUpload, openUploads } from './objects/open-uploads.ts';
import { check, get, head, list } from './objects/read.ts';
import { remove, removeAll } from './objects/remove.ts';
import { firstVersions } from './objects/versions.ts';
import { type Way, wayTo } from './objects/way.ts';
import { put, store } from './objects/write.ts';

export type { BucketConnection } from './objects/connection.ts';

/**
 * The Objects port over S3 and its like, for buckets by their name in salvor.yaml. Connections open with the first
 * request and stay open until `close`.
 */
export function createObjects(buckets: Readonly<Record<string, BucketConnection>>): Objects & { close(): void } {
  const ways = new Map(Object.entries(buckets).map(([name, connection]) => [name, wayTo(connection)]));
  const way = (bucket: string): Way => ways.get(bucket) ?? unknownBucket(bucket, [...ways.keys()]);
  return {
    store: async (at, body, options) => store(way(at.bucket), at.key, body, options),
    put: async (at, body, options) => put(way(at.bucket), at.key, body, options),
    head: async (at, options) => head(way(at.bucket), at.key, options?.signal),
    get: async (at, options = {}) => get(way(at.bucket), at.key, options),
    list: (bucket, options) => list(way(bucket), options),
    firstVersions: (bucket, options) => firstVersions(way(bucket), options),
    remove: async (at, options) => remove(way(at.bucket), at.key, options?.signal),
    removeAll: async (bucket, keys, options) => removeAll(way(bucket), keys, options?.signal),
    lockOf: async (at, options) => lockOf(way(at.bucket), at, options?.signal),
    setLock: async (at, lock, options) => setLock(way(at.bucket), at.key, lock, options?.signal),
    hasObjectLock: async (bucket, options) => hasObjectLock(way(bucket), options?.signal),
    openUploads: (bucket, prefix, options) => openUploads(way(bucket), prefix, options?.signal),
    abortUpload: async (bucket, open) => abortUpload(way(bucket), open),
    clockOf: async (bucket, options) => clockOf(way(bucket), options?.signal),
    check: async (bucket) => check(way(bucket)),
    close: () => {
      for (const { client } of ways.values()) client.destroy();
    },
  };
}

function unknownBucket(bucket: string, known: readonly string[]): never {
  throw new Fault(`There is no bucket ${bucket} in salvor.yaml.`, {
    port: 'objects',
    operation: 'find',
    retryable: false,
    code: 'S3_UNKNOWN_BUCKET',
    next: known.length === 0 ? 'Add it under buckets.' : `It knows ${known.join(', ')}.`,
  });
}
