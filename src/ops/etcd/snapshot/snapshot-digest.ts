import { Fault } from '../../../chatops/errors.ts';
import { createDatabaseDigest, digestBytes, sectorBytes } from '../database/database-digest.ts';

/** Checks a snapshot as it passes: etcd ends the stream with the SHA-256 of all bytes before. */
export interface SnapshotDigest {
  /** Bytes in order; not kept. */
  update(bytes: Uint8Array): void;
  /**
   * The database without its digest. Throws Fault ETCD_DIGEST, saying what is wrong, unless the bytes were one whole snapshot.
   * `expectedBytes`, what the member promised in the beginning, only makes the message better: the digest decides.
   */
  finish(expectedBytes?: number): { readonly databaseBytes: number; readonly sha256: string };
}

export function createSnapshotDigest(): SnapshotDigest {
  const digest = createDatabaseDigest();

  return {
    update: digest.update,
    finish(expectedBytes) {
      const { totalBytes, databaseBytes, sha256, digest: found } = digest.finish();
      if (found === 'right') return { databaseBytes, sha256 };
      throw new Fault(whatIsWrong(totalBytes, expectedBytes), {
        port: 'etcd',
        operation: 'snapshot',
        code: 'ETCD_DIGEST',
        retryable: true,
        next: 'Nothing was kept. If it happens again, take the snapshot from another member and look at this one’s disk.',
      });
    },
  };
}

function whatIsWrong(total: number, expected: number | undefined): string {
  const rest = total % sectorBytes;
  if (total <= digestBytes) return `The member sent ${total} bytes, which is no database`;
  if (expected !== undefined && total > expected) {
    return `The member sent ${total - expected} bytes more than it promised: something came twice, or after the digest`;
  }
  if (rest === 0) return 'The snapshot has no digest at its end: the member stopped too early';
  if (rest < digestBytes) return `The snapshot’s digest is cut off after ${rest} of ${digestBytes} bytes`;
  if (expected !== undefined && total < expected) {
    return `The member sent ${expected - total} bytes less than it promised: a part of the database is missing`;
  }
  if (rest !== digestBytes)
    return `The snapshot ends ${rest - digestBytes} bytes after where a database and its digest can end`;
  return 'The snapshot’s bytes do not match its digest: some were changed on the way or on the member’s disk';
}
