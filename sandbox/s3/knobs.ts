import { setTimeout as wait } from 'node:timers/promises';
import type { OperationName } from './operations.ts';

interface Aim {
  readonly operation: OperationName;
  /** Only this part of a multipart upload. */
  readonly part?: number | undefined;
}

/** How often a fault happens before it has passed; once unless told. */
interface Repeated {
  readonly times?: number;
}

/** Faults the sandbox can have on demand. */
export interface Knobs {
  /** Answers with this error instead of doing the work. Status 200 sends the error in the body, as S3 does for late failures. */
  fail(
    operation: OperationName,
    fault: { readonly status: number; readonly code: string; readonly part?: number } & Repeated,
  ): void;
  /** Bodies, in and out, at most this fast; undefined for as fast as they come. */
  slow(bytesPerSecond: number | undefined): void;
  /** Resets the connection after so many bytes of the body have come in (or gone out, for GetObject). */
  cut(fault: Aim & Repeated & { readonly afterBytes: number }): void;
  /** Does the work, then resets the connection instead of answering. */
  loseAnswer(fault: Aim & Repeated): void;
  /** Takes the request and never answers. */
  hang(fault: Aim & Repeated): void;
  /** Listings in pages of at most so many, as a store may choose; a thousand unless told. */
  pages(size: number): void;
  /** Refuses to delete this key from now on, alone or in a batch, as a policy does. */
  keep(key: string): void;
  /** Refuses connections and resets those that stand, until `up`. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** Back to no faults (but not up from down). */
  clear(): void;
  /** How many of the faults asked for have not happened yet. */
  waiting(): number;
  /** Requests of this kind so far, failed ones too. */
  seen(operation: OperationName): number;
}

export type Fault =
  | { readonly kind: 'fail'; readonly status: number; readonly code: string }
  | { readonly kind: 'cut'; readonly afterBytes: number }
  | { readonly kind: 'loseAnswer' }
  | { readonly kind: 'hang' };

export interface FaultPlan {
  readonly knobs: Omit<Knobs, 'up' | 'down'>;
  /** Counts the request, and takes the next fault meant for it. */
  next(aim: Aim): Fault | undefined;
  slowed(body: AsyncIterable<Buffer>): AsyncIterable<Buffer>;
  pageSize(): number;
  isKept(key: string): boolean;
}

const usualPage = 1_000;

export function createFaultPlan(): FaultPlan {
  let planned: { readonly aim: Aim; readonly fault: Fault; left: number }[] = [];
  let bytesPerSecond: number | undefined;
  let pageSize = usualPage;
  const kept = new Set<string>();
  const seen = new Map<OperationName, number>();
  const plan = ({ operation, part }: Aim, fault: Fault, times = 1) => {
    planned.push({ aim: { operation, part }, fault, left: times });
  };
  return {
    knobs: {
      fail: (operation, { status, code, part, times }) =>
        plan({ operation, part }, { kind: 'fail', status, code }, times),
      cut: ({ afterBytes, times, ...aim }) => plan(aim, { kind: 'cut', afterBytes }, times),
      loseAnswer: ({ times, ...aim }) => plan(aim, { kind: 'loseAnswer' }, times),
      hang: ({ times, ...aim }) => plan(aim, { kind: 'hang' }, times),
      slow: (speed) => {
        bytesPerSecond = speed;
      },
      pages: (size) => {
        pageSize = size;
      },
      keep: (key) => void kept.add(key),
      clear: () => {
        planned = [];
        kept.clear();
        bytesPerSecond = undefined;
        pageSize = usualPage;
      },
      waiting: () => planned.reduce((sum, { left }) => sum + left, 0),
      seen: (operation) => seen.get(operation) ?? 0,
    },
    next: ({ operation, part }) => {
      seen.set(operation, (seen.get(operation) ?? 0) + 1);
      const due = planned.find(
        ({ aim, left }) => left > 0 && aim.operation === operation && (aim.part === undefined || aim.part === part),
      );
      if (due) due.left -= 1;
      return due?.fault;
    },
    pageSize: () => pageSize,
    isKept: (key) => kept.has(key),
    slowed: (body) => slowed(body, () => bytesPerSecond),
  };
}

async function* slowed(body: AsyncIterable<Buffer>, speed: () => number | undefined): AsyncGenerator<Buffer> {
  for await (const piece of body) {
    const bytesPerSecond = speed();
    if (bytesPerSecond !== undefined) await wait((piece.length / bytesPerSecond) * 1_000);
    yield piece;
  }
}

/** Passes `afterBytes` on and then calls `reset`, never to end. */
export async function* cutAfter(
  body: AsyncIterable<Buffer>,
  afterBytes: number,
  reset: () => void,
): AsyncGenerator<Buffer> {
  let left = afterBytes;
  for await (const piece of body) {
    if (piece.length >= left) {
      if (left > 0) yield piece.subarray(0, left);
      reset();
      throw new Error('the connection was cut on purpose');
    }
    left -= piece.length;
    yield piece;
  }
}
