import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** What lies below playbooks/ for Salvor to run. */
export type PlaybookName = 'etcd-restore' | 'harbor-migrate';

/** A file of a playbook: its path below the playbook's directory, and its text. */
export interface PlaybookFile {
  readonly path: string;
  readonly text: string;
}

const playbooks = resolve(import.meta.dirname, '../../../playbooks');

/** A playbook as this version of Salvor runs it, in the order of paths. */
export async function playbookFiles(name: PlaybookName): Promise<readonly PlaybookFile[]> {
  const directory = join(playbooks, name);
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all(
    paths.toSorted().map(async (path) => ({
      path: path.slice(directory.length + 1),
      text: await readFile(path, 'utf8'),
    })),
  );
}

/** What people agree to along with the steps: the same steps of another playbook are other steps. */
export async function playbookSha256(name: PlaybookName): Promise<string> {
  const hash = createHash('sha256');
  for (const { path, text } of await playbookFiles(name)) hash.update(`${path}\0${text}\0`);
  return hash.digest('hex');
}
