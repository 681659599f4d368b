import type { IncomingHttpHeaders } from 'node:http';
import { type Answer, bucketOf, type Call } from './call.ts';
import { invalidArgument, S3Error } from './s3-error.ts';
import { xmlDocument } from './xml.ts';

// No bucket here keeps versions or was made with Object Lock; what asks for either is answered as AWS does then.

export async function bucketVersioning(call: Call): Promise<Answer> {
  bucketOf(call);
  return { status: 200, xml: xmlDocument('VersioningConfiguration', '') };
}

export async function lockConfiguration(call: Call): Promise<Answer> {
  const { name } = bucketOf(call);
  throw new S3Error(
    404,
    'ObjectLockConfigurationNotFoundError',
    'Object Lock configuration does not exist for this bucket',
    { BucketName: name },
  );
}

/** Retention and legal hold of an object, asked for or set. */
export async function objectLock(call: Call): Promise<Answer> {
  bucketOf(call);
  throw withoutObjectLock();
}

export function refuseLocks(headers: IncomingHttpHeaders): void {
  if (Object.keys(headers).some((name) => name.startsWith('x-amz-object-lock-'))) throw withoutObjectLock();
}

export function refuseBypass({ 'x-amz-bypass-governance-retention': bypass }: IncomingHttpHeaders): void {
  if (bypass === undefined) return;
  throw invalidArgument(
    'x-amz-bypass-governance-retention',
    String(bypass),
    'x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.',
  );
}

function withoutObjectLock(): S3Error {
  return new S3Error(400, 'InvalidRequest', 'Bucket is missing Object Lock Configuration');
}
