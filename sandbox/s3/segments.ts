import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** A file in a bucket's data folder, and how much of the object it is. */
export interface Segment {
  readonly file: string;
  readonly sizeBytes: number;
}

interface Holder {
  readonly directory: string;
}

const batchBytes = 1024 * 1024;

/** Writes a body to a new file, a MiB at a time; the file is gone again when the body throws. */
export async function writeSegment({ directory }: Holder, body: AsyncIterable<Buffer>): Promise<Segment> {
  const file = randomUUID();
  const path = pathOf(directory, file);
  const handle = await open(path, 'wx');
  try {
    let batch: Buffer[] = [];
    let batched = 0;
    let sizeBytes = 0;
    for await (const piece of body) {
      batch.push(piece);
      batched += piece.length;
      sizeBytes += piece.length;
      if (batched < batchBytes) continue;
      await handle.writev(batch);
      batch = [];
      batched = 0;
    }
    if (batch.length > 0) await handle.writev(batch);
    return { file, sizeBytes };
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
}

export async function dropSegments({ directory }: Holder, segments: readonly Segment[]): Promise<void> {
  await Promise.all(segments.map(({ file }) => rm(pathOf(directory, file), { force: true })));
}

/** Bytes `first` to `last`, inclusive, of the object its segments make up. */
export async function* readSegments(
  { directory }: Holder,
  segments: readonly Segment[],
  first: number,
  last: number,
): AsyncGenerator<Buffer> {
  let begins = 0;
  for (const { file, sizeBytes } of segments) {
    const start = Math.max(0, first - begins);
    const end = Math.min(sizeBytes - 1, last - begins);
    if (start <= end) yield* createReadStream(pathOf(directory, file), { start, end, highWaterMark: 256 * 1024 });
    begins += sizeBytes;
  }
}

function pathOf(directory: string, file: string): string {
  return join(directory, 'data', file);
}
