import { createHash } from 'node:crypto';
import {
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  type ObjectLockRetention,
  PutObjectLegalHoldCommand,
  type PutObjectRequest,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { Fault } from '../../chatops/errors.ts';
import { timeInWords } from '../../chatops/format.ts';
import type { ObjectLock } from '../../ports/objects.ts';
import { isNamed, isNotOffered } from './to-fault.ts';
import { ask, unless, until, type Way } from './way.ts';

/** One version of an object; the newest where none is named. */
export interface VersionAt {
  readonly key: string;
  readonly versionId?: string;
}

/**
 * Asked for outright, not read from HEAD: there a lock that these credentials may not see looks like none.
 */
export async function lockOf(way: Way, at: VersionAt, signal?: AbortSignal): Promise<ObjectLock> {
  const where = { Bucket: way.bucket, Key: at.key, VersionId: at.versionId };
  const asked = { operation: 'lockOf', key: at.key } as const;
  const [retention, hold] = await Promise.all([
    ask(way, asked, () => unless(isNone, way.client.send(new GetObjectRetentionCommand(where), until(signal))), signal),
    ask(way, asked, () => unless(isNone, way.client.send(new GetObjectLegalHoldCommand(where), until(signal))), signal),
  ]);
  return { ...retentionOf(retention?.Retention), legalHold: hold?.LegalHold?.Status === 'ON' };
}

export async function hasObjectLock(way: Way, signal?: AbortSignal): Promise<boolean> {
  const command = new GetObjectLockConfigurationCommand({ Bucket: way.bucket });
  const send = () => unless(isNone, way.client.send(command, until(signal)));
  const told = await ask(way, { operation: 'hasObjectLock' }, send, signal);
  return told?.ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled';
}

export async function setLock(way: Way, key: string, lock: ObjectLock, signal?: AbortSignal): Promise<void> {
  const where = { Bucket: way.bucket, Key: key };
  const asked = { operation: 'setLock', key } as const;
  const { retention, legalHold } = lock;
  if (retention) {
    const command = new PutObjectRetentionCommand({ ...where, Retention: toRetention(retention) });
    await ask(way, asked, () => orNoObjectLock(way, key, way.client.send(command, until(signal))), signal);
  }
  if (!legalHold) return;
  const command = new PutObjectLegalHoldCommand({ ...where, LegalHold: { Status: 'ON' } });
  await ask(way, asked, () => orNoObjectLock(way, key, way.client.send(command, until(signal))), signal);
}

type LockSettings = Pick<
  PutObjectRequest,
  'ContentMD5' | 'ObjectLockMode' | 'ObjectLockRetainUntilDate' | 'ObjectLockLegalHoldStatus'
>;

/** What a PUT carries to lock the object: S3 takes a lock only with a checksum or MD5 of the body. */
export function lockSettings(lock: ObjectLock, body: Uint8Array): LockSettings {
  const { retention, legalHold } = lock;
  return {
    ContentMD5: createHash('md5').update(body).digest('base64'),
    ...(legalHold ? { ObjectLockLegalHoldStatus: 'ON' } : {}),
    ...(retention ? { ObjectLockMode: toRetention(retention).Mode, ObjectLockRetainUntilDate: retention.until } : {}),
  };
}

/** For requests that ask for a lock: S3 calls it an invalid request where the bucket was made without Object Lock. */
export async function orNoObjectLock<T>({ bucket }: Way, key: string, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (!isNotOffered(error) && !saysNoObjectLock(error)) throw error;
    throw new Fault(`Locking ${key} in bucket ${bucket} failed: the bucket was made without Object Lock.`, {
      port: 'objects',
      operation: 'setLock',
      retryable: false,
      code: 'S3_NO_OBJECT_LOCK',
      next: `Take a bucket that was made with Object Lock, or take \`lock\` for ${bucket} out of salvor.yaml.`,
      cause: error,
    });
  }
}

/** Ceph says it without words when the object is being put. */
function saysNoObjectLock(error: unknown): boolean {
  if (isNamed(error, 'ObjectLockConfigurationNotFoundError')) return true;
  return (
    isNamed(error, 'InvalidRequest') && /lock|^UnknownError$|^$/i.test(error instanceof Error ? error.message : '')
  );
}

/** The Fault for an object that its lock keeps, or undefined where the lock keeps nothing (any more). */
export function lockedFault({ bucket }: Way, key: string, lock: ObjectLock, cause?: unknown): Fault | undefined {
  const held = reasonToKeep(lock);
  if (held === undefined) return undefined;
  return new Fault(`Deleting ${key} from bucket ${bucket} failed: ${held}.`, {
    port: 'objects',
    operation: 'remove',
    retryable: false,
    code: 'S3_LOCKED',
    next: 'Wait until the lock ends: Salvor never bypasses one.',
    cause,
  });
}

function reasonToKeep({ retention, legalHold }: ObjectLock): string | undefined {
  if (retention && retention.until.getTime() > Date.now()) {
    return `it is locked in ${retention.mode} mode until ${timeInWords(retention.until)}${legalHold ? ', and under a legal hold' : ''}`;
  }
  return legalHold ? 'it is under a legal hold' : undefined;
}

/** AWS, Ceph and stores without locks each say in their own words that there is none. */
const isNone = (error: unknown): boolean =>
  isNotOffered(error) ||
  isNamed(
    error,
    ...['NoSuchObjectLockConfiguration', 'ObjectLockConfigurationNotFoundError', 'InvalidRequest'],
    ...['NoSuchKey', 'NoSuchVersion'],
  );

function retentionOf(told: ObjectLockRetention | undefined): Pick<ObjectLock, 'retention'> {
  const { Mode, RetainUntilDate } = told ?? {};
  if (Mode === undefined || RetainUntilDate === undefined) return {};
  return { retention: { mode: Mode === 'COMPLIANCE' ? 'compliance' : 'governance', until: RetainUntilDate } };
}

function toRetention({ mode, until }: NonNullable<ObjectLock['retention']>) {
  return { Mode: mode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE', RetainUntilDate: until } as const;
}
