/** Where an object lies: a bucket by its name in salvor.yaml, and a key in it. */
export interface ObjectAt {
  readonly bucket: string;
  readonly key: string;
}

/** What the store says of an object. Sizes in bytes. */
export interface ObjectFacts {
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
  readonly etag?: string;
  /** Only from `head` and `get`: user metadata, lower-case names. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Only from `head` and `get`: 'AES256', 'aws:kms' as the server reports it. */
  readonly serverSideEncryption?: string;
  /** Only from `head`: what the store says of the bytes it holds, in the form `store` answers; many stores say nothing. */
  readonly checksum?: string;
}

export type ServerSideEncryption = { readonly kind: 'sse-s3' } | { readonly kind: 'sse-kms'; readonly keyId?: string };

/** S3 Object Lock on one object: who may delete it, and from when on. */
export interface ObjectLock {
  /** Nobody may delete the object before `until`, but those who may bypass governance, which Salvor never does. */
  readonly retention?: { readonly mode: 'governance' | 'compliance'; readonly until: Date } | undefined;
  /** Nobody may delete the object until somebody lifts the hold. */
  readonly legalHold: boolean;
}

export interface PutOptions {
  readonly contentType: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly encryption?: ServerSideEncryption;
  /** Aborting cuts what is under way at once, removes the parts already sent, and rejects with the signal's own reason. */
  readonly signal?: AbortSignal;
}

export interface StreamOptions extends PutOptions {
  /** The most bytes the body can have; sizes the parts so that 10,000 are enough. */
  readonly atMostBytes: number;
  /** Told after each part with all bytes stored so far. */
  readonly onStored?: (bytes: number) => void;
}

/** What was stored, as counted and summed here. */
export interface StoredObject {
  readonly sizeBytes: number;
  /** CRC32 as S3 writes it: of the whole, or of the parts' own followed by how many they are. Absent where none was sent. */
  readonly checksum?: string;
}

/** Every wait for a store can be ended: a store that hangs must not hold a person's Stop for minutes. */
export interface AskOptions {
  readonly signal?: AbortSignal;
}

/** What became of a key that was to be removed: kept with the reason as a sentence, and whether that is Object Lock. */
export type Removal =
  | { readonly key: string; readonly state: 'removed' }
  | { readonly key: string; readonly state: 'kept'; readonly why: string; readonly isLocked: boolean };

/** The first version of an object; without `version` the only one there is. */
export interface FirstVersion {
  readonly key: string;
  readonly version?: string;
}

/** A multipart upload that somebody began and nobody ended. */
export interface OpenUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly startedAt: Date;
}

/**
 * An S3-compatible object store. Every method throws Fault (port 'objects') with a code of ours, and the store's own
 * name, status and request id in its sentence.
 */
export interface Objects {
  /**
   * Stores a stream of unknown length as one object, with a checksum on everything sent: by multipart upload, or at once
   * when it fits into one part (8 MiB). Answers the bytes stored as counted here, after the store has completed the
   * upload. When the body, the store or the signal ends it early, the parts already sent are removed before this rejects,
   * with the body's own error, a Fault, or the signal's reason; parts that could not be removed are told in the Fault.
   * An abort that comes while the store puts the parts together may find the object there all the same.
   * A piece of the body is used up before the next one is asked for: its memory may be gone then.
   */
  store(at: ObjectAt, body: AsyncIterable<Uint8Array>, options: StreamOptions): Promise<StoredObject>;

  /**
   * Stores small bytes at once and answers true. With `ifAbsent`, answers false and changes nothing when the key exists (where the server
   * honours If-None-Match: Ceph 16 does not in a bucket that keeps versions, and puts one more). With `lock` the object is locked from its
   * first moment; Fault S3_NO_OBJECT_LOCK, and nothing stored, where the bucket was made without Object Lock. For large bodies there is
   * `setLock`: Ceph takes a lock for a multipart upload to such a bucket, and forgets it without a word.
   */
  put(
    at: ObjectAt,
    body: Uint8Array,
    options: PutOptions & { readonly ifAbsent?: boolean; readonly lock?: ObjectLock },
  ): Promise<boolean>;

  /** Facts of an object, or undefined when there is none. An absent bucket is a Fault. */
  head(at: ObjectAt, options?: AskOptions): Promise<ObjectFacts | undefined>;

  /**
   * The bytes of an object, or of one version of it, or undefined when there is none; `range` is first and last byte, inclusive. `facts.sizeBytes`
   * is the whole object's also for a range. The body must be read to its end or left by `return`; it may throw a Fault.
   */
  get(
    at: ObjectAt,
    options?: AskOptions & { readonly range?: readonly [number, number]; readonly version?: string | undefined },
  ): Promise<{ readonly facts: ObjectFacts; readonly body: AsyncIterable<Uint8Array> } | undefined>;

  /**
   * Objects under a prefix in key order, at most `limit`, asked for page by page as they are consumed. Ends only where the store says that
   * there are no more; Fault S3_BROKEN_LISTING where it breaks off without saying so.
   */
  list(
    bucket: string,
    options: AskOptions & { readonly prefix: string; readonly after?: string; readonly limit?: number },
  ): AsyncIterable<ObjectFacts>;

  /**
   * What was put first under each key with a prefix, in key order, also where something was put over it since, or a marker hides it as deleted:
   * what Object Lock keeps. The objects there are where the bucket keeps no versions, or the store knows of none.
   */
  firstVersions(
    bucket: string,
    options: AskOptions & { readonly prefix: string; readonly after?: string },
  ): AsyncIterable<FirstVersion>;

  /**
   * Deletes an object and every version of it; deleting what is not there is no error. Fault S3_LOCKED where Object Lock
   * keeps it, and then every version stays.
   */
  remove(at: ObjectAt, options?: AskOptions): Promise<void>;

  /**
   * Deletes many, each as `remove` does, a thousand a request where the store takes batches. Answers for each key once,
   * in the order asked. What the store keeps is told, not thrown; a Fault is thrown when it fails as a whole. What was
   * removed until then, or until an abort, stays removed: safe to repeat.
   */
  removeAll(bucket: string, keys: readonly string[], options?: AskOptions): Promise<readonly Removal[]>;

  /**
   * The lock on an object's newest version, as the store tells it: `until` may have passed. No retention and no hold
   * where there is none, no object, or no Object Lock in this bucket or store.
   */
  lockOf(at: ObjectAt, options?: AskOptions): Promise<ObjectLock>;

  /**
   * Locks an object's newest version: sets `retention`, and the hold where `legalHold` says so; lifts nothing that is not
   * named. Safe to repeat. Fault S3_NO_OBJECT_LOCK where the bucket was made without Object Lock, and one when the store
   * does not let a lock be shortened.
   */
  setLock(at: ObjectAt, lock: ObjectLock, options?: AskOptions): Promise<void>;

  /** Whether the bucket was made with Object Lock, so that what lies in it can be locked; no where the store knows none. */
  hasObjectLock(bucket: string, options?: AskOptions): Promise<boolean>;

  /** Multipart uploads under a prefix that were begun and not ended. */
  openUploads(bucket: string, prefix: string, options?: AskOptions): AsyncIterable<OpenUpload>;

  /** Ends an open upload and frees its parts; one already gone is no error. */
  abortUpload(bucket: string, upload: Pick<OpenUpload, 'key' | 'uploadId'>): Promise<void>;

  /**
   * What time it is by the store's own clock, to the second: by which it says when objects were stored. Undefined where it does not tell.
   */
  clockOf(bucket: string, options?: AskOptions): Promise<Date | undefined>;

  /** Throws a Fault with a clear sentence when the bucket is absent or not ours to use. */
  check(bucket: string): Promise<void>;
}
