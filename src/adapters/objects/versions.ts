import { ListObjectVersionsCommand, type ListObjectVersionsCommandInput } from '@aws-sdk/client-s3';
import { decodeKey } from './decode-key.ts';
import type { VersionAt } from './lock.ts';
import { ask, until, type Way } from './way.ts';

/** Every version of one key, oldest first, delete markers among them. */
export async function versionsOf(way: Way, key: string, signal?: AbortSignal): Promise<readonly VersionAt[]> {
  const found: { readonly versionId: string; readonly at: number }[] = [];
  let from: Markers | undefined = {};
  while (from) {
    const page = await pageOf(way, key, from, signal);
    for (const { Key = '', VersionId, LastModified } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) {
      if (decodeKey(Key, page.EncodingType) !== key || VersionId === undefined) continue;
      found.push({ versionId: VersionId, at: LastModified?.getTime() ?? 0 });
    }
    const { NextKeyMarker = '', NextVersionIdMarker } = page;
    // Longer keys with this one as their beginning come after all its versions.
    const goesOn = page.IsTruncated && decodeKey(NextKeyMarker, page.EncodingType) === key;
    from = goesOn ? { KeyMarker: key, VersionIdMarker: NextVersionIdMarker } : undefined;
  }
  return found.sort((a, b) => a.at - b.at).map(({ versionId }) => ({ key, versionId }));
}

type Markers = Pick<ListObjectVersionsCommandInput, 'KeyMarker' | 'VersionIdMarker'>;

function pageOf(way: Way, key: string, from: Markers, signal: AbortSignal | undefined) {
  const command = new ListObjectVersionsCommand({ Bucket: way.bucket, Prefix: key, EncodingType: 'url', ...from });
  return ask(way, { operation: 'versions', key }, () => way.client.send(command, until(signal)), signal);
}
