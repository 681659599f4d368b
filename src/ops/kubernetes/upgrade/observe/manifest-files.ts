import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { durationInWords } from '../../../../chatops/format.ts';
import type { ManifestFile } from '../observed.ts';
import { unread } from './manifest-file.ts';
import type { ManifestAnswer, ManifestOrder } from './manifest-worker.ts';

export interface ReadingLimits {
  /** Of each file; 10 s unless told. */
  readonly limitMs?: number;
  /** 512 MB unless told. */
  readonly mostHeapMb?: number;
}

/**
 * The kinds in each file that somebody gave, in their order. They are read in a thread of their own, one after the other: a hundred KiB of nothing but
 * commas or quotes keep a parser of YAML busy for minutes, and the bot must hear people meanwhile. A file that goes beyond the limits is a gap, and
 * the others are read all the same.
 */
export async function manifestFiles(
  files: readonly ManifestOrder[],
  { limitMs = 10_000, mostHeapMb = 512 }: ReadingLimits = {},
): Promise<readonly ManifestFile[]> {
  const read: ManifestFile[] = [];
  let thread: Worker | undefined;
  try {
    for (const file of files) {
      thread ??= await startThread(mostHeapMb);
      const found = await readIn(thread, file, limitMs);
      if (typeof found === 'object') read.push(found);
      else {
        await thread.terminate();
        thread = undefined;
        read.push(unread(file.name, `It is not read: it takes ${found}. Give it in parts, as kubectl prints it.`));
      }
    }
    return read;
  } finally {
    await thread?.terminate();
  }
}

/** To load what it reads with is no time of the first file's. */
async function startThread(maxOldGenerationSizeMb: number): Promise<Worker> {
  const thread = new Worker(new URL('manifest-worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb },
  });
  await once(thread, 'message');
  return thread;
}

/** What is in the file, or what it takes too much of. */
async function readIn(thread: Worker, file: ManifestOrder, limitMs: number): Promise<ManifestFile | string> {
  const limit = AbortSignal.timeout(limitMs);
  const answers: Promise<ManifestAnswer[]> = once(thread, 'message', { signal: limit });
  thread.postMessage(file);
  try {
    const [answer = 'ready'] = await answers;
    return answer;
  } catch (error) {
    if (limit.aborted) return `longer than ${durationInWords(limitMs)}`;
    if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
      return 'more memory than there is for it';
    throw error;
  }
}
