import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Started } from './database.ts';
import { minorOf } from './releases.ts';
import { contentsOf, type RegistryContents, writeContents } from './state.ts';

/** What the database of a Harbor before 1.6 holds, and who gets in. */
export interface MariaDbContents extends Omit<RegistryContents, 'schema'> {
  readonly password: string;
}

/** Writes a new directory as MariaDB leaves it, as far as anybody looks at it. Its schema is numbered by releases: '1.5.0'. */
export function initialiseMariaDb(
  directory: string,
  version: string,
  { password, ...contents }: MariaDbContents,
): void {
  for (const name of ['mysql', 'registry']) mkdirSync(join(directory, name), { recursive: true });
  writeFileSync(join(directory, 'mysql/user.MYD'), password);
  writeFileSync(join(directory, 'ibdata1'), Buffer.alloc(16384, 4));
  writeFileSync(join(directory, 'ib_logfile0'), Buffer.alloc(8192, 5));
  writeFileSync(join(directory, 'registry/alembic_version.ibd'), Buffer.alloc(8192, 6));
  writeContents(directory, { ...contents, schema: { version: `${minorOf(version)}.0`, dirty: false } });
}

/** Those of Notary and Clair, which lie beside it where Harbor has such parts. */
export function initialiseOthers(dataDir: string, flags: readonly string[]): void {
  if (flags.includes('--with-notary')) {
    for (const name of ['mysql', 'notaryserver', 'notarysigner'])
      mkdirSync(join(dataDir, 'notary-db', name), { recursive: true });
    writeFileSync(join(dataDir, 'notary-db/notaryserver/tuf_files.ibd'), Buffer.alloc(8192, 7));
  }
  if (flags.includes('--with-clair')) {
    mkdirSync(join(dataDir, 'clair-db'), { recursive: true });
    writeFileSync(join(dataDir, 'clair-db/PG_VERSION'), '9.6\n');
    writeFileSync(join(dataDir, 'clair-db/vulnerability'), Buffer.alloc(8192, 8));
  }
}

/** MariaDB and whatever else lies there: PostgreSQL is none. */
export const isMariaDbIn = (directory: string): boolean =>
  existsSync(join(directory, 'mysql')) && !existsSync(join(directory, 'PG_VERSION'));

/** The password of the database in a directory: what it was when that was made. Undefined where none was kept. */
export function passwordIn(directory: string): string | undefined {
  const file = ['mysql/user.MYD', 'global/pg_authid'].map((name) => join(directory, name)).find(existsSync);
  return file === undefined ? undefined : readFileSync(file, 'utf8');
}

/** Where there is nothing it begins an empty one, as that of PostgreSQL does. */
export function startMariaDb(version: string, directory: string, password: string): Started {
  if (existsSync(join(directory, 'PG_VERSION'))) return { stopped: 'mysqld: Can not open the mysql.plugin table.' };
  if (!isMariaDbIn(directory))
    initialiseMariaDb(directory, version, {
      ...{ projects: [{ name: 'library', repositories: [] }], users: ['admin'], charts: [], password },
    });
  return { directory };
}

/** Its parts migrate nothing: a migrator has brought the schema to their release before, or they stop. */
export function startUi(version: string, directory: string): Started {
  const is = contentsOf(directory).schema.version;
  const wanted = `${minorOf(version)}.0`;
  return is === wanted ? { directory } : { stopped: `the schema is of ${is}, and ${wanted} is needed` };
}
