import { createHash } from 'node:crypto';

/** Sums a database file as it passes. etcd ends a snapshot with the SHA-256 of all bytes before; a file copied from a data directory has none. */
export interface DatabaseDigest {
  /** Bytes in order; not kept. */
  update(bytes: Uint8Array): void;
  finish(): DatabaseSum;
}

export interface DatabaseSum {
  readonly totalBytes: number;
  /** Without the digest. */
  readonly databaseBytes: number;
  /** Of the database, in hexadecimal. */
  readonly sha256: string;
  /**
   * 'right' and 'wrong': it ends where a digest does, which is its own or not. 'absent': it ends where a database does.
   * 'torn': it ends where neither can.
   */
  readonly digest: 'right' | 'wrong' | 'absent' | 'torn';
}

export const digestBytes = 32;
/** Every bbolt file is a multiple of this, whatever its page size. */
export const sectorBytes = 512;

export function createDatabaseDigest(): DatabaseDigest {
  const hash = createHash('sha256');
  let tail = Buffer.alloc(0);
  let totalBytes = 0;

  return {
    update(bytes) {
      totalBytes += bytes.length;
      // The last 32 bytes seen may be the digest; all before them are not.
      const surplus = Math.min(tail.length, Math.max(0, tail.length + bytes.length - digestBytes));
      if (surplus > 0) hash.update(tail.subarray(0, surplus));
      const ours = Math.max(0, bytes.length - digestBytes);
      if (ours > 0) hash.update(bytes.subarray(0, ours));
      tail = Buffer.concat([tail.subarray(surplus), bytes.subarray(ours)]);
    },
    finish() {
      if (totalBytes % sectorBytes === digestBytes && totalBytes > digestBytes) {
        const sha256 = hash.digest();
        const digest = sha256.equals(tail) ? 'right' : 'wrong';
        return { totalBytes, databaseBytes: totalBytes - digestBytes, sha256: sha256.toString('hex'), digest };
      }
      const digest = totalBytes % sectorBytes === 0 && totalBytes > 0 ? 'absent' : 'torn';
      return { totalBytes, databaseBytes: totalBytes, sha256: hash.update(tail).digest('hex'), digest };
    },
  };
}
