import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSnapshotDigest } from '../../../../src/ops/etcd/snapshot/snapshot-digest.ts';

const database = randomBytes(512 * 9);
const sha256 = createHash('sha256').update(database).digest();
const whole = Buffer.concat([database, sha256]);
const frame = 1024;

function check(bytes: Uint8Array, { pieceBytes = bytes.length, expected = whole.length } = {}) {
  const digest = createSnapshotDigest();
  for (let at = 0; at < bytes.length; at += pieceBytes) digest.update(bytes.subarray(at, at + pieceBytes));
  return digest.finish(expected);
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

describe('createSnapshotDigest', () => {
  it.each([1, 31, 32, 33, 511, 4096, 100_000])('accepts a whole snapshot in pieces of %i bytes', (pieceBytes) => {
    expect(check(whole, { pieceBytes })).toEqual({ databaseBytes: database.length, sha256: sha256.toString('hex') });
  });

  it('accepts a whole snapshot of which the member promised another size', () => {
    expect(check(whole, { expected: whole.length - 32 }).databaseBytes).toBe(database.length);
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'The member sent 0 bytes, which is no database'],
    ['a digest alone', sha256, 'The member sent 32 bytes, which is no database'],
    [
      'a flipped bit in the database',
      flipped(whole, 1_000),
      'The snapshot’s bytes do not match its digest: some were changed on the way or on the member’s disk',
    ],
    [
      'a flipped bit in the digest',
      flipped(whole, whole.length - 1),
      'The snapshot’s bytes do not match its digest: some were changed on the way or on the member’s disk',
    ],
    ['no digest', database, 'The snapshot has no digest at its end: the member stopped too early'],
    ['a short digest', whole.subarray(0, whole.length - 5), 'The snapshot’s digest is cut off after 27 of 32 bytes'],
    [
      'a truncated stream that ends well',
      whole.subarray(0, 3_000),
      'The member sent 1640 bytes less than it promised: a part of the database is missing',
    ],
    [
      'a dropped frame',
      Buffer.concat([whole.subarray(0, frame), whole.subarray(2 * frame)]),
      'The member sent 1024 bytes less than it promised: a part of the database is missing',
    ],
    [
      'a doubled frame',
      Buffer.concat([whole.subarray(0, frame), whole]),
      'The member sent 1024 bytes more than it promised: something came twice, or after the digest',
    ],
    [
      'data after the digest',
      Buffer.concat([whole, database.subarray(0, 512)]),
      'The member sent 512 bytes more than it promised: something came twice, or after the digest',
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => check(bytes, { pieceBytes: 700 })).toThrow(
      expect.objectContaining({ name: 'Fault', code: 'ETCD_DIGEST', retryable: true, message }),
    );
  });

  it('refuses what ends at a place where no database can end, when nobody promised a size', () => {
    const digest = createSnapshotDigest();
    digest.update(whole.subarray(0, 3_000));
    expect(() => digest.finish()).toThrow('The snapshot ends 408 bytes after where a database and its digest can end');
  });
});
