import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSnapshotDecoder } from '../../../src/adapters/etcd/snapshot-decoder.ts';
import { cases } from '../../cases.ts';
import { framed, snapshotMessage, snapshotStream } from './snapshot-messages.ts';

const bytes = randomBytes(5 * 512 + 32);

/** Feeds the stream in pieces into buffers of another size; answers what came out. */
function decode(stream: Uint8Array, pieceBytes: number, bufferBytes: number) {
  const decoder = createSnapshotDecoder();
  const buffers: Buffer[] = [];
  let into = Buffer.alloc(bufferBytes);
  let at = 0;
  for (let from = 0; from < stream.length; from += pieceBytes) {
    decoder.feed(stream.subarray(from, from + pieceBytes));
    while (!decoder.isIdle) {
      at = decoder.fill(into, at);
      if (at < into.length) continue;
      buffers.push(into);
      into = Buffer.alloc(bufferBytes);
      at = 0;
    }
  }
  return { decoder, bytes: Buffer.concat([...buffers, into.subarray(0, at)]) };
}

describe('createSnapshotDecoder', () => {
  it('takes out every byte, wherever the stream is cut and whatever the buffers', () => {
    const stream = snapshotStream(bytes, 700, '3.6.4');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: stream.length }), fc.integer({ min: 1, max: 4_000 }), (piece, buffer) => {
        const decoded = decode(stream, piece, buffer);
        expect(decoded.bytes.equals(bytes)).toBe(true);
        expect(decoded.decoder.expectedBytes).toBe(bytes.length);
        expect(decoded.decoder.version).toMatch(/^(3\.6\.4)?$/);
        expect(decoded.decoder.isBetweenMessages).toBe(true);
      }),
      cases(60),
    );
  });

  it('knows the size beyond 4 GiB', () => {
    const { decoder } = decode(snapshotMessage({ remaining: 9_000_000_000, blob: Buffer.alloc(100) }), 7, 50);
    expect(decoder.expectedBytes).toBe(9_000_000_132);
  });

  it('knows the version where the member tells it', () => {
    expect(decode(snapshotMessage({ blob: Buffer.alloc(1), version: '3.6.4' }), 3, 10).decoder.version).toBe('3.6.4');
    expect(decode(snapshotMessage({ blob: Buffer.alloc(1) }), 3, 10).decoder.version).toBeUndefined();
  });

  it('counts messages without a blob until one comes', () => {
    const empty = snapshotMessage({ remaining: 5 });
    const { decoder } = decode(
      Buffer.concat([framed(Buffer.alloc(0)), empty, snapshotMessage({ blob: Buffer.alloc(0) })]),
      100,
      10,
    );
    expect(decoder.emptyMessages).toBe(3);
    decoder.feed(snapshotMessage({ blob: Buffer.alloc(2) }));
    decoder.fill(Buffer.alloc(10), 0);
    expect(decoder.emptyMessages).toBe(0);
  });

  it('passes over the header and fields it does not know', () => {
    const header = Buffer.from([0x0a, 3, 8, 1, 16, 0x78, 5, 0x7a, 2, 9, 9]);
    const message = framed(Buffer.concat([header, Buffer.from([0x1a, 2, 7, 8])]));
    expect([...decode(message, 1, 10).bytes]).toEqual([7, 8]);
  });

  it('is in the middle of a message when the stream stops there', () => {
    const stream = snapshotStream(bytes, 700);
    expect(decode(stream.subarray(0, 300), 50, 1_000).decoder.isBetweenMessages).toBe(false);
    expect(decode(stream.subarray(0, 3), 50, 1_000).decoder.isBetweenMessages).toBe(false);
  });

  it('keeps what it has not used when its memory is needed again', () => {
    const piece = snapshotMessage({ blob: Buffer.from('abcdef') });
    const decoder = createSnapshotDecoder();
    const into = Buffer.alloc(6);
    decoder.feed(piece);
    expect(decoder.fill(into.subarray(0, 2), 0)).toBe(2);
    decoder.keep();
    piece.fill(0);
    decoder.fill(into, 2);
    expect(into.toString()).toBe('abcdef');
  });

  it.each([
    ['a compressed message', framed(Buffer.alloc(4), 1)],
    ['a field longer than its message', framed(Buffer.from([0x1a, 100, 1]))],
    ['a wire type that no field has', framed(Buffer.from([0x1b, 1]))],
    ['a number that does not end', framed(Buffer.from([0x10, 0xff, 0xff]))],
    ['text', Buffer.from('HTTP/1.1 400 Bad Request')],
  ])('refuses %s', (_, stream) => {
    expect(() => decode(Buffer.concat([stream, Buffer.alloc(20, 0xff)]), 5, 100)).toThrow(RangeError);
  });
});
