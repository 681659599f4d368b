import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Refusal } from '../../chatops/errors.ts';
import type { Plan } from '../../chatops/plan.ts';

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

/** Under which a plan's observations have it. */
export const playbookLabel = 'SHA-256 of the playbook';

/** Right before the first run the plan is made anew and compared; who goes on later may have another version of Salvor. Throws Refusal. */
export async function mustBeTheAgreed(name: PlaybookName, { observed }: Pick<Plan, 'observed'>): Promise<void> {
  const agreed = observed[playbookLabel];
  if (agreed === undefined || agreed === (await playbookSha256(name))) return;
  throw new Refusal(
    'This worker has another playbook than the one that was agreed to: nothing more was done.',
    'Resume with a worker of the version that began it, or roll back.',
  );
}
