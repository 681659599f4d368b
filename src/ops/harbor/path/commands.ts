import { type Migration, releaseOf } from '../facts/releases.ts';
import type { OptionalPart } from './flags.ts';
import type { Hop } from './hop.ts';

/** Where the files of one hop lie on the host. */
export interface Places {
  /** A copy of the old configuration: what is in place is overwritten. */
  readonly config: string;
  /** Where the new one is to be: a file that the new package brought, where the migrator reads one and writes another. */
  readonly newConfig: string;
  /** Where copies of the databases lie that it may work on: 'database', 'notary-db', 'clair-db'. */
  readonly data: string;
}

export interface MigrationCommand {
  readonly what: 'config' | 'database' | 'notary' | 'clair';
  /** Without a shell. */
  readonly argv: readonly string[];
  /** Variables that it takes from the environment, for they are secrets: 'DB_PWD'. */
  readonly secrets: readonly string[];
}

export interface MigrationCommands {
  readonly commands: readonly MigrationCommand[];
  /** Where the new configuration lies afterwards; undefined where people write it by hand from the new template, as up to 1.4. */
  readonly config: string | undefined;
}

/**
 * What to run, in this order, between two versions while Harbor is down. Source: the migration guides of the releases; that the migrators ask no question
 * where SKIP_CONFIRM is y stands in tools/migration/migrator.py. Notary and Clair have databases of their own before 1.6 only.
 */
export function migrationCommands(hop: Hop, places: Places, parts: readonly OptionalPart[]): MigrationCommands {
  const migration = releaseOf(hop.toMinor)?.migration;
  const { image } = hop;
  if (!migration || image === undefined) return { commands: [], config: undefined };
  if (migration.tool === 'prepare') return prepared(image, places);
  const commands = [
    ...(touchesDatabase(hop, migration) ? databaseCommands(hop, image, migration, places, parts) : []),
    ...(migration.mounts ? [configCommand(image, migration.mounts, places)] : []),
  ];
  return { commands, config: configAfter(migration, places) };
}

/** Within a minor the schema stays what it is; a database outside is for people. */
const touchesDatabase = ({ fromMinor, toMinor, database }: Hop, { migrates }: Migration): boolean =>
  database !== undefined && fromMinor !== toMinor && migrates.includes('database');

const run = ['docker', 'run', '--rm'] as const;

/** In place. It takes paths as they are on the host, and puts /hostfs before them itself. */
const prepared = (image: string, { config }: Places): MigrationCommands => ({
  commands: [{ what: 'config', argv: [...run, '-v', '/:/hostfs', image, 'migrate', '-i', config], secrets: [] }],
  config,
});

function configCommand(
  image: string,
  mounts: NonNullable<Migration['mounts']>,
  { config, newConfig }: Places,
): MigrationCommand {
  const out = mounts.newConfig === undefined ? [] : ['-v', `${newConfig}:${mounts.newConfig}`];
  const argv = [...run, '-e', 'SKIP_CONFIRM=y', '-v', `${config}:${mounts.config}`, ...out, image, '--cfg', 'up'];
  return { what: 'config', argv, secrets: [] };
}

function configAfter({ mounts }: Migration, { config, newConfig }: Places): string | undefined {
  if (!mounts) return undefined;
  return mounts.newConfig === undefined ? config : newConfig;
}

/** Harbor's own first: those of Notary and Clair go into what it makes. */
function databaseCommands(
  { toMinor }: Hop,
  image: string,
  { tool }: Migration,
  { data }: Places,
  parts: readonly OptionalPart[],
): readonly MigrationCommand[] {
  const own: MigrationCommand = {
    what: 'database',
    argv: [
      ...run,
      ...['-e', 'SKIP_CONFIRM=y', '-e', 'DB_USR=root', '-e', 'DB_PWD', '-v', `${data}/database:/var/lib/mysql`, image],
      ...(tool === 'db-migrator' ? ['up', 'head'] : ['--db', 'up']),
    ],
    secrets: ['DB_PWD'],
  };
  if (toMinor !== '1.6') return [own];
  const into = ['-v', `${data}/database:/var/lib/postgresql/data`, image, '--db', 'up'];
  const notary = ['-e', 'DB_USR=root', '-v', `${data}/notary-db/:/var/lib/mysql`];
  const clair = ['-v', `${data}/clair-db/:/clair-db`];
  const others = [
    { what: 'notary', argv: [...run, '-e', 'SKIP_CONFIRM=y', ...notary, ...into], secrets: [] },
    { what: 'clair', argv: [...run, '-e', 'SKIP_CONFIRM=y', ...clair, ...into], secrets: [] },
  ] as const;
  return [own, ...others.filter(({ what }) => parts.includes(what))];
}
