import { createHash, randomBytes } from 'node:crypto';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { describe, expect, it } from 'vitest';
import type { PressOptions } from '../../../../src/ops/etcd/snapshot/press-snapshot.ts';
import { type Press, startPress } from '../../../../src/ops/etcd/snapshot/start-press.ts';
import { bboltFile, bucket, revision } from '../database/bbolt-file.ts';

const plain = { compression: 'zstd', recipients: [] } as const;

/** A database of about this many bytes, half of which cannot be compressed, with its digest. */
function snapshotOf(bytes: number): Buffer {
  const pages = new Map([
    [2, { kind: 'leaf' as const, entries: [bucket('key', 3)] }],
    [3, { kind: 'leaf' as const, entries: [revision(7, '/registry/pods/default/a', { valueBytes: bytes })] }],
  ]);
  const database = bboltFile(pages, 2);
  randomBytes(database.length >> 1).copy(database, 5 * 4096);
  return Buffer.concat([database, createHash('sha256').update(database).digest()]);
}

async function pump(press: Press, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const room = await press.room();
    const piece = bytes.subarray(at, at + room.length);
    room.set(piece);
    press.take(room.subarray(0, piece.length));
    at += piece.length;
  }
}

async function collect(press: Press): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of press.output) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

async function pressed(bytes: Uint8Array, options: PressOptions) {
  const press = startPress(options);
  try {
    const pumping = pump(press, bytes).then(() => press.end(bytes.length));
    const [facts, output] = await Promise.all([pumping, collect(press)]);
    return { facts, output };
  } finally {
    await press.close(undefined);
  }
}

const unpack = { zstd: zstdDecompressSync, gzip: gunzipSync, none: (bytes: Buffer) => bytes };

describe('the press', () => {
  // Less than Node's pool of buffers, less than a piece, and several pieces.
  const sizes = [10_000, 100_000, 900_000, 11_000_000];

  describe.each(['zstd', 'gzip', 'none'] as const)('with %s', (compression) => {
    it.each(sizes)('gives out %i bytes so that they can be read again', async (size) => {
      const bytes = snapshotOf(size);
      const { facts, output } = await pressed(bytes, { compression, recipients: [] });
      expect(unpack[compression](output).equals(bytes)).toBe(true);
      expect(facts).toEqual({
        database: { sizeBytes: bytes.length - 32, sha256: bytes.subarray(-32).toString('hex') },
        pages: { kind: 'exact', revision: 7n, keys: { total: 1, revisions: 1, live: 1, resources: { pods: 1 } } },
        stored: { sizeBytes: output.length, sha256: createHash('sha256').update(output).digest('hex') },
      });
    });
  });

  it.each(sizes)('encrypts %i bytes for every recipient', async (size) => {
    const bytes = snapshotOf(size);
    const identities = [await generateX25519Identity(), await generateX25519Identity()];
    const recipients = await Promise.all(identities.map((identity) => identityToRecipient(identity)));
    const { output } = await pressed(bytes, { ...plain, recipients });
    for (const identity of identities) {
      const decrypter = new Decrypter();
      decrypter.addIdentity(identity);
      expect(zstdDecompressSync(await decrypter.decrypt(output)).equals(bytes)).toBe(true);
    }
  });

  it('never ends its output when the digest is wrong', async () => {
    const bytes = snapshotOf(3_000_000);
    bytes.writeUInt8(bytes.readUInt8(2_500_000) ^ 1, 2_500_000);
    const press = startPress(plain);
    const wrong = {
      name: 'Fault',
      code: 'ETCD_DIGEST',
      retryable: true,
      next: expect.stringMatching(/Nothing was kept/),
    };
    const output = expect(collect(press)).rejects.toMatchObject(wrong);
    await pump(press, bytes);
    await expect(press.end(bytes.length)).rejects.toMatchObject(wrong);
    await output;
    await press.close(undefined);
  });

  it('says what is wrong with a recipient', async () => {
    await expect(pressed(snapshotOf(10_000), { ...plain, recipients: ['age1nonsense'] })).rejects.toThrow();
  });

  it('fails whoever waits for it when it is closed, with the reason', async () => {
    const press = startPress(plain);
    const output = expect(collect(press)).rejects.toThrow('cancelled');
    await pump(press, snapshotOf(100_000));
    await press.close(new Error('cancelled'));
    await output;
    await expect(press.room()).rejects.toThrow('cancelled');
  });

  it('gives no more room while nobody takes its output', async () => {
    const press = startPress({ compression: 'none', recipients: [] });
    let given = 0;
    const hoarding = (async () => {
      for (;;) {
        const room = await press.room();
        given += room.length;
        press.take(room);
      }
    })();
    hoarding.catch(() => undefined);
    // Four buffers of 2 MiB are under way, 8 MiB of output may wait: then it stops, however long one waits.
    await expect.poll(() => given).toBeGreaterThanOrEqual(8 * 1024 * 1024);
    const settled = await lastOf(() => given);
    expect(settled).toBeLessThanOrEqual(18 * 1024 * 1024);
    await press.close(undefined);
  });
});

/** The value once it has been the same for a while. */
async function lastOf(value: () => number): Promise<number> {
  let last = value();
  let since = performance.now();
  await expect
    .poll(() => {
      if (value() !== last) since = performance.now();
      last = value();
      return performance.now() - since;
    })
    .toBeGreaterThan(150);
  return last;
}
