import { randomBytes } from 'node:crypto';
import { type Answer, bodyToDisk, bucketOf, type Call, encryptionHeaders, hasMd5Etag, settingsOf } from './call.ts';
import { type ChecksumName, isChecksumName } from './checksums.ts';
import { invalidArgument, S3Error } from './s3-error.ts';
import { dropSegments } from './segments.ts';
import {
  type Bucket,
  type PartRecord,
  putPart,
  putUpload,
  removeUpload,
  type Upload,
  type UploadRecord,
} from './store.ts';
import { xmlDocument } from './xml.ts';

const mostParts = 10_000;

export async function createUpload(call: Call): Promise<Answer> {
  const bucket = bucketOf(call);
  const record: UploadRecord = {
    ...settingsOf(call),
    ...checksumPlan(call),
    key: call.key,
    uploadId: randomBytes(24).toString('base64url'),
    startedAt: call.now.toISOString(),
  };
  await putUpload(bucket, record);
  const { uploadId, checksumName } = record;
  const headers = checksumName
    ? { 'x-amz-checksum-algorithm': checksumName.toUpperCase(), 'x-amz-checksum-type': record.checksumType }
    : {};
  return {
    status: 200,
    headers: { ...headers, ...encryptionHeaders(record) },
    xml: xmlDocument('InitiateMultipartUploadResult', { Bucket: bucket.name, Key: call.key, UploadId: uploadId }),
  };
}

export async function uploadPart(call: Call): Promise<Answer> {
  const bucket = bucketOf(call);
  const upload = uploadOf(call, bucket);
  const number = Number(call.query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > mostParts) {
    throw invalidArgument(
      'partNumber',
      String(call.query.get('partNumber')),
      'Part number must be an integer between 1 and 10000, inclusive',
    );
  }
  if (call.headers['x-amz-copy-source'] !== undefined)
    throw new S3Error(501, 'NotImplemented', 'UploadPartCopy is not implemented.');
  const wantsMd5 = hasMd5Etag(call, upload.record);
  const body = call.body(wantsMd5);
  const segment = await bodyToDisk(bucket, body);
  const checksum = body.checksum();
  const part: PartRecord = {
    ...segment,
    number,
    md5: body.md5(),
    etag: wantsMd5 ? body.md5() : randomBytes(16).toString('hex'),
    modifiedAt: call.now.toISOString(),
    ...(checksum === undefined ? {} : { checksum }),
  };
  await bucket.exclusively(async () => {
    try {
      checkPart(upload.record, checksum?.name);
      uploadOf(call, bucket);
    } catch (error) {
      await dropSegments(bucket, [segment]);
      throw error;
    }
    await putPart(bucket, upload, part);
  });
  const headers = checksum ? { [`x-amz-checksum-${checksum.name}`]: checksum.value } : {};
  return { status: 200, headers: { ETag: `"${part.etag}"`, ...headers, ...encryptionHeaders(upload.record) } };
}

export async function abortUpload(call: Call): Promise<Answer> {
  const bucket = bucketOf(call);
  await bucket.exclusively(() => removeUpload(bucket, uploadOf(call, bucket), []));
  return { status: 204 };
}

export function uploadOf({ query, key }: Call, bucket: Bucket): Upload {
  const uploadId = query.get('uploadId') ?? '';
  const upload = bucket.uploads.get(uploadId);
  if (upload && upload.record.key === key) return upload;
  throw new S3Error(
    404,
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { UploadId: uploadId },
  );
}

function checksumPlan({ headers }: Call): Pick<UploadRecord, 'checksumType'> & { checksumName?: ChecksumName } {
  const algorithm = headers['x-amz-checksum-algorithm'];
  const type = headers['x-amz-checksum-type'];
  if (type !== undefined && type !== 'COMPOSITE' && type !== 'FULL_OBJECT')
    throw invalidArgument('x-amz-checksum-type', String(type), 'Value for x-amz-checksum-type header is invalid.');
  if (algorithm === undefined) return { checksumType: 'COMPOSITE' };
  const name = String(algorithm).toLowerCase();
  if (!isChecksumName(name))
    throw new S3Error(
      400,
      'InvalidRequest',
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    );
  const checksumType = type ?? (name === 'crc64nvme' ? 'FULL_OBJECT' : 'COMPOSITE');
  const isPossible = checksumType === 'FULL_OBJECT' ? name.startsWith('crc') : name !== 'crc64nvme';
  if (!isPossible)
    throw new S3Error(
      400,
      'InvalidRequest',
      `The ${checksumType} checksum type cannot be used with the ${name} checksum algorithm.`,
    );
  return { checksumName: name, checksumType };
}

/** An upload begun without an algorithm takes parts with any; one begun with it takes no other. */
function checkPart({ checksumName }: UploadRecord, given: ChecksumName | undefined): void {
  if (checksumName === undefined || given === undefined || checksumName === given) return;
  throw new S3Error(
    400,
    'InvalidRequest',
    `Checksum Type mismatch occurred, expected checksum Type: ${checksumName}, actual checksum Type: ${given}`,
  );
}
