import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { initialise } from './database.ts';
import { isMariaDbIn, passwordIn } from './mariadb.ts';
import { Refused } from './migrate-config.ts';
import { isAtLeast, minorOf } from './releases.ts';
import type { Run } from './run-image.ts';
import { contentsOf, type StateDirectory, writeContents } from './state.ts';

/**
 * `--db up` of harbor-migrator up to 1.6, and `up head` of harbor-db-migrator. Where the real ones wait a minute, this one does not. Source: goharbor/harbor
 * tools/migration/db/run.sh and util at release-1.6.0.
 */
export function migrateDatabase(run: Run, state: StateDirectory): string {
  const { mounts } = run;
  const [mysql = '', postgres = ''] = ['/var/lib/mysql', '/var/lib/postgresql/data'].map((at) => mounts.get(at) ?? '');
  const isMysql = mysql !== '' && isMariaDbIn(mysql);
  const isPostgres = [mysql, postgres].some((at) => at !== '' && existsSync(join(at, 'PG_VERSION')));
  if (!isMysql && !isPostgres)
    throw new Refused("No database has been mounted for the migration. Use '-v' to set it in 'docker run'.");
  // The real one sees it only where both are at the same files; nobody may migrate while Harbor runs.
  if (state.docker().containers.some(({ name }) => name === 'harbor-db'))
    throw new Refused("InnoDB: Unable to lock ./ibdata1, error: 11\ntimeout. Can't run mysql server.");
  if (isMysql && existsSync(join(mysql, 'notaryserver')))
    return merge(postgres, 'notary', existsSync(join(mysql, 'notaryserver/tuf_files.ibd')));
  const clair = mounts.get('/clair-db');
  if (clair !== undefined) return merge(postgres, 'clair', existsSync(join(clair, 'vulnerability')));
  if (!isMysql) throw new Refused('Unsupported DB upgrade from  to head, please check the inputs.');
  return harborItself(run, mysql, state);
}

function harborItself({ version, env }: Run, directory: string, state: StateDirectory): string {
  const password = env.get('DB_PWD') ?? '';
  if (env.get('DB_USR') !== 'root' || password === '') throw new Refused('DB_USR or DB_PWD not set, exiting...');
  // mysqld has started on it by then.
  writeFileSync(join(directory, 'ib_logfile0'), Buffer.alloc(8192, 9));
  if (passwordIn(directory) !== password)
    throw new Refused("Waiting for MySQL start...\ntimeout. Can't run mysql server.");
  const contents = contentsOf(directory);
  const to = isAtLeast(version, '1.5.0') ? '1.5.0' : `${minorOf(version)}.0`;
  if (isAtLeast(contents.schema.version, to) && contents.schema.version !== to)
    throw new Refused(`Can't locate revision identified by '${contents.schema.version}'`);
  writeContents(directory, { ...contents, schema: { version: to, dirty: false } });
  if (isAtLeast(version, '1.6.0')) toPostgres(directory, version, state);
  return 'Upgrade performed.';
}

/** All that was there is deleted before what was made of it is copied there. */
function toPostgres(directory: string, version: string, state: StateDirectory): void {
  const [contents, password] = [contentsOf(directory), readFileSync(join(directory, 'mysql/user.MYD'))];
  for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true });
  if (state.docker().killsMigrator) {
    state.setDocker({ killsMigrator: false });
    mkdirSync(join(directory, 'base'));
    throw new Refused('Killed');
  }
  initialise(directory, '9.6', { ...contents, schema: { version: '0', dirty: false }, migratedBy: version });
  writeFileSync(join(directory, 'global/pg_authid'), password);
  writeFileSync(join(directory, 'postmaster.pid'), '35\n');
}

/** Of Notary or Clair, into the PostgreSQL that has been made of Harbor's own; a second time it says that it will not, and ends as if all were well. */
function merge(into: string, what: 'notary' | 'clair', hasData: boolean): string {
  if (into === '' || !existsSync(join(into, 'PG_VERSION')))
    throw new Refused('Please make sure to mount the correct the data volume.');
  if (existsSync(join(into, 'postmaster.pid'))) throw new Refused('FATAL:  lock file "postmaster.pid" already exists');
  if (!hasData)
    return what === 'notary'
      ? 'no content trust data needs to be updated.'
      : 'no vulnerability data needs to be updated.';
  const marker = join(into, 'base', what);
  if (existsSync(marker))
    return `WARNING: ${what} migration will only allow anyone haven't migrated ${what} or launched harbor yet.`;
  writeFileSync(marker, Buffer.alloc(8192, 7));
  return 'Upgrade performed.';
}
