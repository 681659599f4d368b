import type { Call } from './call.ts';
import { notImplemented, S3Error } from './s3-error.ts';
import type { ObjectRecord } from './store.ts';

/** If-None-Match: * and If-Match on a write; throws when `existing` forbids it. */
export function checkWriteConditions({ headers, key }: Call, existing: ObjectRecord | undefined): void {
  const ifNoneMatch = headers['if-none-match'];
  const ifMatch = headers['if-match'];
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch !== '*') throw notImplemented('If-None-Match with a value other than *');
    if (existing) throw preconditionFailed('If-None-Match');
  }
  if (ifMatch === undefined) return;
  if (!existing) throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.', { Key: key });
  if (!matches(ifMatch, existing)) throw preconditionFailed('If-Match');
}

/** Conditions on a read. Answers whether the reader has the object already (304). */
export function isUnchanged({ headers }: Call, record: ObjectRecord): boolean {
  const ifMatch = headers['if-match'];
  const ifNoneMatch = headers['if-none-match'];
  if (ifMatch !== undefined && !matches(ifMatch, record)) throw preconditionFailed('If-Match');
  const since = headers['if-unmodified-since'];
  if (ifMatch === undefined && since !== undefined && modifiedAfter(record, since))
    throw preconditionFailed('If-Unmodified-Since');
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, record);
  const modifiedSince = headers['if-modified-since'];
  return modifiedSince !== undefined && !modifiedAfter(record, modifiedSince);
}

function matches(header: string, { etag }: ObjectRecord): boolean {
  if (header.trim() === '*') return true;
  return header.split(',').some((one) => one.trim().replaceAll('"', '') === etag);
}

/** Dates in headers have no milliseconds. */
function modifiedAfter({ modifiedAt }: ObjectRecord, header: string): boolean {
  return Math.floor(Date.parse(modifiedAt) / 1_000) * 1_000 > Date.parse(header);
}

function preconditionFailed(condition: string): S3Error {
  return new S3Error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });
}
