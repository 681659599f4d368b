import { z } from 'zod';
import { lazily } from '../../facts/lazily.ts';

const Source = z.array(z.string()).min(1).readonly();
/** '2.10': a minor with its major, in the order of the rows. */
const Minor = z.string().regex(/^\d+\.\d+$/);
const Version = z.string().regex(/^\d+\.\d+\.\d+$/);
const Text = z.array(z.string()).readonly();

/** The database that comes with a release, where none outside is used. */
export const BundledDatabase = z.strictObject({
  engine: z.enum(['MariaDB', 'PostgreSQL']),
  /** As PG_VERSION names it: '9.6', '13'. */
  version: z.string().optional(),
  /** Within the data directory: 'database', 'database/pg13'. Files of PostgreSQL 9.6 and MariaDB lie at its top. */
  directory: z.string(),
  /** What the container converts at its first start, if that lies beside it; all else it takes for a new installation. */
  convertsFrom: z.string().optional(),
});
export type BundledDatabase = z.infer<typeof BundledDatabase>;

/** The program that makes the old configuration, and before 1.6 the database, one of the new release. */
const Migration = z.strictObject({
  tool: z.enum(['db-migrator', 'migrator', 'prepare']),
  image: z.string(),
  /** `{version}` is the patch that is installed. */
  tag: z.string(),
  migrates: z.array(z.enum(['config', 'database'])).readonly(),
  /** Where a migrator looks for the old configuration, and where it writes the new one if not over it. */
  mounts: z.strictObject({ config: z.string(), newConfig: z.string().optional() }).optional(),
  /** The oldest `_version` that it reads. */
  acceptsConfigFrom: Version.optional(),
  note: z.string().optional(),
  source: Source.optional(),
});
export type Migration = z.infer<typeof Migration>;

/** What people lose with a release, for its component is gone. */
export const Loss = z.strictObject({
  what: z.enum(['charts', 'signatures', 'scan results']),
  component: z.enum(['chartmuseum', 'notary', 'clair']),
  evidence: z.string(),
  next: z.string(),
});
export type Loss = z.infer<typeof Loss>;

const Release = z.strictObject({
  minor: Minor,
  /** Year and month. */
  released: z.string(),
  /** From which minors its guide knows a way, the oldest first. */
  from: z.array(Minor).readonly(),
  migration: Migration.optional(),
  configFile: z.enum(['harbor.cfg', 'harbor.yml']),
  /** As the package brings it. */
  template: z.string(),
  /** From a patch on where another follows. */
  database: z
    .array(BundledDatabase.extend({ sincePatch: z.int().optional() }))
    .min(1)
    .readonly(),
  /** The oldest major of a PostgreSQL outside that it and all later ones work with. */
  externalPostgres: z.int().optional(),
  installFlags: Text,
  /** Flags of earlier releases, and what its installer makes of them. */
  rejectedFlags: z.array(z.strictObject({ flag: z.string(), effect: z.string() })).readonly(),
  added: Text,
  removed: Text,
  deprecated: Text.optional(),
  lost: Loss.optional(),
  warnings: Text,
  notes: Text,
  /** Who brings the schema up to date: the migrator before Harbor starts, or a part of Harbor when it starts. */
  schemaMigratedBy: z.enum(['migrator', 'adminserver', 'core']),
  source: Source,
});
export type Release = z.infer<typeof Release>;

const Jumps = z.strictObject({
  pairs: z.array(z.tuple([z.string(), z.string()])).readonly(),
  why: z.string(),
});

const Releases = z.strictObject({
  asOf: z.iso.date(),
  newest: z.strictObject({ version: Version, released: z.iso.date() }),
  rule: z.strictObject({ text: z.string(), source: Source }),
  rows: z.array(Release).min(1).readonly(),
  shortestPaths: z
    .array(z.strictObject({ from: Minor, to: Minor, documented: Text, bundledPostgresSafe: Text }))
    .readonly(),
  /** Of the bundled PostgreSQL: the pairs say again what the databases of the rows say, row by row. */
  jumps: z.strictObject({
    refusedByContainer: Jumps,
    silentEmptyDatabase: Jumps,
    patchReleaseTrap: z.strictObject({ from: z.array(Version).readonly(), to: Version, why: z.string() }),
    source: Source,
  }),
  procedure: z.array(z.strictObject({ step: z.int(), do: z.string(), source: Source })).readonly(),
  rollback: z.strictObject({ rule: z.string(), source: Source }),
  dangers: z.array(z.strictObject({ id: z.string(), what: z.string(), check: z.string(), source: Source })).readonly(),
  storageDrivers: z.strictObject({ names: Text, note: z.string(), source: Source }),
  /** Each must be newer than this, as the guide of a minor says. */
  prerequisites: z.strictObject({
    ...{ of: Minor, docker: z.string(), compose: z.string(), note: z.string(), source: Source },
  }),
  helm: z.strictObject({ rule: z.string(), source: Source }),
  commands: z.strictObject({ note: z.string(), source: Source }),
});

export const harborReleases = lazily(import.meta.dirname, 'harbor-releases.json', Releases);

/** The row of a minor, '2.10'; undefined where the table does not know it. */
export const releaseOf = (minor: string): Release | undefined =>
  harborReleases().rows.find((row) => row.minor === minor);

/** The rows of a way: after one minor, up to and with another. */
export function releasesBetween(from: string, to: string): readonly Release[] {
  const minors = harborReleases().rows.map(({ minor }) => minor);
  return harborReleases().rows.slice(minors.indexOf(from) + 1, minors.indexOf(to) + 1);
}

/** Where a danger of the table stands, such as 'empty-db'; undefined where the table has none of this name. */
export const sourceOfDanger = (id: string): readonly string[] | undefined =>
  harborReleases().dangers.find((danger) => danger.id === id)?.source;
