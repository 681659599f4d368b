import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { BucketConnection } from '../../src/adapters/objects.ts';

/** The sandbox's S3 in a process of its own, as a store is. */
export interface Store {
  readonly connection: BucketConnection;
  /** Where curl uploads to, and what it needs to be let in. */
  readonly address: string;
  readonly curlAuth: readonly string[];
  stop(): Promise<void>;
}

const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench-secret' };
const bucket = 'bench';
const region = 'us-east-1';

export async function startStore(directory: string): Promise<Store> {
  const main = new URL('../../sandbox/s3/main.ts', import.meta.url).pathname;
  const keys = ['--access-key', credentials.accessKeyId, '--secret-key', credentials.secretAccessKey];
  const child = spawn(process.execPath, [main, '--directory', directory, '--bucket', bucket, ...keys], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { endpoint } = JSON.parse(String(line));
  return {
    // As at AWS: a checksum with every part, which the store verifies.
    connection: { bucket, endpoint, region, pathStyle: true, credentials, checksums: 'supported' },
    address: `${endpoint}/${bucket}`,
    curlAuth: [
      ...['--aws-sigv4', `aws:amz:${region}:s3`, '--user', `${credentials.accessKeyId}:${credentials.secretAccessKey}`],
      ...['-H', 'x-amz-content-sha256: UNSIGNED-PAYLOAD'],
    ],
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
