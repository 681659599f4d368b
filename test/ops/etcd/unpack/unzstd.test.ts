import { constants, createZstdCompress, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unzstd } from '../../../../src/ops/etcd/unpack/unzstd.ts';
import { smallSnapshot } from '../../../fakes/etcd/small-database.ts';

const mebibyte = 1024 ** 2;
const text = (bytes: number) => Buffer.alloc(bytes, smallSnapshot);
const checked = (bytes: Buffer) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const skippable = Buffer.concat([Buffer.from([0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0]), Buffer.from('abc')]);
const skippableEmpty = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]);

/** As a stream compresses it: without saying how much there is. */
async function unsized(bytes: Buffer): Promise<Buffer> {
  const stream = createZstdCompress();
  stream.end(bytes);
  return Buffer.concat(await Array.fromAsync(stream));
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(file: Buffer, size = 65_536): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of unzstd(inPieces(file, size))) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

describe('zstd', () => {
  it.each([1, 7, 500, 65_536, mebibyte])('of many frames comes back whole, %i bytes at a time', async (size) => {
    const parts = [text(50_000), text(0), text(3), text(70_000)];
    const file = Buffer.concat([
      skippable,
      ...parts.map((part) => zstdCompressSync(part)),
      skippableEmpty,
      checked(text(20_000)),
      await unsized(text(30_000)),
      skippable,
    ]);
    expect((await read(file, size)).equals(Buffer.concat([...parts, text(20_000), text(30_000)]))).toBe(true);
  });

  it('of frames too large to be held comes back whole, between small ones', async () => {
    // Every other one does not shrink, so that it is large to read as well.
    const large = Buffer.concat(Array.from({ length: 20 }, (_, index) => noise(mebibyte, index)));
    const file = Buffer.concat([
      zstdCompressSync(text(10)),
      zstdCompressSync(large),
      await unsized(large),
      zstdCompressSync(text(20 * mebibyte)),
      zstdCompressSync(text(20)),
    ]);
    const whole = Buffer.concat([text(10), large, large, text(20 * mebibyte), text(20)]);
    expect((await read(file)).equals(whole)).toBe(true);
  });

  it('cut off anywhere but between frames is noticed', async () => {
    const frames = [checked(text(9_000)), zstdCompressSync(text(100)), await unsized(text(9_000))];
    const file = Buffer.concat(frames);
    const ends = [0, ...frames.map((_, index) => Buffer.concat(frames.slice(0, index + 1)).length)];
    const property = fc.asyncProperty(fc.nat(file.length), fc.integer({ min: 1, max: 100 }), async (length, size) => {
      const outcome = await read(file.subarray(0, length), size).then(
        () => 'whole',
        (error: unknown) => error,
      );
      if (ends.includes(length)) expect(outcome).toBe('whole');
      else expect(outcome).toEqual(new RangeError('it ends in the middle'));
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it('that is none is not taken for some', async () => {
    for (const bytes of [
      Buffer.from('not at all compressed'),
      Buffer.concat([zstdCompressSync(text(10)), Buffer.from('more?')]),
    ])
      await expect(read(bytes)).rejects.toEqual(new RangeError('Unknown frame descriptor'));
  });

  it('that breaks off with the source’s own error throws that', async () => {
    const failing = (async function* () {
      yield zstdCompressSync(text(10)).subarray(0, 9);
      throw new Error('the store broke off');
    })();
    await expect(Array.fromAsync(unzstd(failing))).rejects.toThrow('the store broke off');
  });

  it('ends its source when it is left early', async () => {
    let isEnded = false;
    const source = (async function* () {
      try {
        for (;;) yield zstdCompressSync(text(1_000));
      } finally {
        isEnded = true;
      }
    })();
    for await (const _ of unzstd(source)) break;
    expect(isEnded).toBe(true);
  });
});

/** Bytes that cannot be compressed, the same every time. */
function noise(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed + 1;
  for (let at = 0; at < length; at += 4) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    bytes.writeInt32LE(state | 0, at);
  }
  return bytes;
}
