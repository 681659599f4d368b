import { isUtf8 } from 'node:buffer';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { GivenFile } from '../chatops/command.ts';
import { Refusal } from '../chatops/errors.ts';

const mostFiles = 2000;
const mostBytes = 64 * 1024 ** 2;

/** A file, or all .yaml, .yml and .json in a folder, however deep, in order of name. Throws Refusal where there is none, one that is no text, or more than can be looked at. */
export async function givenFiles(path: string): Promise<readonly GivenFile[]> {
  const root = await stat(path).catch(() => undefined);
  if (!root) throw new Refusal(`There is no ${path}, or it may not be read.`, 'Give --manifests a file or a folder.');
  if (!root.isDirectory()) {
    mustFit(path, root.size);
    return [{ name: path, text: await read(path) }];
  }
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const found = entries
    .filter((entry) => entry.isFile() && /\.(?:ya?ml|json)$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  if (found.length === 0)
    throw new Refusal(`There is no .yaml, .yml or .json in ${path}.`, 'Give --manifests another.');
  if (found.length > mostFiles) throw new Refusal(`${path} holds more than ${mostFiles} files.`, 'Give a part of it.');
  const files: GivenFile[] = [];
  let bytes = 0;
  for (const file of found) {
    bytes += (await stat(file)).size;
    mustFit(path, bytes);
    files.push({ name: relative(path, file), text: await read(file) });
  }
  return files;
}

function mustFit(path: string, bytes: number): void {
  if (bytes > mostBytes) throw new Refusal(`${path} holds more than 64 MiB.`, 'Give a part of it.');
}

async function read(file: string): Promise<string> {
  const text = textIn(await bytesOf(file));
  if (text === undefined) throw new Refusal(`${file} is no text in UTF-8.`, 'Give --manifests YAML or JSON.');
  return text;
}

/** Undefined where it is none: a picture, an archive. */
function textIn(bytes: Buffer): string | undefined {
  return isUtf8(bytes) && !bytes.includes(0) ? bytes.toString() : undefined;
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new Refusal(
      `${file} may not be read: ${cause instanceof Error ? cause.message : 'no reason given'}`,
      'Give --manifests another.',
    );
  }
}
