import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

/** One bucket and the way to it, as salvor.yaml names it. */
export interface BucketConnection {
  /** The bucket's own name at the store. */
  readonly bucket: string;
  readonly region: string;
  /** Absent: AWS itself. Otherwise the address of an S3-compatible server, with its scheme. */
  readonly endpoint?: string;
  /** Puts the bucket in the path, not in the host name. Default: true with an endpoint, false at AWS. */
  readonly pathStyle?: boolean;
  /**
   * How parts are protected on the way. 'supported': a CRC32 beside the signature, which the server checks and keeps.
   * 'required': the SHA-256 of each part inside the signature, which every server must check, and no newer checksum
   * header, which many servers ignore or refuse. Default: 'required' with an endpoint, 'supported' at AWS.
   */
  readonly checksums?: 'required' | 'supported';
  /** Absent: the SDK's chain (environment, profile, web identity, instance). */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** In PEM: the authority that signed the endpoint's certificate, where the system does not know it. */
  readonly certificateAuthority?: string;
  readonly timeouts?: {
    /** Until the connection stands. Default 5 s. */
    readonly connectMs?: number;
    /**
     * Without a byte in either direction. Default 60 s, since first calls on a cold Ceph take 30 s. The kernel takes up
     * to a whole part at once and then looks idle until the store has read it, so stay far above the seconds per part.
     */
    readonly idleMs?: number;
  };
  /** Tries of one request, the first included. Default 4. */
  readonly attempts?: number;
}

export function sendsChecksums(connection: BucketConnection): boolean {
  return (connection.checksums ?? (connection.endpoint ? 'required' : 'supported')) === 'supported';
}

/** A client for one bucket: bounded retries, a limit on every wait, connections kept open. */
export function connect(connection: BucketConnection): S3Client {
  const client = new S3Client(settingsOf(connection));
  if (sendsChecksums(connection)) leavePartsUnsigned(client);
  return client;
}

function settingsOf(connection: BucketConnection): S3ClientConfig {
  const { endpoint, credentials, timeouts } = connection;
  const checksums = sendsChecksums(connection) ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED';
  return {
    region: connection.region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    forcePathStyle: connection.pathStyle ?? endpoint !== undefined,
    requestChecksumCalculation: checksums,
    responseChecksumValidation: checksums,
    retryMode: 'standard',
    maxAttempts: connection.attempts ?? 4,
    // With `Expect: 100-continue` the SDK opens a new connection for each part and waits 6 s for servers that never answer it.
    expectContinueHeader: false,
    requestHandler: {
      connectionTimeout: timeouts?.connectMs ?? 5_000,
      socketTimeout: timeouts?.idleMs ?? 60_000,
      httpAgent: new HttpAgent({ keepAlive: true, maxSockets: 50 }),
      httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: 50, ...authority(connection) }),
    },
  };
}

function authority({ certificateAuthority }: BucketConnection): { readonly ca?: string } {
  return certificateAuthority === undefined ? {} : { ca: certificateAuthority };
}

/** The signed CRC32 header already covers the bytes, so a SHA-256 over them would only burn CPU. */
function leavePartsUnsigned(client: S3Client): void {
  client.middlewareStack.add(
    (next, context) => (args) => {
      const request: unknown = args.request;
      if (isRequest(request) && protectedByChecksum.has(String(context.commandName))) {
        request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      }
      return next(args);
    },
    { step: 'build', priority: 'low', name: 'leavePartsUnsigned' },
  );
}

const protectedByChecksum = new Set(['UploadPartCommand', 'PutObjectCommand']);

function isRequest(value: unknown): value is { readonly headers: Record<string, string> } {
  return typeof value === 'object' && value !== null && 'headers' in value;
}
