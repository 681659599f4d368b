import { createHash } from 'node:crypto';
import { Fault } from '../../../chatops/errors.ts';

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

const digestBytes = 32;
/** Every bbolt file is a multiple of this, whatever its page size. */
const sectorBytes = 512;

export function createSnapshotDigest(): SnapshotDigest {
  const hash = createHash('sha256');
  let tail = Buffer.alloc(0);
  let total = 0;

  return {
    update(bytes) {
      total += bytes.length;
      // The last 32 bytes seen may be the digest; all before them are not.
      const surplus = Math.min(tail.length, Math.max(0, tail.length + bytes.length - digestBytes));
      if (surplus > 0) hash.update(tail.subarray(0, surplus));
      const ours = Math.max(0, bytes.length - digestBytes);
      if (ours > 0) hash.update(bytes.subarray(0, ours));
      tail = Buffer.concat([tail.subarray(surplus), bytes.subarray(ours)]);
    },
    finish(expectedBytes) {
      const sha256 = hash.digest();
      if (total % sectorBytes === digestBytes && total > digestBytes && sha256.equals(tail)) {
        return { databaseBytes: total - digestBytes, sha256: sha256.toString('hex') };
      }
      throw new Fault(whatIsWrong(total, expectedBytes), {
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
