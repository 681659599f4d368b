import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Objects, PutOptions, StreamOptions } from '../../ports/objects.ts';
import { isNamed, statusOf } from './to-fault.ts';
import { type ObjectSettings, upload } from './upload.ts';
import { ask, until, type Way } from './way.ts';

export async function store(
  way: Way,
  key: string,
  body: AsyncIterable<Uint8Array>,
  options: StreamOptions,
): ReturnType<Objects['store']> {
  options.signal?.throwIfAborted();
  return upload({ way, key, settings: settingsOf(options) }, body, options);
}

export async function put(
  way: Way,
  key: string,
  body: Uint8Array,
  options: PutOptions & { readonly ifAbsent?: boolean },
): Promise<boolean> {
  const condition = options.ifAbsent ? { IfNoneMatch: '*' } : {};
  const object = { Bucket: way.bucket, Key: key, Body: body, ...settingsOf(options), ...condition };
  const send = async () => {
    try {
      await way.client.send(new PutObjectCommand(object), until(options.signal));
      return true;
    } catch (error) {
      if (options.ifAbsent && statusOf(error) === 412) return false;
      throw error;
    }
  };
  return ask(way, { operation: 'put', key }, send, options.signal);
}

/** Some servers answer 404 where AWS answers 204. */
export async function remove(way: Way, key: string, signal?: AbortSignal): Promise<void> {
  const command = new DeleteObjectCommand({ Bucket: way.bucket, Key: key });
  const send = () =>
    way.client.send(command, until(signal)).catch((error) => {
      if (!isNamed(error, 'NoSuchKey')) throw error;
    });
  await ask(way, { operation: 'remove', key }, send, signal);
}

function settingsOf({ contentType, metadata, encryption }: PutOptions): ObjectSettings {
  const settings = { ContentType: contentType, ...(metadata === undefined ? {} : { Metadata: { ...metadata } }) };
  if (encryption === undefined) return settings;
  if (encryption.kind === 'sse-s3') return { ...settings, ServerSideEncryption: 'AES256' };
  const { keyId } = encryption;
  return { ...settings, ServerSideEncryption: 'aws:kms', ...(keyId === undefined ? {} : { SSEKMSKeyId: keyId }) };
}
