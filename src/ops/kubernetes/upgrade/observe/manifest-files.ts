import type { ManifestFile } from '../observed.ts';
import { kindsThread, type ReadingLimits } from './kinds-thread.ts';
import { unread } from './manifest-file.ts';

/**
 * The kinds in each file that somebody gave, in their order. They are read in a thread of their own, one after the other: the bot must hear people
 * meanwhile. A file that goes beyond the limits is a gap, and the others are read all the same.
 */
export async function manifestFiles(
  files: readonly { readonly name: string; readonly text: string }[],
  limits: ReadingLimits = {},
): Promise<readonly ManifestFile[]> {
  const thread = kindsThread(limits);
  const read: ManifestFile[] = [];
  try {
    for (const file of files) {
      const kinds = await thread.read(file);
      const tooMuch = `It is not read: it takes ${kinds}. Give it in parts, as kubectl prints it.`;
      read.push(typeof kinds === 'string' ? unread(file.name, tooMuch) : { name: file.name, kinds });
    }
    return read;
  } finally {
    await thread.close();
  }
}
