import type { IncomingHttpHeaders } from 'node:http';
import type { Body } from './body.ts';
import { refuseLocks } from './object-lock.ts';
import { invalidArgument, notImplemented, S3Error } from './s3-error.ts';
import { type Segment, writeSegment } from './segments.ts';
import type { Bucket, ObjectSettings } from './store.ts';

/** The state of the whole server that operations work on. */
export interface House {
  readonly root: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly etags: 'md5' | 'opaque';
  readonly buckets: Map<string, Bucket>;
}

/** One authenticated request. */
export interface Call {
  readonly house: House;
  readonly bucketName: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The instant all checks of this request share. */
  readonly now: Date;
  /** A listing's page holds at most so many, whatever is asked for. */
  readonly pageSize: number;
  /** Whether deleting this key is to be refused. */
  isKept(key: string): boolean;
  /** The body, to be read once. `wantsMd5`: false where the ETag is not an MD5. */
  body(wantsMd5?: boolean): Body;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly xml?: string;
  readonly bytes?: AsyncIterable<Buffer>;
}

export type Operation = (call: Call) => Promise<Answer>;

export function bucketOf({ house, bucketName }: Call): Bucket {
  const bucket = house.buckets.get(bucketName);
  if (bucket) return bucket;
  throw new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist', { BucketName: bucketName });
}

/** A small body as text, for the operations whose body is XML. */
export async function textOf(body: Body, mostBytes = 4 * 1024 * 1024): Promise<string> {
  if (body.sizeBytes > mostBytes) throw new S3Error(400, 'MaxMessageLengthExceeded', 'Your request was too big.');
  const pieces: Buffer[] = [];
  for await (const piece of body.bytes) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

export async function bodyToDisk(bucket: Bucket, body: Body): Promise<Segment> {
  if (body.sizeBytes > 5 * 1024 ** 3)
    throw new S3Error(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
  return writeSegment(bucket, body.bytes);
}

const remembered = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-language',
  'expires',
  'x-amz-storage-class',
];
const unknown = /^x-amz-(?:tagging|grant-|website-|copy-source|server-side-encryption-customer|write-offset)/;
const mostMetadataBytes = 2 * 1024;

/** The headers an object keeps; options this server does not have are refused, not dropped. */
export function settingsOf({ headers, house, key }: Call): ObjectSettings {
  if (Buffer.byteLength(key) > 1024) throw new S3Error(400, 'KeyTooLongError', 'Your key is too long');
  refuseLocks(headers);
  const foreign = Object.keys(headers).find((name) => unknown.test(name));
  if (foreign) throw notImplemented(foreign);
  const acl = headers['x-amz-acl'];
  if (acl !== undefined && acl !== 'private' && acl !== 'bucket-owner-full-control') {
    throw new S3Error(400, 'AccessControlListNotSupported', 'The bucket does not allow ACLs');
  }
  const kept = Object.entries(headers).filter(([name]) => remembered.includes(name) || name.startsWith('x-amz-meta-'));
  const metadataBytes = kept
    .filter(([name]) => name.startsWith('x-amz-meta-'))
    .reduce((sum, [name, value]) => sum + name.length - 11 + String(value).length, 0);
  if (metadataBytes > mostMetadataBytes)
    throw new S3Error(400, 'MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size');
  return {
    headers: {
      'content-type': 'binary/octet-stream',
      ...Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
      ...contentEncoding(headers),
      ...encryption(headers, house.region),
    },
  };
}

/** aws-chunked is the framing of the request, not a property of the object. */
function contentEncoding(headers: IncomingHttpHeaders): Record<string, string> {
  const codings = String(headers['content-encoding'] ?? '')
    .split(',')
    .map((coding) => coding.trim());
  const own = codings.filter((coding) => coding !== '' && coding !== 'aws-chunked').join(',');
  return own === '' ? {} : { 'content-encoding': own };
}

function encryption(headers: IncomingHttpHeaders, region: string): Record<string, string> {
  const algorithm = headers['x-amz-server-side-encryption'];
  const keyId = headers['x-amz-server-side-encryption-aws-kms-key-id'];
  if (algorithm === undefined && keyId === undefined) return {};
  if (algorithm === 'AES256' && keyId === undefined) return { 'x-amz-server-side-encryption': 'AES256' };
  if (algorithm !== 'aws:kms') {
    throw invalidArgument(
      'x-amz-server-side-encryption',
      String(algorithm),
      'The encryption method specified is not supported',
    );
  }
  return {
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': String(keyId ?? `arn:aws:kms:${region}:000000000000:alias/aws/s3`),
  };
}

export function encryptionHeaders({ headers }: ObjectSettings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith('x-amz-server-side-encryption')),
  );
}

/** Objects under a KMS key have an ETag that is no MD5, as at AWS. */
export function hasMd5Etag({ house }: Call, { headers }: ObjectSettings): boolean {
  return house.etags === 'md5' && headers['x-amz-server-side-encryption'] !== 'aws:kms';
}
