import type { S3Client } from '@aws-sdk/client-s3';
import { type BucketConnection, connect, sendsChecksums } from './connection.ts';
import type { Asked } from './fault-table.ts';
import { toFault } from './to-fault.ts';

/** One bucket, and the client that reaches it. */
export interface Way {
  readonly client: S3Client;
  readonly bucket: string;
  readonly region: string;
  /** As shown to people, without credentials. */
  readonly endpoint: string;
  readonly sendsChecksums: boolean;
}

export function wayTo(connection: BucketConnection): Way {
  return {
    client: connect(connection),
    bucket: connection.bucket,
    region: connection.region,
    endpoint: connection.endpoint ? new URL(connection.endpoint).origin : `AWS ${connection.region}`,
    sendsChecksums: sendsChecksums(connection),
  };
}

/** Does the work; throws the signal's reason once it has aborted, and a Fault for any other failure. */
export async function ask<T>(
  way: Way,
  asked: Pick<Asked, 'operation' | 'key'>,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  try {
    signal?.throwIfAborted();
    return await work();
  } catch (error) {
    throw failure(way, asked, error, signal);
  }
}

export function failure(
  { bucket, region, endpoint }: Way,
  asked: Pick<Asked, 'operation' | 'key'>,
  error: unknown,
  signal?: AbortSignal,
): unknown {
  return signal?.aborted ? signal.reason : toFault(error, { ...asked, bucket, region, endpoint });
}

/** The answer to a request, or undefined where its error means that there is none. */
export async function unless<T>(isNone: (error: unknown) => boolean, request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isNone(error)) return undefined;
    throw error;
  }
}

/** SDK options for a signal that may be absent. */
export function until(signal: AbortSignal | undefined): { readonly abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}
