import { type Answer, bucketOf, type Call } from './call.ts';
import { cutPage, inKeyOrder, keyWriter, limitOf } from './listing.ts';
import { uploadOf } from './multipart.ts';
import { invalidArgument, notImplemented } from './s3-error.ts';
import type { ObjectRecord, UploadRecord } from './store.ts';
import { xmlDocument } from './xml.ts';

export async function listObjects(call: Call): Promise<Answer> {
  const { query } = call;
  if (query.get('list-type') !== '2') throw notImplemented('ListObjects version 1');
  const bucket = bucketOf(call);
  const write = keyWriter(query);
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after');
  const after = token === null ? (startAfter ?? '') : keyInToken(token);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? undefined;
  const max = Math.min(limitOf(query, 'max-keys'), call.pageSize);
  const page = cutPage(bucket.objects.listed(prefix, after), ({ key }) => key, { prefix, delimiter, max }, after);
  return {
    status: 200,
    xml: xmlDocument('ListBucketResult', {
      Name: bucket.name,
      Prefix: write(prefix),
      Delimiter: delimiter === undefined ? undefined : write(delimiter),
      MaxKeys: max,
      EncodingType: query.get('encoding-type') ?? undefined,
      KeyCount: page.entries.length + page.commonPrefixes.length,
      IsTruncated: page.isTruncated,
      ContinuationToken: token ?? undefined,
      NextContinuationToken: page.isTruncated ? tokenFor(page.last ?? '') : undefined,
      StartAfter: startAfter === null ? undefined : write(startAfter),
      Contents: page.entries.map((record) => contents(call, record, write)),
      CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: write(common) })),
    }),
  };
}

function contents({ query, house }: Call, record: ObjectRecord, write: (key: string) => string) {
  const owner = { ID: house.accessKeyId, DisplayName: house.accessKeyId };
  return {
    Key: write(record.key),
    LastModified: record.modifiedAt,
    ETag: `"${record.etag}"`,
    Size: record.sizeBytes,
    StorageClass: record.headers['x-amz-storage-class'] ?? 'STANDARD',
    Owner: query.get('fetch-owner') === 'true' ? owner : undefined,
  };
}

/** By key, and by the time they began where a key has several. */
export async function listUploads(call: Call): Promise<Answer> {
  const { query } = call;
  const bucket = bucketOf(call);
  const write = keyWriter(query);
  const keyMarker = query.get('key-marker') ?? '';
  const uploadIdMarker = keyMarker === '' ? '' : (query.get('upload-id-marker') ?? '');
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? undefined;
  const max = Math.min(limitOf(query, 'max-uploads'), call.pageSize);
  const all = [...bucket.uploads.values()].map(({ record }) => record).sort(byKeyThenStart);
  const marked = all.findIndex(({ key, uploadId }) => key === keyMarker && uploadId === uploadIdMarker);
  const rest =
    marked >= 0 ? all.slice(marked + 1) : all.filter(({ key }) => keyMarker === '' || inKeyOrder(key, keyMarker) > 0);
  const page = cutPage(rest, ({ key }) => key, { prefix, delimiter, max }, keyMarker);
  const last = page.entries.at(-1);
  return {
    status: 200,
    xml: xmlDocument('ListMultipartUploadsResult', {
      Bucket: bucket.name,
      KeyMarker: write(keyMarker),
      UploadIdMarker: uploadIdMarker,
      NextKeyMarker: page.isTruncated ? write(page.last ?? '') : undefined,
      NextUploadIdMarker: page.isTruncated && last?.key === page.last ? last?.uploadId : undefined,
      Prefix: write(prefix),
      Delimiter: delimiter === undefined ? undefined : write(delimiter),
      MaxUploads: max,
      EncodingType: query.get('encoding-type') ?? undefined,
      IsTruncated: page.isTruncated,
      Upload: page.entries.map(({ key, uploadId, startedAt }) => ({
        Key: write(key),
        UploadId: uploadId,
        StorageClass: 'STANDARD',
        Initiated: startedAt,
      })),
      CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: write(common) })),
    }),
  };
}

function byKeyThenStart(a: UploadRecord, b: UploadRecord): number {
  return inKeyOrder(a.key, b.key) || a.startedAt.localeCompare(b.startedAt) || a.uploadId.localeCompare(b.uploadId);
}

export async function listParts(call: Call): Promise<Answer> {
  const { query } = call;
  const bucket = bucketOf(call);
  const upload = uploadOf(call, bucket);
  const marker = query.get('part-number-marker') ?? '0';
  if (!/^\d+$/.test(marker))
    throw invalidArgument(
      'part-number-marker',
      marker,
      'Provided part-number-marker not an integer or within integer range',
    );
  const max = limitOf(query, 'max-parts');
  const rest = [...upload.parts.values()]
    .sort((a, b) => a.number - b.number)
    .filter(({ number }) => number > Number(marker));
  const parts = rest.slice(0, max);
  return {
    status: 200,
    xml: xmlDocument('ListPartsResult', {
      Bucket: bucket.name,
      Key: keyWriter(query)(call.key),
      UploadId: upload.record.uploadId,
      PartNumberMarker: marker,
      NextPartNumberMarker: parts.at(-1)?.number ?? 0,
      MaxParts: max,
      IsTruncated: rest.length > parts.length && max > 0,
      Part: parts.map(({ number, etag, sizeBytes, modifiedAt, checksum }) => ({
        PartNumber: number,
        LastModified: modifiedAt,
        ETag: `"${etag}"`,
        Size: sizeBytes,
        ...(checksum ? { [`Checksum${checksum.name.toUpperCase()}`]: checksum.value } : {}),
      })),
    }),
  };
}

/** Tokens are opaque to clients; a made-up one is refused. */
function tokenFor(key: string): string {
  return `1${Buffer.from(key).toString('base64url')}`;
}

function keyInToken(token: string): string {
  const key = Buffer.from(token.slice(1), 'base64url').toString();
  if (key === '' || tokenFor(key) !== token)
    throw invalidArgument('continuation-token', token, 'The continuation token provided is incorrect');
  return key;
}
