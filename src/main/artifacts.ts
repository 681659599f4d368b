import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Refusal } from '../chatops/errors.ts';
import type { File } from '../chatops/report.ts';

/** The directory that a report's files are to go to, made where it is not there. Throws Refusal where nothing can be written. */
export async function artifactsDirectory(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK);
    return path;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'no reason given';
    throw new Refusal(`Nothing can be written to ${path}: ${why}`, 'Give --artifacts another directory.');
  }
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
