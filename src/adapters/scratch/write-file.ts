import { type FileHandle, open } from 'node:fs/promises';

const bufferBytes = 4 * 1024 * 1024;

/**
 * Writes a new file that only this user can read. While one buffer is written the next one is filled: a source is never kept waiting for the
 * disk. Throws what the source throws, the signal's reason, and what `failed` makes of an error of the disk.
 */
export async function writeFile(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
  failed: (error: unknown) => never,
): Promise<void> {
  const handle = await open(path, 'wx', 0o600).catch(failed);
  let writing = Promise.resolve();
  let [filling, written] = [Buffer.allocUnsafeSlow(bufferBytes), Buffer.allocUnsafeSlow(bufferBytes)];
  let filled = 0;

  const flush = async () => {
    await writing;
    signal?.throwIfAborted();
    [filling, written] = [written, filling];
    writing = writeAll(handle, written.subarray(0, filled)).catch(failed);
    // It is waited for before the next one.
    writing.catch(() => undefined);
    filled = 0;
  };

  try {
    for await (const piece of bytes) {
      for (let at = 0; at < piece.length; ) {
        const count = Math.min(piece.length - at, bufferBytes - filled);
        filling.set(piece.subarray(at, at + count), filled);
        at += count;
        filled += count;
        if (filled === bufferBytes) await flush();
      }
    }
    await flush();
    await writing;
  } finally {
    await writing.catch(() => undefined);
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, at);
    at += bytesWritten;
  }
}
