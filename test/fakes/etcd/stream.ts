import { Fault } from '../../../src/chatops/errors.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { SnapshotOptions, SnapshotSource } from '../../../src/ports/etcd.ts';
import type { Stream } from './flaws.ts';

/** Where a stream waits until it is told to go on. */
export interface Pause {
  readonly afterBytes: number;
  /** Resolves when the reader has got so far. */
  readonly reached: Promise<void>;
  goOn(): void;
}

export interface PausePoint extends Pause {
  reach(): Promise<void>;
}

export function createPause(afterBytes: number): PausePoint {
  const reached = Promise.withResolvers<void>();
  const going = Promise.withResolvers<void>();
  return {
    afterBytes,
    reached: reached.promise,
    goOn: () => going.resolve(),
    reach() {
      reached.resolve();
      return going.promise;
    },
  };
}

export interface Sending extends SnapshotOptions, Stream {
  readonly clock: Clock;
  readonly expectedBytes: number;
  readonly version: string | undefined;
  readonly pause: PausePoint | undefined;
  /** Called once, however the stream ends. */
  readonly closed: () => void;
}

/** A snapshot stream that keeps the port's promises over bytes in memory, and insists on what its reader owes it. */
export function openStream(sending: Sending): SnapshotSource {
  const { clock, signal, timeLimitMs, pause, expectedBytes, version } = sending;
  const bytes = Buffer.concat(sending.pieces);
  const openedAt = clock.now().getTime();
  const cut = Promise.withResolvers<never>();
  cut.promise.catch(() => undefined);
  let position = 0;
  let state: 'open' | 'ended' | { readonly failure: unknown } = 'open';
  let isReading = false;

  const leave = (next: typeof state) => {
    if (state !== 'open') return;
    state = next;
    signal?.removeEventListener('abort', abort);
    sending.closed();
  };
  const fail = (failure: unknown) => {
    leave({ failure });
    if (typeof state === 'object') cut.reject(state.failure);
  };
  const abort = () => fail(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });

  const mustGoOn = () => {
    if (timeLimitMs !== undefined && clock.now().getTime() - openedAt > timeLimitMs) fail(tooLong(timeLimitMs));
    if (typeof state === 'object') throw state.failure;
  };

  const take = (into: Uint8Array): number => {
    const count = bytes.copy(into, 0, position);
    position += count;
    if (count === into.length) return count;
    if (sending.failure) fail(sending.failure);
    else leave('ended');
    if (typeof state === 'object') throw state.failure;
    return count;
  };

  const waitAt = async (into: Uint8Array) => {
    if (pause && position <= pause.afterBytes && pause.afterBytes < position + into.length) await pause.reach();
  };

  return {
    expectedBytes,
    version,
    async read(into) {
      if (isReading) throw new Error('one read at a time');
      if (into.length === 0) throw new Error('a read of no bytes never ends');
      if (state === 'ended') return 0;
      mustGoOn();
      isReading = true;
      try {
        await Promise.race([waitAt(into), cut.promise]);
        mustGoOn();
        return take(into);
      } finally {
        isReading = false;
      }
    },
    close: () => fail(givenUp()),
  };
}

const facts = { port: 'etcd', operation: 'snapshot', retryable: false };

const givenUp = () => new Fault('The snapshot was given up', { ...facts, code: 'ETCD_STREAM_ENDED' });

const tooLong = (timeLimitMs: number) =>
  new Fault(`The snapshot took longer than ${Math.round(timeLimitMs / 1000)} s`, {
    ...facts,
    code: 'ETCD_TIME_LIMIT',
    next: 'Find out what is slow, or raise the time limit in salvor.yaml.',
  });
