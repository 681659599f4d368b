import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandInput,
} from '@aws-sdk/client-s3';
import type { OpenUpload } from '../../ports/objects.ts';
import { decodeKey } from './decode-key.ts';
import { pages } from './pages.ts';
import { isNamed } from './to-fault.ts';
import { ask, until, type Way } from './way.ts';

export async function* openUploads(way: Way, prefix: string, signal?: AbortSignal): AsyncGenerator<OpenUpload> {
  const listing = pages({
    ...{ way, asked: { operation: 'openUploads' } },
    first: {},
    pageAt: (place: Markers) => pageOf(way, prefix, place, signal),
    placeAfter: ({ NextKeyMarker, NextUploadIdMarker, EncodingType }) =>
      NextKeyMarker ? markers(decodeKey(NextKeyMarker, EncodingType), NextUploadIdMarker) : undefined,
  });
  for await (const page of listing) {
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (Key === undefined || UploadId === undefined) continue;
      yield { key: decodeKey(Key, page.EncodingType), uploadId: UploadId, startedAt: Initiated ?? new Date(0) };
    }
  }
}

type Markers = Pick<ListMultipartUploadsCommandInput, 'KeyMarker' | 'UploadIdMarker'>;

function pageOf(way: Way, prefix: string, from: Markers, signal: AbortSignal | undefined) {
  const command = new ListMultipartUploadsCommand({ Bucket: way.bucket, Prefix: prefix, EncodingType: 'url', ...from });
  return ask(way, { operation: 'openUploads' }, () => way.client.send(command, until(signal)), signal);
}

const markers = (KeyMarker: string, UploadIdMarker: string | undefined): Markers =>
  UploadIdMarker === undefined ? { KeyMarker } : { KeyMarker, UploadIdMarker };

export async function abortUpload(
  way: Way,
  { key, uploadId }: Pick<OpenUpload, 'key' | 'uploadId'>,
  limit?: AbortSignal,
): Promise<void> {
  const command = new AbortMultipartUploadCommand({ Bucket: way.bucket, Key: key, UploadId: uploadId });
  await ask(way, { operation: 'abortUpload', key }, () =>
    way.client.send(command, until(limit)).catch((error) => {
      if (!isNamed(error, 'NoSuchUpload')) throw error;
    }),
  );
}
