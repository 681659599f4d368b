import { Fault } from '../../chatops/errors.ts';

/** A call that ended with a gRPC status other than OK. Source: grpc/doc/statuscodes.md. */
export interface CallStatus {
  readonly code: number;
  readonly details: string;
}

const status = { invalidArgument: 3, deadlineExceeded: 4, permissionDenied: 7, unavailable: 14, unauthenticated: 16 };

/** What etcd lets root alone do where auth is on. */
const rootOnly: Readonly<Record<string, string>> = {
  snapshot: 'Snapshots need',
  defragment: 'Defragmenting needs',
};

/** The Fault for a status that a member answered. The details are etcd's own words and hold no secrets. */
export function faultOfStatus(operation: string, endpoint: string, { code, details }: CallStatus): Fault {
  const said = `${endpoint} said: ${details || `gRPC status ${code}`}`;
  // Source of these sentences: etcd api/v3rpc/rpctypes/error.go.
  if (details.includes('not supported for learner')) {
    return fault(operation, 'ETCD_LEARNER', `${endpoint} is a learner and gives no snapshots`, false, {
      next: 'Promote the member, or copy from a voting one.',
    });
  }
  // Some versions answer this with the status UNKNOWN.
  if (code === status.permissionDenied || details.includes('permission denied')) {
    return fault(operation, 'ETCD_PERMISSION', `The etcd user may not do this; ${said}`, false, {
      next: `${rootOnly[operation] ?? 'This needs'} the root user, or a client certificate with CN=root: check the etcd user of this cluster in salvor.yaml.`,
    });
  }
  if (code === status.unauthenticated || /authentication failed|user name is empty|auth token/.test(details)) {
    return fault(operation, 'ETCD_AUTH', `etcd did not accept our user; ${said}`, false, {
      next: 'Check the etcd user and password of this cluster in salvor.yaml.',
    });
  }
  if (code === status.deadlineExceeded) return timeout(operation, endpoint, details);
  if (code === status.unavailable && details.startsWith('etcdserver: ')) {
    return fault(operation, 'ETCD_UNAVAILABLE', said, true, {
      next: 'See which members answer and whether one of them leads.',
    });
  }
  if (code === status.unavailable) return faultOfConnection(operation, endpoint, new Error(details));
  return fault(operation, 'ETCD_ANSWER', `etcd refused; ${said}`, code !== status.invalidArgument, {
    next: `Look into the log of the member at ${endpoint}.`,
  });
}

const tlsWords = /certificate|self.signed|SSL|TLS|handshake|altnames|EPROTO|issuer/i;

/** The Fault for a connection that could not be made or broke. */
export function faultOfConnection(operation: string, endpoint: string, cause: unknown): Fault {
  const text = cause instanceof Error ? wordsOf(cause) : String(cause);
  if (tlsWords.test(text)) {
    return fault(operation, 'ETCD_TLS', `No trusted connection to ${endpoint}: ${text}`, false, {
      next: 'Check the CA, the client certificate and the server name of this cluster in salvor.yaml.',
      cause,
    });
  }
  return fault(operation, 'ETCD_UNREACHABLE', `${endpoint} cannot be reached: ${text}`, true, {
    next: 'Check that the member runs and that this worker may connect to it.',
    cause,
  });
}

/**
 * The Fault for a TLS connection that the member closed before it said anything: since TLS 1.3 a server that misses a client
 * certificate, or does not trust it, can say so only then, and its words are often lost with the connection.
 */
export function turnedAway(operation: string, endpoint: string, cause: unknown): Fault {
  const message = `${endpoint} closed the connection right after the handshake: it may not trust our client certificate, or miss one`;
  return fault(operation, 'ETCD_TLS', message, true, {
    next: 'Check the client certificate and its key of this cluster in salvor.yaml.',
    cause,
  });
}

export function timeout(operation: string, endpoint: string, details: string, cause?: unknown): Fault {
  return fault(operation, 'ETCD_TIMEOUT', `${endpoint} did not answer in time: ${details}`, true, {
    next: 'The member may be frozen or overloaded: look at its disk and its log.',
    cause,
  });
}

export function fault(
  operation: string,
  code: string,
  message: string,
  retryable: boolean,
  more: { readonly next?: string; readonly cause?: unknown } = {},
): Fault {
  return new Fault(message, { port: 'etcd', operation, code, retryable, ...more });
}

/** 401D6489:error:0A000412:SSL routines:ssl3_read_bytes:ssl/tls alert bad certificate:../deps/…, as OpenSSL says it. */
const openssl = /^[0-9A-F]+:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):.*$/s;

function wordsOf(error: Error): string {
  const message = error.message
    .replace(/^No connection established\. Last error: (Error: )?/, '')
    .replace(/\.?\s*Resolution note:.*$/s, '')
    .replace(openssl, '$1');
  const code = 'code' in error && typeof error.code === 'string' && !message.includes(error.code) ? error.code : '';
  return [message.trim(), code].filter(Boolean).join(' ');
}
