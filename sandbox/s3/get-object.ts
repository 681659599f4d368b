import { type Answer, bucketOf, type Call } from './call.ts';
import { isUnchanged } from './conditions.ts';
import { checksumHeaders } from './objects.ts';
import { notImplemented, S3Error } from './s3-error.ts';
import { readSegments } from './segments.ts';
import type { ObjectRecord } from './store.ts';

/** GET and HEAD; the server leaves out the bytes of the latter. */
export async function getObject(call: Call): Promise<Answer> {
  const bucket = bucketOf(call);
  if (call.query.has('partNumber') || call.query.has('versionId'))
    throw notImplemented('partNumber or versionId on a read');
  const record = bucket.objects.get(call.key);
  if (!record) throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.', { Key: call.key });
  const headers = headersOf(call, record);
  if (isUnchanged(call, record)) return { status: 304, headers };
  const range = rangeOf(call.headers.range, record.sizeBytes);
  if (!range) {
    const whole = { 'Content-Length': String(record.sizeBytes), ...checksumsAsked(call, record) };
    return {
      status: 200,
      headers: { ...headers, ...whole },
      bytes: readSegments(bucket, record.segments, 0, record.sizeBytes - 1),
    };
  }
  const [first, last] = range;
  return {
    status: 206,
    headers: {
      ...headers,
      'Content-Length': String(last - first + 1),
      'Content-Range': `bytes ${first}-${last}/${record.sizeBytes}`,
    },
    bytes: readSegments(bucket, record.segments, first, last),
  };
}

function headersOf({ query }: Call, record: ObjectRecord): Record<string, string> {
  const overrides = [...query]
    .filter(([name]) =>
      /^response-(?:content-(?:type|disposition|encoding|language)|cache-control|expires)$/.test(name),
    )
    .map(([name, value]) => [name.slice('response-'.length), value]);
  return {
    ...record.headers,
    'Accept-Ranges': 'bytes',
    ETag: `"${record.etag}"`,
    'Last-Modified': new Date(record.modifiedAt).toUTCString(),
    ...Object.fromEntries(overrides),
  };
}

function checksumsAsked({ headers }: Call, record: ObjectRecord): Record<string, string> {
  return headers['x-amz-checksum-mode'] === 'ENABLED' ? checksumHeaders(record) : {};
}

/** First and last byte; undefined for no range, or one that HTTP says to ignore. */
function rangeOf(header: string | undefined, sizeBytes: number): readonly [number, number] | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  const [, from = '', to = ''] = match ?? [];
  if (!match || (from === '' && to === '')) return undefined;
  const first = from === '' ? Math.max(0, sizeBytes - Number(to)) : Number(from);
  const last = from === '' || to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (from !== '' && to !== '' && Number(to) < first) return undefined;
  if (first >= sizeBytes || (from === '' && Number(to) === 0)) {
    throw new S3Error(416, 'InvalidRange', 'The requested range is not satisfiable', {
      RangeRequested: header ?? '',
      ActualObjectSize: String(sizeBytes),
    });
  }
  return [first, last];
}
