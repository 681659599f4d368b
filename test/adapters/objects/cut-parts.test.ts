import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBuffers, cutParts } from '../../../src/adapters/objects/cut-parts.ts';
import { cases } from '../../cases.ts';

const never = new AbortController().signal;

describe('a cut body', () => {
  it('has the same bytes, in full parts and a rest, whatever pieces it came in', async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(pieces, fc.integer({ min: 1, max: 16 }), async (body, sizeBytes) => {
        const parts: { number: number; bytes: Buffer; isLast: boolean }[] = [];
        for await (const part of cutParts(from(body), sizeBytes, createBuffers(2, sizeBytes), never)) {
          parts.push({ number: part.number, bytes: Buffer.from(part.bytes), isLast: part.isLast });
          part.release();
        }
        expect(Buffer.concat(parts.map(({ bytes }) => bytes))).toEqual(Buffer.concat(body));
        expect(parts.map(({ number }) => number)).toEqual(parts.map((_, index) => index + 1));
        expect(parts.map(({ isLast }) => isLast)).toEqual(parts.map((_, index) => index === parts.length - 1));
        for (const { bytes } of parts.slice(0, -1)) expect(bytes.length).toBe(sizeBytes);
        if (parts.length > 1) expect(parts.at(-1)?.bytes.length).toBeGreaterThan(0);
      }),
      cases(200),
    );
  });

  it('is read no further than its buffers reach', async () => {
    let taken = 0;
    async function* body() {
      for (;;) {
        taken += 1;
        yield Buffer.from('x');
      }
    }
    const parts = cutParts(body(), 4, createBuffers(2, 4), never);
    const held = [await parts.next(), await parts.next()];
    const third = parts.next();
    expect(taken).toBe(9);
    for (const part of held) part.value?.release();
    expect((await third).value?.number).toBe(3);
    expect(taken).toBe(13);
  });

  it('uses the buffers it was given back', async () => {
    const seen = new Set<ArrayBufferLike>();
    for await (const part of cutParts(from(Array(50).fill(Buffer.from('abcd'))), 4, createBuffers(2, 4), never)) {
      seen.add(part.bytes.buffer);
      part.release();
    }
    expect(seen.size).toBe(1);
  });

  it('passes on what broke the body', async () => {
    const broken = new Error('etcd went away');
    async function* body() {
      yield Buffer.from('abc');
      throw broken;
    }
    await expect(Array.fromAsync(cutParts(body(), 2, createBuffers(9, 2), never))).rejects.toBe(broken);
  });

  it('is let go by an abort, even when it is silent', async () => {
    const abort = new AbortController();
    const letGo = Promise.withResolvers<void>();
    const body: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => undefined),
        return: async () => {
          letGo.resolve();
          return { done: true, value: undefined };
        },
      }),
    };
    const first = cutParts(body, 2, createBuffers(2, 2), abort.signal).next();
    const reason = new Error('enough');
    abort.abort(reason);
    await expect(first).rejects.toBe(reason);
    await letGo.promise;
  });
});

async function* from(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
