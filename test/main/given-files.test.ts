import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { givenFiles } from '../../src/main/given-files.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-given-'));
  await mkdir(join(directory, 'apps/empty'), { recursive: true });
  await writeFile(join(directory, 'b.yaml'), 'b');
  await writeFile(join(directory, 'apps/a.yml'), 'a');
  await writeFile(join(directory, 'notes.txt'), 'no');
  await writeFile(join(directory, 'picture.png'), Buffer.from('89504e470d0a1a0a', 'hex'));
  await writeFile(join(directory, 'archive'), 'apiVersion: v1\0');
});
afterAll(() => rm(directory, { recursive: true, force: true }));

it('a folder gives what is YAML or JSON in it, however deep', async () => {
  expect(await givenFiles(directory)).toEqual([
    { name: 'apps/a.yml', text: 'a' },
    { name: 'b.yaml', text: 'b' },
  ]);
});

it('a file gives itself, however it is called', async () => {
  const file = join(directory, 'notes.txt');
  expect(await givenFiles(file)).toEqual([{ name: file, text: 'no' }]);
});

it.each([
  ['nowhere', 'There is no '],
  ['apps/empty', 'There is no .yaml, .yml or .json in '],
  ['picture.png', 'picture.png is no text in UTF-8.'],
  ['archive', 'archive is no text in UTF-8.'],
])('%s is refused', async (path, why) => {
  await expect(givenFiles(join(directory, path))).rejects.toThrow(why);
});
