import { Fault } from '../../../chatops/errors.ts';

/** What can be wrong with a backup itself. */
export type UnsoundCode =
  | 'BACKUP_MISSING'
  | 'BACKUP_STORED'
  | 'BACKUP_ENCRYPTION'
  | 'BACKUP_COMPRESSION'
  | 'BACKUP_ARCHIVE'
  | 'BACKUP_DATABASE'
  | 'BACKUP_MANIFEST';

const port = 'backup';

/**
 * The backup is not what it must be: whoever made or keeps it broke a promise. Trying again changes nothing, and it is a finding about the
 * backup rather than a failure to look at it.
 */
export function unsound(code: UnsoundCode, message: string, cause?: unknown): Fault {
  return new Fault(message, {
    port,
    operation: 'open',
    code,
    retryable: false,
    next: 'Do not rely on this backup: take a new one, and keep this one until you know what happened to it.',
    ...(cause === undefined ? {} : { cause }),
  });
}

export const isUnsound = (error: unknown): error is Fault => error instanceof Fault && error.port === port;
