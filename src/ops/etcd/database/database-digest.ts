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
   * 'torn': it ends where neither can. 'claimed': it ends where a digest does, and nobody has summed what stands before.
   */
  readonly digest: 'right' | 'wrong' | 'absent' | 'torn' | 'claimed';
}

export const digestBytes = 32;
/** Every bbolt file is a multiple of this, whatever its page size. */
export const sectorBytes = 512;

export function createDatabaseDigest(): DatabaseDigest {
  const hash = createHash('sha256');
  const end = createEnd((bytes) => void hash.update(bytes));

  return {
    update: end.update,
    finish() {
      const { totalBytes, last } = end.finish();
      const kind = kindOfEnd(totalBytes);
      if (kind !== 'digest')
        return { totalBytes, databaseBytes: totalBytes, sha256: hash.update(last).digest('hex'), digest: kind };
      const sha256 = hash.digest();
      const digest = sha256.equals(last) ? 'right' : 'wrong';
      return { totalBytes, databaseBytes: totalBytes - digestBytes, sha256: sha256.toString('hex'), digest };
    },
  };
}

/** The same for a database that etcd's own tool sums right after: takes the digest at its end for what it claims to be. */
export function createClaimedDigest(): DatabaseDigest {
  const end = createEnd(() => undefined);

  return {
    update: end.update,
    finish() {
      const { totalBytes, last } = end.finish();
      const kind = kindOfEnd(totalBytes);
      if (kind !== 'digest') return { totalBytes, databaseBytes: totalBytes, sha256: '', digest: kind };
      const databaseBytes = totalBytes - digestBytes;
      return { totalBytes, databaseBytes, sha256: last.toString('hex'), digest: 'claimed' };
    },
  };
}

function kindOfEnd(totalBytes: number): 'digest' | 'absent' | 'torn' {
  const rest = totalBytes % sectorBytes;
  if (rest === digestBytes && totalBytes > digestBytes) return 'digest';
  return rest === 0 && totalBytes > 0 ? 'absent' : 'torn';
}

/** Keeps the last 32 bytes seen, which may be the digest; all before them are handed on. */
function createEnd(before: (bytes: Uint8Array) => void) {
  let last = Buffer.alloc(0);
  let totalBytes = 0;
  return {
    update(bytes: Uint8Array) {
      totalBytes += bytes.length;
      const surplus = Math.min(last.length, Math.max(0, last.length + bytes.length - digestBytes));
      if (surplus > 0) before(last.subarray(0, surplus));
      const ours = Math.max(0, bytes.length - digestBytes);
      if (ours > 0) before(bytes.subarray(0, ours));
      last = Buffer.concat([last.subarray(surplus), bytes.subarray(ours)]);
    },
    finish: () => ({ totalBytes, last }),
  };
}
