import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { ask, until, type Way } from './way.ts';

/** By the header that every answer has, here of a listing of one key, for which no further right is needed. */
export async function clockOf(way: Way, signal?: AbortSignal): Promise<Date | undefined> {
  let told: unknown;
  const command = new ListObjectsV2Command({ Bucket: way.bucket, MaxKeys: 1 });
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      if (isResponse(result.response)) told = result.response.headers.date;
      return result;
    },
    { step: 'build', name: 'readClock' },
  );
  await ask(way, { operation: 'check' }, () => way.client.send(command, until(signal)), signal);
  const time = new Date(typeof told === 'string' ? told : Number.NaN);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

function isResponse(value: unknown): value is { readonly headers: Readonly<Record<string, unknown>> } {
  return typeof value === 'object' && value !== null && 'headers' in value && typeof value.headers === 'object';
}
