import { ListObjectVersionsCommand, type ListObjectVersionsCommandInput } from '@aws-sdk/client-s3';
import { decodeKey } from './decode-key.ts';
import type { VersionAt } from './lock.ts';
import { pages } from './pages.ts';
import { ask, until, type Way } from './way.ts';

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

type Markers = Pick<ListObjectVersionsCommandInput, 'KeyMarker' | 'VersionIdMarker'>;

function pageOf(way: Way, key: string, from: Markers, signal: AbortSignal | undefined) {
  const command = new ListObjectVersionsCommand({ Bucket: way.bucket, Prefix: key, EncodingType: 'url', ...from });
  return ask(way, { operation: 'versions', key }, () => way.client.send(command, until(signal)), signal);
}
