import { Fault } from '../../chatops/errors.ts';

/** Throws the Fault for an error of the disk. */
export function diskFailed(error: unknown): never {
  const why = codeOf(error) === 'ENOSPC' ? 'it is full' : codeOf(error);
  throw new Fault(`The disk on which backups are tried out failed: ${why}.`, {
    port: 'scratch',
    operation: 'write',
    code: 'SCRATCH_DISK',
    retryable: false,
    next: 'Free some of it, or name another one in salvor.yaml: drill.directory.',
    cause: error,
  });
}

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);
