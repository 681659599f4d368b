import { counted } from '../../../chatops/format.ts';
import type { Contents, Observed, PostgresDirectory } from '../observe/observed.ts';
import type { Hop } from '../path/hop.ts';

/** '2.10.3 → 2.12.4 → 2.15.2'. */
export const plainPath = (hops: readonly Pick<Hop, 'from' | 'to'>[]): string =>
  [hops[0]?.from ?? '', ...hops.map(({ to }) => to)].join(' → ');

/** '3 projects, 41 repositories, 1,204 artifacts, 12 users'. */
export const amountsInWords = (
  { projects, repositories, artifacts, counted: by }: Omit<Contents, 'allProjects' | 'storageBytes'>,
  users?: number,
): string =>
  [
    counted(projects, 'project'),
    counted(repositories, 'repository', 'repositories'),
    counted(artifacts, by === 'tags' ? 'tag' : 'artifact'),
    ...(users === undefined ? [] : [counted(users, 'user')]),
  ].join(', ');

/** 'PostgreSQL 14 in database/pg14', 'MariaDB'. */
export function filesInWords(found: readonly PostgresDirectory[], { mariadb }: Pick<Observed, 'mariadb'>): string {
  const all = found.map(({ directory, version }) => `PostgreSQL ${version} in ${directory}`);
  if ('known' in mariadb && mariadb.known !== 'none') all.push('MariaDB');
  return all.join(', ') || 'no files of a database';
}
