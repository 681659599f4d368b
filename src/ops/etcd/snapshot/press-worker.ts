import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { Fault } from '../../../chatops/errors.ts';
import { type PressFacts, type PressOptions, pressSnapshot, type SnapshotPieces } from './press-snapshot.ts';

/** What the press's thread is told. Buffers are handed over, not copied, both ways. */
export type PressOrder =
  | { readonly kind: 'piece'; readonly piece: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'end'; readonly expectedBytes: number | undefined };

/** What the press's thread answers. */
export type PressAnswer =
  | { readonly kind: 'used'; readonly buffer: ArrayBuffer }
  | { readonly kind: 'output'; readonly output: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'finished'; readonly facts: PressFacts }
  | { readonly kind: 'failed'; readonly message: string; readonly fault?: FaultFacts };

type FaultFacts = Pick<Fault, 'port' | 'operation' | 'code' | 'retryable' | 'next'>;

const port = parentPort;
if (port) await work(workerData);

async function work(options: PressOptions): Promise<void> {
  yieldToOthers();
  try {
    const outputs = pressSnapshot(pieces(), options);
    let next = await outputs.next();
    for (; !next.done; next = await outputs.next()) sendOutput(next.value);
    answer({ kind: 'finished', facts: next.value });
  } catch (error) {
    answer(failure(error));
  }
}

/**
 * Where processors are scarce the stream and the leases go first, and so does an etcd on the same machine: it is the one who cannot go on
 * while we are behind (measured on two processors: 5 % less time for the whole). On Linux alone this is for a thread.
 */
function yieldToOthers(): void {
  if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_LOW);
}

async function* pieces(): SnapshotPieces {
  const orders: PressOrder[] = [];
  port?.on('message', (order: PressOrder) => orders.push(order));
  for (;;) {
    const order = orders.shift();
    if (!order) {
      if (port) await once(port, 'message');
      continue;
    }
    if (order.kind === 'end') return order.expectedBytes;
    const { buffer } = order.piece;
    yield order.piece;
    answer({ kind: 'used', buffer }, buffer);
  }
}

function sendOutput(output: Uint8Array<ArrayBuffer>): void {
  // Small ones may lie in Node's common pool, which cannot be handed over.
  const own = output.buffer.byteLength > Buffer.poolSize ? output : new Uint8Array(output);
  answer({ kind: 'output', output: own }, own.buffer);
}

function failure(error: unknown): PressAnswer {
  if (!(error instanceof Fault))
    return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  const { message, port: of, operation, code, retryable, next } = error;
  return { kind: 'failed', message, fault: { port: of, operation, code, retryable, next } };
}

function answer(what: PressAnswer, ...handedOver: ArrayBuffer[]): void {
  port?.postMessage(what, handedOver);
}
