import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { artifactsDirectory, writeArtifacts } from '../../src/main/artifacts.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-artifacts-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const file = (name: string, text: string) => ({ name, title: name, base64: Buffer.from(text).toString('base64') });
const files = [file('upgrade.md', '# 2 blockers'), file('../upgrade.json', '{"blockers":2}')];

it('writes all files of a report into one directory, whatever they are called, and says where', async () => {
  const place = await artifactsDirectory(join(directory, 'a/b'));
  await writeFile(join(place, 'upgrade.md'), 'of yesterday, and longer');
  const written = await writeArtifacts(place, files);
  expect(written).toEqual([join(place, 'upgrade.md'), join(place, 'upgrade.json')]);
  expect(await Promise.all(written.map((path) => readFile(path, 'utf8')))).toEqual(['# 2 blockers', '{"blockers":2}']);
});

it.each([
  ['a file', () => join(directory, 'taken')],
  ['below a file', () => join(directory, 'taken/a/b')],
  ['where nothing can be made', () => '/proc/nope'],
  ['where nothing can be written', () => '/proc'],
])('refuses at once, before anything is asked, what is %s', async (_, path) => {
  await writeFile(join(directory, 'taken'), '');
  await expect(artifactsDirectory(path())).rejects.toThrow(`Nothing can be written to ${path()}: `);
});

it('leaves nothing in a directory that it only looked at', async () => {
  expect(await readdir(await artifactsDirectory(join(directory, 'empty')))).toEqual([]);
});
