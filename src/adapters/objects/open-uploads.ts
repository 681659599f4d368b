import { isDeepStrictEqual } from 'node:util';
import { AbortMultipartUploadCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import type { OpenUpload } from '../../ports/objects.ts';
import { decodeKey } from './decode-key.ts';
import { isNamed } from './to-fault.ts';
import { ask, until, type Way } from './way.ts';

export async function* openUploads(way: Way, prefix: string, signal?: AbortSignal): AsyncGenerator<OpenUpload> {
  let from: { readonly KeyMarker?: string; readonly UploadIdMarker?: string } | undefined = {};
  while (from) {
    const asked: ConstructorParameters<typeof ListMultipartUploadsCommand>[0] = {
      Bucket: way.bucket,
      Prefix: prefix,
      EncodingType: 'url',
      ...from,
    };
    const send = () => way.client.send(new ListMultipartUploadsCommand(asked), until(signal));
    const page = await ask(way, { operation: 'openUploads' }, send, signal);
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (Key === undefined || UploadId === undefined) continue;
      yield { key: decodeKey(Key, page.EncodingType), uploadId: UploadId, startedAt: Initiated ?? new Date(0) };
    }
    const { NextKeyMarker, NextUploadIdMarker } = page;
    const next =
      page.IsTruncated && NextKeyMarker !== undefined
        ? markers(decodeKey(NextKeyMarker, page.EncodingType), NextUploadIdMarker)
        : undefined;
    // A store that answers with the place it was asked from would have us ask for ever.
    from = isDeepStrictEqual(next, from) ? undefined : next;
  }
}

function markers(KeyMarker: string, UploadIdMarker: string | undefined) {
  return UploadIdMarker === undefined ? { KeyMarker } : { KeyMarker, UploadIdMarker };
}

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
