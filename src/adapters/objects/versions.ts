import {
  GetBucketVersioningCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
} from '@aws-sdk/client-s3';
import type { FirstVersion, Objects } from '../../ports/objects.ts';
import { decodeKey } from './decode-key.ts';
import type { VersionAt } from './lock.ts';
import { pages } from './pages.ts';
import { list } from './read.ts';
import { isNotOffered } from './to-fault.ts';
import { ask, unless, until, type Way } from './way.ts';

/** Every version of one key, oldest first, delete markers among them. */
export async function versionsOf(way: Way, key: string, signal?: AbortSignal): Promise<readonly VersionAt[]> {
  const found: { readonly versionId: string; readonly at: number }[] = [];
  const listing = pages({
    ...{ way, asked: { operation: 'versions', key } },
    first: {},
    pageAt: (place: Markers) => pageOf(way, key, place, signal),
    // Without a version it would go on behind all versions of the key.
    placeAfter: ({ NextKeyMarker, NextVersionIdMarker }) =>
      NextKeyMarker && NextVersionIdMarker ? { KeyMarker: key, VersionIdMarker: NextVersionIdMarker } : undefined,
  });
  for await (const page of listing) {
    for (const { Key = '', VersionId, LastModified } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) {
      if (decodeKey(Key, page.EncodingType) !== key || VersionId === undefined) continue;
      found.push({ versionId: VersionId, at: LastModified?.getTime() ?? 0 });
    }
    const { NextKeyMarker } = page;
    // Longer keys with this one as their beginning come after all its versions.
    if (NextKeyMarker && decodeKey(NextKeyMarker, page.EncodingType) !== key) break;
  }
  return found.sort((a, b) => a.at - b.at).map(({ versionId }) => ({ key, versionId }));
}

/** Of each key the last that the listing tells of: it tells of versions from the newest to the oldest. */
export async function* firstVersions(
  way: Way,
  { signal, ...options }: Parameters<Objects['firstVersions']>[1],
): AsyncGenerator<FirstVersion> {
  if (!(await doesKeepVersions(way, 'firstVersions', signal))) {
    for await (const { key } of list(way, { ...options, ...(signal ? { signal } : {}) })) yield { key };
    return;
  }
  const { prefix, after } = options;
  const listing = pages({
    ...{ way, asked: { operation: 'firstVersions' } },
    first: after === undefined ? {} : { KeyMarker: after },
    pageAt: (place: Markers) => pageOf(way, prefix, place, signal),
    placeAfter: ({ NextKeyMarker, NextVersionIdMarker, EncodingType }) =>
      NextKeyMarker
        ? { KeyMarker: decodeKey(NextKeyMarker, EncodingType), VersionIdMarker: NextVersionIdMarker }
        : undefined,
  });
  let oldest: FirstVersion | undefined;
  for await (const { Versions = [], EncodingType } of listing) {
    for (const { Key = '', VersionId } of Versions) {
      const key = decodeKey(Key, EncodingType);
      // Ceph begins with the very key behind which it was told to begin.
      if (key === after) continue;
      if (oldest && oldest.key !== key) yield oldest;
      oldest = { key, ...(VersionId === undefined ? {} : { version: VersionId }) };
    }
  }
  if (oldest) yield oldest;
}

/** Whether a plain delete only hides the object behind a marker. */
export async function doesKeepVersions(
  way: Way,
  operation: 'remove' | 'removeAll' | 'firstVersions',
  signal?: AbortSignal,
): Promise<boolean> {
  const command = new GetBucketVersioningCommand({ Bucket: way.bucket });
  const send = () => unless(isNotOffered, way.client.send(command, until(signal)));
  const answer = await ask(way, { operation }, send, signal);
  return answer?.Status !== undefined;
}

type Markers = Pick<ListObjectVersionsCommandInput, 'KeyMarker' | 'VersionIdMarker'>;

function pageOf(way: Way, prefix: string, from: Markers, signal: AbortSignal | undefined) {
  const command = new ListObjectVersionsCommand({ Bucket: way.bucket, Prefix: prefix, EncodingType: 'url', ...from });
  return ask(way, { operation: 'versions', key: prefix }, () => way.client.send(command, until(signal)), signal);
}
