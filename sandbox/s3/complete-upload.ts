import { createHash, randomBytes } from 'node:crypto';
import { type Answer, bucketOf, type Call, encryptionHeaders, hasMd5Etag, textOf } from './call.ts';
import { compositeOf, createDigest } from './checksums.ts';
import { checkWriteConditions } from './conditions.ts';
import { uploadOf } from './multipart.ts';
import { malformedXml, S3Error } from './s3-error.ts';
import { readSegments } from './segments.ts';
import {
  type Bucket,
  type ObjectRecord,
  type PartRecord,
  putRecord,
  removeUpload,
  type Upload,
  type UploadRecord,
} from './store.ts';
import { childText, type Element, parseXml, xmlDocument } from './xml.ts';

const smallestPartBytes = 5 * 1024 * 1024;
const mostParts = 10_000;

export async function completeUpload(call: Call): Promise<Answer> {
  const bucket = bucketOf(call);
  const text = await textOf(call.body());
  return bucket.exclusively(async () => {
    const upload = uploadOf(call, bucket);
    const parts = checkedParts(upload, partsAsked(text));
    checkWriteConditions(call, bucket.objects.get(call.key));
    const record = await objectOf(call, bucket, upload, parts);
    await putRecord(bucket, record);
    await removeUpload(bucket, upload, parts);
    const checksum = record.checksum;
    return {
      status: 200,
      headers: encryptionHeaders(record),
      xml: xmlDocument('CompleteMultipartUploadResult', {
        Location: `http://${call.headers.host}/${bucket.name}/${encodeURI(call.key)}`,
        Bucket: bucket.name,
        Key: call.key,
        ETag: `"${record.etag}"`,
        ...(checksum
          ? { [`Checksum${checksum.name.toUpperCase()}`]: checksum.value, ChecksumType: checksum.type }
          : {}),
      }),
    };
  });
}

function partsAsked(text: string): readonly Element[] {
  const request = parseXml(text);
  const parts = request.children.filter(({ name }) => name === 'Part');
  if (request.name !== 'CompleteMultipartUpload' || parts.length === 0 || parts.length > mostParts)
    throw malformedXml();
  return parts;
}

function checkedParts({ record, parts }: Upload, asked: readonly Element[]): readonly PartRecord[] {
  let previous = 0;
  return asked.map((element, at) => {
    const number = Number(childText(element, 'PartNumber'));
    const etag = childText(element, 'ETag')?.replaceAll('"', '');
    if (!Number.isInteger(number) || etag === undefined) throw malformedXml();
    if (number <= previous)
      throw new S3Error(
        400,
        'InvalidPartOrder',
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
        { UploadId: record.uploadId },
      );
    previous = number;
    const part = parts.get(number);
    if (!part || part.etag !== etag) throw invalidPart(record, number, etag);
    checkPartChecksum(record, part, element);
    if (at < asked.length - 1 && part.sizeBytes < smallestPartBytes) throw tooSmall(part);
    return part;
  });
}

function checkPartChecksum(record: UploadRecord, part: PartRecord, element: Element): void {
  const name = record.checksumName;
  const given = name && childText(element, `Checksum${name.toUpperCase()}`);
  if (!name) return;
  if (given === undefined && record.checksumType === 'COMPOSITE') {
    throw new S3Error(
      400,
      'InvalidRequest',
      `The upload was created using a ${name} checksum. The complete request must include the checksum for each part. It was missing for part ${part.number} in the request.`,
    );
  }
  if (given !== undefined && given !== part.checksum?.value) throw invalidPart(record, part.number, part.etag);
}

async function objectOf(
  call: Call,
  bucket: Bucket,
  { record }: Upload,
  parts: readonly PartRecord[],
): Promise<ObjectRecord> {
  const md5s = createHash('md5');
  for (const { md5 } of parts) md5s.update(Buffer.from(md5, 'hex'));
  const checksum = await wholeChecksum(bucket, record, parts);
  return {
    headers: record.headers,
    key: record.key,
    versionId: 'null',
    sizeBytes: parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    etag: `${hasMd5Etag(call, record) ? md5s.digest('hex') : randomBytes(16).toString('hex')}-${parts.length}`,
    modifiedAt: call.now.toISOString(),
    segments: parts.map(({ file, sizeBytes }) => ({ file, sizeBytes })),
    uploadId: record.uploadId,
    ...(checksum === undefined ? {} : { checksum }),
  };
}

async function wholeChecksum(
  bucket: Bucket,
  { checksumName: name, checksumType: type }: UploadRecord,
  parts: readonly PartRecord[],
): Promise<ObjectRecord['checksum']> {
  if (!name) return undefined;
  if (type === 'COMPOSITE')
    return {
      name,
      type,
      value: compositeOf(
        name,
        parts.map((part) => part.checksum?.value ?? ''),
      ),
    };
  const digest = createDigest(name);
  for await (const piece of readSegments(bucket, parts, 0, Number.MAX_SAFE_INTEGER)) digest.update(piece);
  return { name, type, value: digest.base64() };
}

function invalidPart({ uploadId }: UploadRecord, number: number, etag: string): S3Error {
  return new S3Error(
    400,
    'InvalidPart',
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    {
      UploadId: uploadId,
      PartNumber: String(number),
      ETag: etag,
    },
  );
}

function tooSmall({ number, sizeBytes, etag }: PartRecord): S3Error {
  return new S3Error(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
    ETag: etag,
    MinSizeAllowed: String(smallestPartBytes),
    ProposedSize: String(sizeBytes),
    PartNumber: String(number),
  });
}
