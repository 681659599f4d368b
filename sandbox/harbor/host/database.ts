import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { postgresOf, schemaOf } from './releases.ts';
import { contentsOf, type RegistryContents, writeContents } from './state.ts';

/** What became of a part that started: where it works, or why it stopped. */
export type Started = { readonly directory: string } | { readonly stopped: string };

/**
 * Starts the bundled PostgreSQL of a release on a database directory, as its entrypoint does: converts what it knows to convert and deletes that, and
 * begins an empty database where it finds nothing. Source: goharbor/harbor, make/photon/db/docker-entrypoint.sh.
 */
export function startPostgres(version: string, databaseDir: string): Started {
  const { directory, version: wanted, converts } = postgresOf(version);
  const live = join(databaseDir, directory);
  if (hasData(databaseDir) && directory !== '' && converts?.directory !== '')
    return {
      stopped: `Upgrading from PostgreSQL 9.6 to PostgreSQL ${wanted} is not supported in the current Harbor release.`,
    };
  if (hasData(live)) return { directory: live };
  const old = converts && join(databaseDir, converts.directory);
  if (converts && old !== undefined && hasData(old)) {
    convert(old, live, wanted);
    return { directory: live };
  }
  if (directory === '' && existsSync(live) && readdirSync(live).length > 0)
    return { stopped: `initdb: directory "${live}" exists but is not empty` };
  initialise(live, wanted, emptyContents(version));
  return { directory: live };
}

/** Starts core on a database: migrates its schema, unless an earlier migration was cut short or is of a later release. */
export function startCore(version: string, directory: string, isKilled: boolean): Started {
  const contents = contentsOf(directory);
  const [is, wanted] = [Number(contents.schema.version), schemaOf(version)];
  if (contents.schema.dirty) return { stopped: `Dirty database version ${is}. Fix and force version.` };
  if (contents.migratedBy !== undefined && is === 0 && contents.migratedBy !== version)
    return { stopped: `migrated by ${contents.migratedBy}, and ${version} starts on it` };
  if (is > wanted) return { stopped: `no migration found for version ${is}` };
  if (is === wanted) return { directory };
  writeContents(directory, { ...contents, schema: { version: String(wanted), dirty: isKilled } });
  return isKilled ? { stopped: 'killed while it migrated the schema' } : { directory };
}

/** Writes a new directory as PostgreSQL leaves it, as far as anybody looks at it. */
export function initialise(directory: string, postgres: string, contents: RegistryContents): void {
  for (const name of ['base/16384', 'global', 'pg_wal']) mkdirSync(join(directory, name), { recursive: true });
  writeFileSync(join(directory, 'PG_VERSION'), `${postgres}\n`);
  writeFileSync(join(directory, 'base/16384/PG_VERSION'), `${postgres}\n`);
  writeFileSync(join(directory, 'base/16384/1259'), Buffer.alloc(8192, 1));
  writeFileSync(join(directory, 'global/pg_control'), Buffer.alloc(8192, 2));
  writeFileSync(join(directory, 'pg_wal/000000010000000000000001'), Buffer.alloc(16384, 3));
  writeFileSync(join(directory, 'postgresql.conf'), "listen_addresses = '*'\n");
  writeContents(directory, contents);
}

export const versionIn = (directory: string): string => readFileSync(join(directory, 'PG_VERSION'), 'utf8').trim();

const hasData = (directory: string): boolean => existsSync(join(directory, 'PG_VERSION'));

/** By way of a directory of its own, so that one that is in use is whole; what was converted is deleted only then. */
function convert(old: string, live: string, postgres: string): void {
  const beside = `${live}.converting`;
  initialise(beside, postgres, contentsOf(old));
  renameSync(beside, live);
  const left = live.startsWith(join(old, '/')) ? readdirSync(old).filter((name) => join(old, name) !== live) : [''];
  for (const name of left) rmSync(join(old, name), { recursive: true });
}

const emptyContents = (version: string): RegistryContents => ({
  projects: [{ name: 'library', repositories: [] }],
  users: ['admin'],
  charts: [],
  schema: { version: String(schemaOf(version)), dirty: false },
});
