import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
} from '@aws-sdk/client-s3';
import type { ObjectFacts, Objects } from '../../ports/objects.ts';
import { decodeKey } from './decode-key.ts';
import { pages } from './pages.ts';
import { isNamed, statusOf } from './to-fault.ts';
import { ask, failure, unless, until, type Way } from './way.ts';

const pageSize = 1_000;

/**
 * An error to HEAD has no body and so no name. What it means comes from asking about the bucket, which says what is
 * wrong with the bucket, the key or the clock; when the bucket is fine, 404 is an absent object and 403 a missing permission.
 */
export async function head(way: Way, key: string, signal?: AbortSignal): Promise<ObjectFacts | undefined> {
  try {
    const mode = way.sendsChecksums ? { ChecksumMode: 'ENABLED' as const } : {};
    const command = new HeadObjectCommand({ Bucket: way.bucket, Key: key, ...mode });
    return factsOf(key, await way.client.send(command, until(signal)));
  } catch (error) {
    const status = statusOf(error) ?? 0;
    if (status >= 400 && status < 500) await check(way);
    if (status === 404) return undefined;
    throw failure(way, { operation: 'head', key }, error, signal);
  }
}

export async function get(
  way: Way,
  key: string,
  { range, version, signal }: NonNullable<Parameters<Objects['get']>[1]>,
): ReturnType<Objects['get']> {
  const command = new GetObjectCommand({
    Bucket: way.bucket,
    Key: key,
    ...(range === undefined ? {} : { Range: `bytes=${range[0]}-${range[1]}` }),
    ...(version === undefined ? {} : { VersionId: version }),
  });
  const send = () => unless(isNoKey, way.client.send(command, until(signal)));
  const answer = await ask(way, { operation: 'get', key }, send, signal);
  return answer && { facts: factsOf(key, answer), body: bodyOf(way, key, answer, signal) };
}

/** The SDK hands out a Node stream; what breaks it in the middle must be a Fault like everything else. */
async function* bodyOf(
  way: Way,
  key: string,
  { Body }: GetObjectCommandOutput,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  if (!isAsyncIterable(Body)) return;
  try {
    for await (const chunk of Body) {
      signal?.throwIfAborted();
      yield chunk;
    }
  } catch (error) {
    throw failure(way, { operation: 'get', key }, error, signal);
  }
}

export async function* list(
  way: Way,
  { prefix, after, limit = Number.POSITIVE_INFINITY, signal }: Parameters<Objects['list']>[1],
): AsyncGenerator<ObjectFacts> {
  let left = limit;
  if (left <= 0) return;
  const listing = pages({
    ...{ way, asked: { operation: 'list' } },
    first: after === undefined ? {} : { StartAfter: after },
    pageAt: (place: Place) => listPage(way, { Prefix: prefix, MaxKeys: Math.min(pageSize, left), ...place }, signal),
    placeAfter: ({ NextContinuationToken }) =>
      NextContinuationToken ? { ContinuationToken: NextContinuationToken } : undefined,
  });
  for await (const page of listing) {
    for (const { Key, Size, LastModified, ETag } of (page.Contents ?? []).slice(0, left)) {
      left -= 1;
      yield factsOf(decodeKey(Key ?? '', page.EncodingType), { ContentLength: Size, LastModified, ETag });
    }
    if (left <= 0) return;
  }
}

type Place = Pick<ListObjectsV2CommandInput, 'StartAfter' | 'ContinuationToken'>;
type Page = Omit<ListObjectsV2CommandInput, 'Bucket' | 'EncodingType'>;

function listPage(way: Way, page: Page, signal: AbortSignal | undefined) {
  const command = new ListObjectsV2Command({ Bucket: way.bucket, EncodingType: 'url', ...page });
  return ask(way, { operation: 'list' }, () => way.client.send(command, until(signal)), signal);
}

/** By a listing of one key, not by HeadBucket: errors to HEAD have no body, and a wrong key would look like a wrong permission. */
export async function check(way: Way): Promise<void> {
  await ask(way, { operation: 'check' }, () =>
    way.client.send(new ListObjectsV2Command({ Bucket: way.bucket, MaxKeys: 1 })),
  );
}

type Told = { readonly [name in Header]?: HeadObjectCommandOutput[name] | undefined };
type Header =
  | 'ContentLength'
  | 'ContentRange'
  | 'LastModified'
  | 'ETag'
  | 'Metadata'
  | 'ServerSideEncryption'
  | 'ChecksumCRC32';

function factsOf(key: string, told: Told): ObjectFacts {
  return {
    key,
    sizeBytes: wholeSizeOf(told),
    modifiedAt: told.LastModified ?? new Date(0),
    ...(told.ETag === undefined ? {} : { etag: told.ETag.replaceAll('"', '') }),
    ...(told.Metadata === undefined ? {} : { metadata: told.Metadata }),
    ...(told.ServerSideEncryption === undefined ? {} : { serverSideEncryption: told.ServerSideEncryption }),
    ...(told.ChecksumCRC32 === undefined ? {} : { checksum: told.ChecksumCRC32 }),
  };
}

/** The length of an answer to a range is the range's; the object's own stands behind the slash. */
function wholeSizeOf({ ContentLength, ContentRange }: Told): number {
  const whole = ContentRange?.split('/')[1];
  return whole !== undefined && whole !== '*' ? Number(whole) : (ContentLength ?? 0);
}

const isNoKey = (error: unknown): boolean => isNamed(error, 'NoSuchKey', 'NoSuchVersion');

function isAsyncIterable(value: unknown): value is AsyncIterable<Uint8Array> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
