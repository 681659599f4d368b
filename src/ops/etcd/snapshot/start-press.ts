import { Worker } from 'node:worker_threads';
import { Fault } from '../../../chatops/errors.ts';
import type { PressFacts, PressOptions } from './press-snapshot.ts';
import type { PressAnswer, PressOrder } from './press-worker.ts';

/**
 * A press for one snapshot, in a thread of its own: hashing and compressing a gigabyte takes seconds, in which this thread must renew
 * leases and read the stream. Memory is bounded: `room` waits while the thread or the taker of `output` is behind.
 */
export interface Press {
  /** An empty buffer to fill. Throws what the press failed with. */
  room(): Promise<Uint8Array<ArrayBuffer>>;
  /** Presses what lies in a buffer from `room`, which is no longer ours then. */
  take(piece: Uint8Array<ArrayBuffer>): void;
  /** No more pieces. Resolves when the digest has been found right, throws its Fault otherwise. */
  end(expectedBytes: number | undefined): Promise<PressFacts>;
  /**
   * The bytes to store, to be read once. Ends only after the digest has been found right: throws otherwise.
   * A piece is gone when the next one is asked for.
   */
  readonly output: AsyncIterable<Uint8Array>;
  /** Stops the thread; what still waits fails with `reason`. Does nothing once all is done. */
  close(reason: unknown): Promise<void>;
}

const bufferBytes = 2 * 1024 * 1024;
const bufferCount = 4;
const outputLimitBytes = 8 * 1024 * 1024;

export function startPress(options: PressOptions): Press {
  const worker = new Worker(new URL('press-worker.ts', import.meta.url), { workerData: options });
  const free = Array.from({ length: bufferCount }, () => new ArrayBuffer(bufferBytes));
  const outputs: Uint8Array<ArrayBuffer>[] = [];
  const finished = Promise.withResolvers<PressFacts>();
  finished.promise.catch(() => undefined);
  let changed = Promise.withResolvers<void>();
  let waitingBytes = 0;
  let state: 'pressing' | 'finished' | { readonly failure: unknown } = 'pressing';

  const change = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };

  const fail = (failure: unknown) => {
    if (state !== 'pressing') return;
    state = { failure };
    finished.reject(failure);
    change();
  };

  worker.on('message', (answer: PressAnswer) => {
    if (answer.kind === 'used') free.push(answer.buffer);
    else if (answer.kind === 'output') {
      outputs.push(answer.output);
      waitingBytes += answer.output.length;
    } else if (answer.kind === 'failed') fail(failureOf(answer));
    else if (state === 'pressing') {
      state = 'finished';
      finished.resolve(answer.facts);
    }
    change();
  });
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('The thread that presses snapshots ended')));

  const order = (what: PressOrder, handedOver: ArrayBuffer[] = []) => worker.postMessage(what, handedOver);

  async function* output(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = outputs.shift();
      if (piece) {
        waitingBytes -= piece.length;
        change();
        yield piece;
        // Frees it at once. Left to the collector, outputs would cost 50 MB and half a second of marking for each gigabyte.
        piece.buffer.transfer(0);
      } else if (typeof state === 'object') throw state.failure;
      else if (state === 'finished') return;
      else await changed.promise;
    }
  }

  return {
    output: output(),
    async room() {
      for (;;) {
        if (typeof state === 'object') throw state.failure;
        const buffer = waitingBytes < outputLimitBytes ? free.pop() : undefined;
        if (buffer) return new Uint8Array(buffer);
        await changed.promise;
      }
    },
    take: (piece) => order({ kind: 'piece', piece }, [piece.buffer]),
    end(expectedBytes) {
      order({ kind: 'end', expectedBytes });
      return finished.promise;
    },
    async close(reason) {
      fail(reason);
      await worker.terminate();
    },
  };
}

function failureOf({ message, fault }: Extract<PressAnswer, { kind: 'failed' }>): Error {
  if (!fault) return new Error(message);
  const { next, ...facts } = fault;
  return new Fault(message, next === undefined ? facts : { ...facts, next });
}
