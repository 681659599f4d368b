import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import { unsound } from '../backup/unsound.ts';

/** What the old script named its snapshot; it may lie in any folder of the archive. */
const snapshotName = /(?:^|\/)snap-[^/]+\.db$/;
const mostNamed = 5;

/**
 * The snapshot in a tar archive as it passes. Archives of the old script hold a copy of the data directory as well, whose member/snap/db is
 * a database in the middle of being written: that one is never taken. The archive is read to its end, so that its own checksum counts.
 * Throws Fault BACKUP_ARCHIVE when it holds no snapshot or is broken, and what `source` throws.
 */
export async function* unarchive(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const archive = extract();
  const failed: { reason?: unknown } = {};
  const feeding = pipeline(source, archive).catch((error: unknown) => {
    failed.reason = error;
  });
  const others: string[] = [];
  let isFound = false;
  try {
    for await (const entry of archive) {
      const { name, type } = entry.header;
      if (!isFound && type === 'file' && snapshotName.test(name)) {
        isFound = true;
        for await (const piece of entry) if (piece instanceof Uint8Array) yield piece;
      } else {
        if (type === 'file' && others.length < mostNamed) others.push(name);
        entry.resume();
      }
    }
  } catch (error) {
    failed.reason ??= error;
  }
  await feeding;
  if (failed.reason !== undefined) throw asUnsound(failed.reason);
  if (!isFound) throw unsound('BACKUP_ARCHIVE', noSnapshot(others));
}

function noSnapshot(names: readonly string[]): string {
  const what = names.length === 0 ? 'nothing' : names.join(', ');
  return `The archive holds no snap-….db; it holds ${what}.`;
}

/** What the archive reader says of bytes has no code; what breaks streams, and our own errors, have one. */
function asUnsound(error: unknown): unknown {
  if (!(error instanceof Error) || 'code' in error) return error;
  return unsound('BACKUP_ARCHIVE', `The archive cannot be read: ${error.message.toLowerCase()}.`, error);
}
