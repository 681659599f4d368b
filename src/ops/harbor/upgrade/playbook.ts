import { z } from 'zod';

/**
 * What playbooks/harbor-migrate can be told to do, each by its tag, on the one host of a registry. Every one may be run again after it ended, failed or was
 * cut short, and then comes to the same end. Its README says what each promises.
 */
export const harborTags = [
  'look',
  'fetch',
  'load',
  'down',
  'copy-data',
  'move-aside',
  'unpack',
  'migrate-config',
  'prepare',
  'migrate-database',
  'install',
  'put-back',
  'up',
  'look-images',
  'clear-images',
  'clear-away',
] as const;
export type HarborTag = (typeof harborTags)[number];

export const playbook = 'harbor-migrate/site.yaml';

/** Variables of all steps. Argument lists go to programs as they are, never through a shell. */
export const SharedVariables = z.object({
  harbor_name: z.string(),
  /** Names what belongs to this upgrade: `<install directory>.before-<mark>-<version>`. Lower-case letters and digits. */
  harbor_mark: z.string(),
  harbor_dir: z.string(),
  harbor_data: z.string(),
  /** `<work directory>/<mark>`: copies of the database, unpacked packages. */
  harbor_work: z.string(),
  harbor_compose: z.array(z.string()).readonly(),
  harbor_database: z.enum(['bundled', 'external']),
  harbor_packages: z.string(),
  /** Empty where people have none. */
  harbor_wrapper: z.string(),
});
export type SharedVariables = z.infer<typeof SharedVariables>;

/** docker is looked for where compose is: salvor.yaml may name its path. */
export const dockerOf = ({ harbor_compose: compose }: Pick<SharedVariables, 'harbor_compose'>): readonly string[] =>
  compose.at(-1) === 'compose' ? compose.slice(0, -1) : ['docker'];

/** Files of PostgreSQL in the database's directory; `dir` is empty for its top. */
const Postgres = z.object({ expects: z.string(), dir: z.string() });

/** Where a tool works on copies of the databases, which then take their place. */
export const migratingIn = ({
  harbor_data: data,
  harbor_mark: mark,
}: Pick<SharedVariables, 'harbor_data' | 'harbor_mark'>): string => `${data}/database.migrating-${mark}`;

/** The variable `hop`, of all steps but `look`. */
export const HopVariables = z.object({
  from: z.string(),
  to: z.string(),
  package: z.string(),
  /** Where nobody published one, the package is taken as it is. */
  package_sha256: z.string().optional(),
  config_from: z.string(),
  config_file: z.string(),
  migrate: z.object({ image: z.string(), argv: z.array(z.string()).readonly() }).optional(),
  install_flags: z.array(z.string()).readonly(),
  /** What must lie in the database's directory before it is installed. Absent where the database is external, or MariaDB. */
  pg: Postgres.optional(),
  /** Where a tool migrates the database before Harbor starts. */
  migrate_database: z
    .object({
      commands: z
        .array(
          z.object({
            what: z.string(),
            argv: z.array(z.string()).readonly(),
            /** Variables that the host knows the values of, and nobody else: 'DB_PWD'. */
            secrets: z.array(z.string()).readonly(),
          }),
        )
        .readonly(),
      /** What the tool makes of it; absent where MariaDB stays MariaDB. */
      leaves: Postgres.optional(),
    })
    .optional(),
});
export type HopVariables = z.infer<typeof HopVariables>;
