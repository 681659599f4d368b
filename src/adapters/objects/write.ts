import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Objects, PutOptions, StreamOptions } from '../../ports/objects.ts';
import { lockSettings, orNoObjectLock } from './lock.ts';
import { statusOf } from './to-fault.ts';
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
  options: Parameters<Objects['put']>[2],
): Promise<boolean> {
  const { lock } = options;
  const condition = options.ifAbsent ? { IfNoneMatch: '*' } : {};
  const locked = lock ? lockSettings(lock, body) : {};
  const object = { Bucket: way.bucket, Key: key, Body: body, ...settingsOf(options), ...condition, ...locked };
  const send = async () => {
    const request = way.client.send(new PutObjectCommand(object), until(options.signal));
    try {
      await (lock ? orNoObjectLock(way, key, request) : request);
      return true;
    } catch (error) {
      if (options.ifAbsent && statusOf(error) === 412) return false;
      throw error;
    }
  };
  return ask(way, { operation: 'put', key }, send, options.signal);
}

function settingsOf({ contentType, metadata, encryption }: PutOptions): ObjectSettings {
  const settings = { ContentType: contentType, ...(metadata === undefined ? {} : { Metadata: { ...metadata } }) };
  if (encryption === undefined) return settings;
  if (encryption.kind === 'sse-s3') return { ...settings, ServerSideEncryption: 'AES256' };
  const { keyId } = encryption;
  return { ...settings, ServerSideEncryption: 'aws:kms', ...(keyId === undefined ? {} : { SSEKMSKeyId: keyId }) };
}
