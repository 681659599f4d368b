import { createHash } from 'node:crypto';
import { Fault } from '../../src/chatops/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ObjectAt, ObjectFacts, Objects, OpenUpload, PutOptions, StreamOptions } from '../../src/ports/objects.ts';
import {
  emptyBucket,
  type FakeBucket,
  moreLocked,
  noLock,
  noObjectLock,
  refused,
  removalOf,
  removeFrom,
  versionsOf,
} from './objects/fake-bucket.ts';

export interface FakeObjects extends Objects {
  /** The bytes under a key as they lie there, without asking through the port. */
  peek(at: ObjectAt): Buffer | undefined;
  keys(bucket: string): readonly string[];
  /** Puts bytes there as if somebody else had. */
  plant(at: ObjectAt, bytes: Uint8Array, metadata?: Readonly<Record<string, string>>): void;
  /** Leaves an upload open as a killed worker does. */
  abandonUpload(at: ObjectAt): OpenUpload;
  /** How many versions of an object there are. */
  versions(at: ObjectAt): number;
  /** From now on nobody may delete this key, as a policy does that denies it. */
  denyRemoval(at: ObjectAt): void;
  /** The next `times` calls of this method (once unless told) throw this fault; `store` after having read its first bytes. */
  fail(method: keyof Objects, fault: Fault, times?: number): void;
}

const partSizeBytes = 8 * 1024 * 1024;

export interface FakeBuckets {
  readonly buckets: readonly string[];
  /** Configured, but not there. */
  readonly absent?: readonly string[];
  /** Those of `buckets` that were made with Object Lock. */
  readonly locking?: readonly string[];
}

/** An object store in memory that keeps the port's promises. */
export function createFakeObjects(clock: Clock, { buckets, absent = [], locking = [] }: FakeBuckets): FakeObjects {
  const house = new Map(buckets.map((name) => [name, emptyBucket(name, locking.includes(name))]));
  const planned: { readonly method: keyof Objects; readonly fault: Fault }[] = [];
  let count = 0;

  const enter = (method: keyof Objects, name: string): FakeBucket => {
    const at = planned.findIndex((plan) => plan.method === method);
    const [due] = at < 0 || method === 'store' ? [] : planned.splice(at, 1);
    if (due) throw due.fault;
    const bucket = house.get(name);
    if (bucket) return bucket;
    throw absent.includes(name) ? noSuchBucket(method, name) : unknownBucket(name);
  };
  const keep = (bucket: FakeBucket, key: string, bytes: Buffer, options: PutOptions, lock = noLock) => {
    const before = bucket.objects.get(key);
    if (before && bucket.hasLocks) bucket.older.set(key, [...(bucket.older.get(key) ?? []), before]);
    bucket.objects.set(key, { bytes, facts: factsOf(key, bytes, clock.now(), options), lock });
  };
  const begin = (bucket: FakeBucket, key: string): OpenUpload => {
    count += 1;
    const upload = { key, uploadId: `upload-${count}`, startedAt: clock.now() };
    bucket.uploads.set(upload.uploadId, upload);
    return upload;
  };
  const dueFault = (method: keyof Objects): Fault | undefined => {
    const at = planned.findIndex((plan) => plan.method === method);
    return at < 0 ? undefined : planned.splice(at, 1)[0]?.fault;
  };

  return {
    async store(at, body, options) {
      options.signal?.throwIfAborted();
      const bucket = enter('store', at.bucket);
      const pieces: Buffer[] = [];
      let sizeBytes = 0;
      let open: OpenUpload | undefined;
      let told = 0;
      try {
        for await (const piece of interruptible(body, options.signal)) {
          const fault = dueFault('store');
          if (fault) throw fault;
          pieces.push(Buffer.from(piece));
          sizeBytes += piece.length;
          if (sizeBytes <= partSizeBytes) continue;
          open ??= begin(bucket, at.key);
          if (!bucket.uploads.has(open.uploadId)) throw noSuchUpload(at);
          for (; told + partSizeBytes < sizeBytes; told += partSizeBytes) options.onStored?.(told + partSizeBytes);
        }
        if (open && !bucket.uploads.has(open.uploadId)) throw noSuchUpload(at);
      } finally {
        if (open) bucket.uploads.delete(open.uploadId);
      }
      keep(bucket, at.key, Buffer.concat(pieces), options);
      options.onStored?.(sizeBytes);
      return { sizeBytes };
    },
    async put(at, body, options) {
      options.signal?.throwIfAborted();
      const bucket = enter('put', at.bucket);
      if (options.lock && !bucket.hasLocks) throw noObjectLock(at);
      if (options.ifAbsent && bucket.objects.has(at.key)) return false;
      keep(bucket, at.key, Buffer.from(body), options, options.lock);
      return true;
    },
    async head(at) {
      return enter('head', at.bucket).objects.get(at.key)?.facts;
    },
    async get(at, { range, version, signal } = {}) {
      signal?.throwIfAborted();
      const bucket = enter('get', at.bucket);
      const object = version === undefined ? bucket.objects.get(at.key) : versionsOf(bucket, at.key)[Number(version)];
      if (!object) return undefined;
      const bytes = range ? object.bytes.subarray(range[0], range[1] + 1) : object.bytes;
      return { facts: object.facts, body: inPieces(bytes, signal) };
    },
    async *list(name, { prefix, after = '', limit = Number.POSITIVE_INFINITY }) {
      const { objects } = enter('list', name);
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && inOrder(after, key) < 0).sort(inOrder);
      for (const key of keys.slice(0, limit)) {
        const facts = objects.get(key)?.facts;
        if (facts) yield listed(facts);
      }
    },
    async *firstVersions(name, { prefix, after = '' }) {
      const bucket = enter('firstVersions', name);
      const keys = [...bucket.objects.keys()].filter((key) => key.startsWith(prefix) && inOrder(after, key) < 0);
      for (const key of keys.sort(inOrder)) yield bucket.hasLocks ? { key, version: '0' } : { key };
    },
    async remove(at) {
      const kept = removeFrom(enter('remove', at.bucket), at.key, clock.now());
      if (kept) throw kept;
    },
    async removeAll(name, keys, { signal } = {}) {
      signal?.throwIfAborted();
      const bucket = enter('removeAll', name);
      return [...new Set(keys)].map((key) => removalOf(key, removeFrom(bucket, key, clock.now())));
    },
    async lockOf(at) {
      return enter('lockOf', at.bucket).objects.get(at.key)?.lock ?? noLock;
    },
    async setLock(at, lock) {
      const bucket = enter('setLock', at.bucket);
      const object = bucket.objects.get(at.key);
      if (!bucket.hasLocks) throw noObjectLock(at);
      if (!object) throw refused('setLock', `Locking ${at.key} in bucket ${at.bucket} failed: it is not there.`);
      bucket.objects.set(at.key, { ...object, lock: moreLocked(object.lock, lock, at) });
    },
    async hasObjectLock(name) {
      return enter('hasObjectLock', name).hasLocks;
    },
    async *openUploads(name, prefix) {
      const { uploads } = enter('openUploads', name);
      yield* [...uploads.values()].filter(({ key }) => key.startsWith(prefix)).sort((a, b) => inOrder(a.key, b.key));
    },
    async abortUpload(name, { uploadId }) {
      enter('abortUpload', name).uploads.delete(uploadId);
    },
    async clockOf(name) {
      enter('clockOf', name);
      return clock.now();
    },
    async check(name) {
      enter('check', name);
    },
    peek: (at) => house.get(at.bucket)?.objects.get(at.key)?.bytes,
    keys: (name) => [...(house.get(name)?.objects.keys() ?? [])].sort(inOrder),
    plant: (at, bytes, metadata = {}) => {
      keep(enter('put', at.bucket), at.key, Buffer.from(bytes), { contentType: 'application/octet-stream', metadata });
    },
    versions: ({ bucket, key }) => (house.has(bucket) ? versionsOf(house.get(bucket), key).length : 0),
    denyRemoval: (at) => void enter('remove', at.bucket).denied.add(at.key),
    abandonUpload: (at) => begin(enter('store', at.bucket), at.key),
    fail: (method, fault, times = 1) => {
      for (let left = times; left > 0; left -= 1) planned.push({ method, fault });
    },
  };
}

function factsOf(key: string, bytes: Buffer, modifiedAt: Date, { metadata = {}, encryption }: PutOptions): ObjectFacts {
  return {
    key,
    sizeBytes: bytes.length,
    modifiedAt,
    etag: createHash('md5').update(bytes).digest('hex'),
    metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value])),
    ...(encryption ? { serverSideEncryption: encryption.kind === 'sse-s3' ? 'AES256' : 'aws:kms' } : {}),
  };
}

/** A listing knows neither metadata nor encryption. */
function listed({ key, sizeBytes, modifiedAt, etag }: ObjectFacts): ObjectFacts {
  return { key, sizeBytes, modifiedAt, ...(etag === undefined ? {} : { etag }) };
}

async function* interruptible(body: AsyncIterable<Uint8Array>, signal: StreamOptions['signal']) {
  const iterator = body[Symbol.asyncIterator]();
  const aborted = Promise.withResolvers<never>();
  aborted.promise.catch(() => undefined);
  const abort = () => aborted.reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    for (;;) {
      const step = await Promise.race([iterator.next(), aborted.promise]);
      if (step.done) return;
      yield step.value;
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    iterator.return?.().catch(() => undefined);
  }
}

async function* inPieces(bytes: Buffer, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += 65_536) {
    signal?.throwIfAborted();
    yield bytes.subarray(from, from + 65_536);
  }
}

function inOrder(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function noSuchBucket(operation: string, name: string): Fault {
  const sentence = `There is no bucket ${name} (NoSuchBucket, HTTP 404).`;
  return new Fault(sentence, { port: 'objects', operation, retryable: false, code: 'S3_NO_SUCH_BUCKET' });
}

function unknownBucket(name: string): Fault {
  const sentence = `There is no bucket ${name} in salvor.yaml.`;
  return new Fault(sentence, { port: 'objects', operation: 'find', retryable: false, code: 'S3_UNKNOWN_BUCKET' });
}

function noSuchUpload({ key }: ObjectAt): Fault {
  const sentence = `Storing ${key} failed: the store no longer knows this upload (NoSuchUpload, HTTP 404).`;
  return new Fault(sentence, { port: 'objects', operation: 'store', retryable: true, code: 'S3_NO_SUCH_UPLOAD' });
}
