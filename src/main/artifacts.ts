import { mkdir, mkdtemp, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Refusal } from '../chatops/errors.ts';
import type { File } from '../chatops/report.ts';

/** The directory that a report's files are to go to, made where it is not there. Throws Refusal where nothing can be written. */
export async function artifactsDirectory(path: string): Promise<string> {
  try {
    await makeDirectory(resolve(path));
    // Rights tell little: root has all of them in a place where nothing can be made.
    await rmdir(await mkdtemp(join(path, '.salvor-')));
    return path;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'no reason given';
    throw new Refusal(`Nothing can be written to ${path}: ${why}`, 'Give --artifacts another directory.');
  }
}

/** Directory by directory, as Node's own way to make them all never ends below /proc, where a parent is there and nothing can be made in it. */
async function makeDirectory(path: string): Promise<void> {
  const isThere = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isThere) return;
  if (dirname(path) !== path) await makeDirectory(dirname(path));
  await mkdir(path);
}

/** Writes what Slack gets as uploads, over files of the same names. Answers their paths. */
export async function writeArtifacts(directory: string, files: readonly File[]): Promise<readonly string[]> {
  return Promise.all(
    files.map(async ({ name, base64 }) => {
      const path = join(directory, basename(name));
      await writeFile(path, base64, 'base64');
      return path;
    }),
  );
}
