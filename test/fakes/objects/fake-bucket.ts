import { Fault } from '../../../src/chatops/errors.ts';
import type { ObjectAt, ObjectFacts, ObjectLock, OpenUpload, Removal } from '../../../src/ports/objects.ts';

export interface FakeObject {
  readonly bytes: Buffer;
  readonly facts: ObjectFacts;
  readonly lock: ObjectLock;
}

export interface FakeBucket {
  readonly name: string;
  /** Made with Object Lock, and so keeping versions. */
  readonly hasLocks: boolean;
  readonly objects: Map<string, FakeObject>;
  /** What was written over, by key. */
  readonly older: Map<string, readonly FakeObject[]>;
  readonly uploads: Map<string, OpenUpload>;
  readonly denied: Set<string>;
}

export const noLock: ObjectLock = { legalHold: false };

export function emptyBucket(name: string, hasLocks: boolean): FakeBucket {
  return { name, hasLocks, objects: new Map(), older: new Map(), uploads: new Map(), denied: new Set() };
}

export function versionsOf(bucket: FakeBucket | undefined, key: string): readonly FakeObject[] {
  const newest = bucket?.objects.get(key);
  return [...(bucket?.older.get(key) ?? []), ...(newest ? [newest] : [])];
}

/** Answers why a key stays. */
export function removeFrom(bucket: FakeBucket, key: string, now: Date): Fault | undefined {
  const failed = `Deleting ${key} from bucket ${bucket.name} failed`;
  if (bucket.denied.has(key))
    return refused('remove', `${failed}: these credentials may not (AccessDenied).`, 'S3_ACCESS_DENIED');
  const locked = versionsOf(bucket, key).find(({ lock }) => lock.legalHold || isAfter(lock.retention?.until, now));
  if (locked) return refused('remove', `${failed}: ${reasonToKeep(locked.lock)}.`, 'S3_LOCKED');
  bucket.objects.delete(key);
  bucket.older.delete(key);
  return undefined;
}

const isAfter = (instant: Date | undefined, now: Date): boolean => instant !== undefined && instant > now;

function reasonToKeep({ retention, legalHold }: ObjectLock): string {
  if (!retention) return 'it is under a legal hold';
  const until = retention.until.toISOString().slice(0, 16).replace('T', ' ');
  return `it is locked in ${retention.mode} mode until ${until} UTC${legalHold ? ', and under a legal hold' : ''}`;
}

export function removalOf(key: string, fault: Fault | undefined): Removal {
  if (!fault) return { key, state: 'removed' };
  return { key, state: 'kept', why: fault.message, isLocked: fault.code === 'S3_LOCKED' };
}

export function moreLocked(before: ObjectLock, { retention, legalHold }: ObjectLock, at: ObjectAt): ObjectLock {
  const { until } = before.retention ?? {};
  if (until && retention && retention.until < until) {
    throw refused(
      'setLock',
      `Locking ${at.key} in bucket ${at.bucket} failed: no lock is shortened.`,
      'S3_ACCESS_DENIED',
    );
  }
  return { ...before, ...(retention ? { retention } : {}), legalHold: before.legalHold || legalHold };
}

export function noObjectLock({ bucket, key }: ObjectAt): Fault {
  const sentence = `Locking ${key} in bucket ${bucket} failed: the bucket was made without Object Lock.`;
  return refused('setLock', sentence, 'S3_NO_OBJECT_LOCK');
}

export function refused(operation: string, sentence: string, code = 'S3_REFUSED'): Fault {
  return new Fault(sentence, { port: 'objects', operation, retryable: false, code });
}
