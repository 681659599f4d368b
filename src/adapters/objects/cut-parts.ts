/** A piece of a body, in a buffer that is used again after `release`. */
export interface CutPart {
  /** From 1. */
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
  release(): void;
}

/** A few buffers used again and again, so that memory stays flat however long the body is. */
export interface Buffers {
  take(): Promise<Buffer>;
  giveBack(buffer: Buffer): void;
}

export function createBuffers(count: number, sizeBytes: number): Buffers {
  const free: Buffer[] = [];
  const waiting: ((buffer: Buffer) => void)[] = [];
  let made = 0;
  return {
    take: async () => {
      const buffer = free.pop();
      if (buffer) return buffer;
      if (made === count) return new Promise((resolve) => waiting.push(resolve));
      made += 1;
      return Buffer.allocUnsafeSlow(sizeBytes);
    },
    giveBack: (buffer) => {
      const next = waiting.shift();
      if (next) next(buffer);
      else free.push(buffer);
    },
  };
}

/**
 * Cuts a body into parts of exactly `sizeBytes`, only the last one shorter (and empty when the body is). The next one
 * waits for a free buffer. Rejects with the signal's reason as soon as it aborts, even when the body says nothing for
 * ever, and then lets go of the body.
 */
export async function* cutParts(
  body: AsyncIterable<Uint8Array>,
  sizeBytes: number,
  buffers: Buffers,
  signal: AbortSignal,
): AsyncGenerator<CutPart, void, undefined> {
  let number = 1;
  let buffer = await buffers.take();
  let filled = 0;
  const part = (isLast: boolean) => {
    const whole = buffer;
    return { number, bytes: whole.subarray(0, filled), isLast, release: () => buffers.giveBack(whole) };
  };
  for await (const chunk of interruptible(body, signal)) {
    let taken = 0;
    while (taken < chunk.length) {
      if (filled === sizeBytes) {
        yield part(false);
        number += 1;
        buffer = await buffers.take();
        filled = 0;
      }
      const piece = chunk.subarray(taken, taken + sizeBytes - filled);
      buffer.set(piece, filled);
      filled += piece.length;
      taken += piece.length;
    }
  }
  yield part(true);
}

async function* interruptible(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const step = await nextUnlessAborted(iterator, signal);
      if (step.done) return;
      yield step.value;
    }
  } finally {
    // Not awaited: behind a `next` that never answers, `return` would wait for ever too.
    iterator.return?.().catch(() => undefined);
  }
}

function nextUnlessAborted(
  iterator: AsyncIterator<Uint8Array>,
  signal: AbortSignal,
): Promise<IteratorResult<Uint8Array>> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    iterator
      .next()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', stop));
  });
}
