import type { BucketConnection } from '../src/adapters/objects.ts';

/** How to reach the sandbox's bucket with the keys in the sandbox's environment. */
export function bucketOf(
  endpoint: string,
  bucket: string,
  environment: Readonly<Record<string, string>>,
): BucketConnection {
  return {
    bucket,
    endpoint,
    region: 'us-east-1',
    pathStyle: true,
    credentials: {
      accessKeyId: environment.S3_ACCESS_KEY_ID ?? '',
      secretAccessKey: environment.S3_SECRET_ACCESS_KEY ?? '',
    },
  };
}
