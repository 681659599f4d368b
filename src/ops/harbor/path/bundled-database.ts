import { type BundledDatabase, harborReleases, releaseOf } from '../facts/releases.ts';
import type { HarborVersion } from './versions.ts';

/** The database that comes with a version: a minor may change it with a patch, as 2.15.2 did. Undefined for a minor that the table does not know. */
export function bundledDatabaseOf({ minor, patch = 0 }: HarborVersion): BundledDatabase | undefined {
  const found = releaseOf(minor)?.database.findLast(({ sincePatch = 0 }) => patch >= sincePatch);
  if (!found) return undefined;
  const { sincePatch: _, ...database } = found;
  return database;
}

/**
 * Why the bundled database would not live through a jump; undefined where it does. It does where it stays as it is, where the new container converts
 * just what the old one wrote, or where the migrator makes PostgreSQL of MariaDB, which that of 1.6 does alone.
 */
export function unsafeJump(from: HarborVersion, to: HarborVersion): string | undefined {
  const [before, after] = [bundledDatabaseOf(from), bundledDatabaseOf(to)];
  if (!before || !after) return 'Its databases are not known.';
  if (before.engine === after.engine && before.version === after.version) return undefined;
  const { refusedByContainer, silentEmptyDatabase } = harborReleases().jumps;
  if (before.engine === 'MariaDB') {
    const turns = releaseOf(to.minor)?.migration?.migrates.includes('database') ?? false;
    return turns ? undefined : 'Only the migrator of 1.6 makes PostgreSQL of MariaDB.';
  }
  if (after.convertsFrom === before.version) return undefined;
  return before.directory === 'database' ? refusedByContainer.why : silentEmptyDatabase.why;
}

/** It is converted when the new container first starts. */
export const isConverted = (before: BundledDatabase, after: BundledDatabase): boolean =>
  after.engine === 'PostgreSQL' && before.version !== after.version && before.engine === 'PostgreSQL';

/** 'PostgreSQL 13', 'MariaDB'. */
export const databaseInWords = ({ engine, version }: BundledDatabase): string =>
  version === undefined ? engine : `${engine} ${version}`;
