import { randomBytes } from 'node:crypto';
import {
  type Answer,
  bodyToDisk,
  bucketOf,
  type Call,
  encryptionHeaders,
  hasMd5Etag,
  settingsOf,
  textOf,
} from './call.ts';
import { checkWriteConditions } from './conditions.ts';
import { refuseBypass } from './object-lock.ts';
import { accessDenied, malformedXml, S3Error } from './s3-error.ts';
import { dropSegments } from './segments.ts';
import { type ObjectRecord, putRecord, removeRecord } from './store.ts';
import { childText, parseXml, xmlDocument } from './xml.ts';

export async function putObject(call: Call): Promise<Answer> {
  const bucket = bucketOf(call);
  const settings = settingsOf(call);
  checkWriteConditions(call, bucket.objects.get(call.key));
  const body = call.body(hasMd5Etag(call, settings));
  const segment = await bodyToDisk(bucket, body);
  const checksum = body.checksum();
  const record: ObjectRecord = {
    ...settings,
    key: call.key,
    versionId: 'null',
    sizeBytes: segment.sizeBytes,
    etag: hasMd5Etag(call, settings) ? body.md5() : randomBytes(16).toString('hex'),
    modifiedAt: call.now.toISOString(),
    segments: segment.sizeBytes > 0 ? [segment] : [],
    ...(checksum === undefined ? {} : { checksum: { ...checksum, type: 'FULL_OBJECT' } }),
  };
  await bucket.exclusively(async () => {
    try {
      checkWriteConditions(call, bucket.objects.get(call.key));
    } catch (error) {
      await dropSegments(bucket, [segment]);
      throw error;
    }
    await putRecord(bucket, record);
  });
  return {
    status: 200,
    headers: { ETag: `"${record.etag}"`, ...encryptionHeaders(record), ...checksumHeaders(record) },
  };
}

export async function deleteObject(call: Call): Promise<Answer> {
  const bucket = bucketOf(call);
  if (call.query.has('versionId')) throw new S3Error(400, 'InvalidArgument', 'Invalid version id specified');
  refuseBypass(call.headers);
  if (call.isKept(call.key)) throw accessDenied();
  await bucket.exclusively(() => removeRecord(bucket, call.key));
  return { status: 204 };
}

/** The batch, which S3 only takes with a digest of its list. */
export async function deleteObjects(call: Call): Promise<Answer> {
  const bucket = bucketOf(call);
  refuseBypass(call.headers);
  const body = call.body();
  if (!body.hasIntegrityHeader) {
    throw new S3Error(400, 'InvalidRequest', 'Missing required header for this request: Content-MD5');
  }
  const { keys, isQuiet } = batchIn(await textOf(body));
  const kept = keys.filter(call.isKept);
  const deleted = keys.filter((key) => !call.isKept(key));
  for (const key of deleted) await bucket.exclusively(() => removeRecord(bucket, key));
  const { code, message } = accessDenied();
  return {
    status: 200,
    xml: xmlDocument('DeleteResult', {
      Deleted: isQuiet ? [] : deleted.map((key) => ({ Key: key })),
      Error: kept.map((key) => ({ Key: key, Code: code, Message: message })),
    }),
  };
}

function batchIn(xml: string): { readonly keys: readonly string[]; readonly isQuiet: boolean } {
  const request = parseXml(xml);
  const objects = request.children.filter(({ name }) => name === 'Object');
  const keys = objects.map((object) => childText(object, 'Key') ?? '');
  if (request.name !== 'Delete' || keys.length === 0 || keys.length > 1_000 || keys.includes('')) throw malformedXml();
  return { keys, isQuiet: childText(request, 'Quiet') === 'true' };
}

export function checksumHeaders({ checksum }: ObjectRecord): Record<string, string> {
  if (!checksum) return {};
  return { [`x-amz-checksum-${checksum.name}`]: checksum.value, 'x-amz-checksum-type': checksum.type };
}
