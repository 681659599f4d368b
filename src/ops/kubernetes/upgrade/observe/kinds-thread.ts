import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { durationInWords } from '../../../../chatops/format.ts';
import type { KindsAnswer, KindsOrder } from './kinds-worker.ts';

export interface ReadingLimits {
  /** Of each text; 10 s unless told. */
  readonly limitMs?: number;
  /** 512 MB unless told. */
  readonly mostHeapMb?: number;
}

/** A thread that reads what people or charts wrote: a hundred KiB of nothing but commas keep a parser of YAML busy for minutes. */
export interface KindsThread {
  /** The kinds in a text, or what it takes too much of, in words. One at a time. */
  read(order: KindsOrder): Promise<KindsAnswer | string>;
  close(): Promise<void>;
}

/** Starts with the first text, and anew after one that went beyond the limits: the others are read all the same. */
export function kindsThread({ limitMs = 10_000, mostHeapMb = 512 }: ReadingLimits = {}): KindsThread {
  let thread: Worker | undefined;
  const close = async (): Promise<void> => {
    await thread?.terminate();
    thread = undefined;
  };
  return {
    async read(order) {
      thread ??= await startThread(mostHeapMb);
      const found = await readIn(thread, order, limitMs);
      if (typeof found === 'string') await close();
      return found;
    },
    close,
  };
}

/** To load what it reads with is no time of the first text's. */
async function startThread(maxOldGenerationSizeMb: number): Promise<Worker> {
  const thread = new Worker(new URL('kinds-worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb },
  });
  await once(thread, 'message');
  return thread;
}

async function readIn(thread: Worker, order: KindsOrder, limitMs: number): Promise<KindsAnswer | string> {
  const limit = AbortSignal.timeout(limitMs);
  const answers: Promise<KindsAnswer[]> = once(thread, 'message', { signal: limit });
  thread.postMessage(order);
  try {
    const [answer] = await answers;
    return answer ?? 'an answer';
  } catch (error) {
    if (limit.aborted) return `longer than ${durationInWords(limitMs)}`;
    if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
      return 'more memory than there is for it';
    throw error;
  }
}
