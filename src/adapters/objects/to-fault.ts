import { Fault } from '../../chatops/errors.ts';
import { type Asked, kindOf } from './fault-table.ts';

/** What was asked for, and did not come about. */
const failed = {
  store: ({ key, bucket }) => `Storing ${key} in bucket ${bucket} failed`,
  put: ({ key, bucket }) => `Writing ${key} to bucket ${bucket} failed`,
  head: ({ key, bucket }) => `Looking at ${key} in bucket ${bucket} failed`,
  get: ({ key, bucket }) => `Reading ${key} from bucket ${bucket} failed`,
  list: ({ bucket }) => `Listing bucket ${bucket} failed`,
  remove: ({ key, bucket }) => `Deleting ${key} from bucket ${bucket} failed`,
  removeAll: ({ bucket }) => `Deleting objects from bucket ${bucket} failed`,
  versions: ({ key, bucket }) => `Listing the versions of ${key} in bucket ${bucket} failed`,
  firstVersions: ({ bucket }) => `Listing what was first put into bucket ${bucket} failed`,
  lockOf: ({ key, bucket }) => `Asking for the lock of ${key} in bucket ${bucket} failed`,
  setLock: ({ key, bucket }) => `Locking ${key} in bucket ${bucket} failed`,
  hasObjectLock: ({ bucket }) => `Asking bucket ${bucket} whether it has Object Lock failed`,
  openUploads: ({ bucket }) => `Listing the open uploads of bucket ${bucket} failed`,
  abortUpload: ({ key, bucket }) => `Removing the parts of ${key} from bucket ${bucket} failed`,
  check: ({ bucket }) => `Checking bucket ${bucket} failed`,
} satisfies Record<Asked['operation'], (asked: Asked) => string>;

/** A Fault from whatever the SDK threw, with the store's own name, status and request id. Faults pass as they are. */
export function toFault(error: unknown, about: Asked): Fault {
  if (error instanceof Fault) return error;
  const seen = seenIn(error);
  const kind = kindOf(seen.names, seen.status);
  const next = kind.next?.(about);
  const message = `${failed[about.operation](about)}: ${kind.happened(about)} (${evidence(seen)}).`;
  return new Fault(message, {
    port: 'objects',
    operation: about.operation,
    retryable: kind.retryable,
    code: kind.code,
    ...(next === undefined ? {} : { next }),
    cause: error,
  });
}

/** The HTTP status in an SDK error, if there was an answer at all. */
export function statusOf(error: unknown): number | undefined {
  return seenIn(error).status;
}

/** Whether the store or the socket named its failure so. */
export function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return seenIn(error).names.some((name) => names.includes(name));
}

/** Whether the store does not have what was asked for at all. */
export function isNotOffered(error: unknown): boolean {
  return [405, 501].includes(statusOf(error) ?? 0);
}

/** How often the SDK sent the request before it gave up. */
export function attemptsOf(error: unknown): number {
  const attempts = metadataOf(error).attempts;
  return typeof attempts === 'number' ? attempts : 1;
}

interface Seen {
  readonly names: readonly string[];
  readonly message: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
}

function seenIn(error: unknown): Seen {
  const facts = isRecord(error) ? error : {};
  const metadata = metadataOf(error);
  const status = metadata.httpStatusCode;
  const requestId = metadata.requestId;
  // The socket's code first: the SDK calls a reset connection a TimeoutError.
  const names = [facts.code, facts.Code, facts.name];
  return {
    names: [...names.filter((name) => typeof name === 'string'), ...causeNames(error)],
    message: error instanceof Error ? error.message : String(error),
    status: typeof status === 'number' ? status : undefined,
    requestId: typeof requestId === 'string' ? requestId : undefined,
  };
}

function metadataOf(error: unknown): Record<string, unknown> {
  return isRecord(error) && isRecord(error.$metadata) ? error.$metadata : {};
}

/** Node reports refused connections to a name with several addresses as an AggregateError without a code. */
function causeNames(error: unknown): readonly string[] {
  if (error instanceof AggregateError) return error.errors.flatMap((inner) => seenIn(inner).names);
  return error instanceof Error && error.cause !== undefined ? seenIn(error.cause).names : [];
}

/** What the SDK calls an answer without a body, and Node an error without a code. */
const nameless: ReadonlySet<string> = new Set(['Error', 'Unknown', 'UnknownError']);

/** Unknown names are worth showing: some servers send their own, and the SDK calls what it cannot read UnknownError. */
function evidence({ names, message, status, requestId }: Seen): string {
  const known = names.filter((name) => !nameless.has(name));
  const parts = [known[0] ?? 'UnknownError', status === undefined ? undefined : `HTTP ${status}`];
  if (status === undefined || known.length === 0) parts.push(shortened(message));
  if (requestId !== undefined) parts.push(`request id ${requestId}`);
  return parts.filter((part) => part !== undefined && part !== '').join(', ');
}

function shortened(message: string): string {
  const line = message.replaceAll(/\s+/g, ' ').trim();
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
