import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameSplitter } from '../../../src/adapters/etcd/frame-splitter.ts';
import { cases } from '../../cases.ts';

const data = 0;
const headers = 1;
const settings = 4;

function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header.writeUInt8(type, 3);
  header.writeUInt8(flags, 4);
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

/** Splits what comes in pieces; the memory of a piece is wiped after each, as a read buffer is. */
function split(bytes: Uint8Array, pieceBytes: number) {
  const others: Buffer[] = [];
  const payload: Buffer[] = [];
  let counted = 0;
  const splitter = createFrameSplitter({
    other: (part) => others.push(Buffer.from(part)),
    data: (count) => {
      counted += count;
    },
  });
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const piece = Buffer.from(bytes.subarray(at, at + pieceBytes));
    splitter.feed(piece);
    for (let run = splitter.next(); run; run = splitter.next()) payload.push(Buffer.from(run));
    piece.fill(0);
  }
  return { others: Buffer.concat(others), payload: Buffer.concat(payload), counted };
}

const first = Buffer.from('first payload');
const second = Buffer.alloc(20_000, 'second');

describe('createFrameSplitter', () => {
  it('parts payload of DATA from all other frames, wherever they are cut', () => {
    const others = [frame(settings, 0, 0, Buffer.alloc(12, 3)), frame(headers, 4, 1, Buffer.from('head'))];
    const trailers = frame(headers, 5, 1, Buffer.from('trailers'));
    const stream = Buffer.concat([...others, frame(data, 0, 1, first), frame(data, 0, 1, second), trailers]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: stream.length }), (pieceBytes) => {
        const parts = split(stream, pieceBytes);
        expect(parts.payload.equals(Buffer.concat([first, second]))).toBe(true);
        expect(parts.others.equals(Buffer.concat([...others, trailers]))).toBe(true);
        expect(parts.counted).toBe(first.length + second.length);
      }),
      cases(50),
    );
  });

  it('lets the protocol know of a stream that ends with its data, without the data', () => {
    const { others, payload } = split(frame(data, 1, 1, first), 100);
    expect(others.equals(frame(data, 1, 1, Buffer.alloc(0)))).toBe(true);
    expect(payload.equals(first)).toBe(true);
  });

  it('keeps what was not asked for when its memory is needed again', () => {
    const splitter = createFrameSplitter({ other: () => undefined, data: () => undefined });
    const piece = Buffer.concat([frame(data, 0, 1, first), frame(data, 0, 1, Buffer.from('rest'))]);
    splitter.feed(piece);
    expect(splitter.next()).toEqual(first);
    splitter.keep();
    piece.fill(0);
    expect(Buffer.from(splitter.next() ?? []).toString()).toBe('rest');
    expect(splitter.next()).toBeUndefined();
  });

  it('refuses padding', () => {
    expect(() => split(frame(data, 8, 1, first), 100)).toThrow(RangeError);
  });
});
