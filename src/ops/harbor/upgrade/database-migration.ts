import { Refusal } from '../../../chatops/errors.ts';
import { listInWords } from '../../../chatops/format.ts';
import { type BundledDatabase, releaseOf } from '../facts/releases.ts';
import type { MigrationCommand } from '../path/commands.ts';
import { type Hop, hopInWords } from '../path/hop.ts';
import type { HopVariables } from './playbook.ts';

/** What a tool does to the database before Harbor starts, and what it must leave; undefined where Harbor migrates it itself. */
export function databaseMigration(
  { database }: Hop,
  commands: readonly MigrationCommand[],
): HopVariables['migrate_database'] {
  const own = commands.filter(({ what }) => what !== 'config');
  if (!database || own.length === 0) return undefined;
  const leaves = filesOf(database.after);
  return { commands: own, ...(leaves ? { leaves } : {}) };
}

/** What must lie there before Harbor starts: 'database/pg13' is 'pg13' within it. */
export const filesOf = ({ version, directory }: BundledDatabase): HopVariables['pg'] =>
  version === undefined ? undefined : { expects: version, dir: directory.replace(/^database\/?/, '') };

/**
 * Up to 1.4 a tool migrates the database and none the configuration: people fill in the template of the new release. What they would choose nobody can
 * know for them, and a wrong value shows once the old Harbor is down. Throws Refusal.
 */
export function mustHaveTool(hop: Hop, commands: readonly MigrationCommand[], registry: string): void {
  const { fromMinor, toMinor } = hop;
  if (fromMinor === toMinor || releaseOf(toMinor)?.migration?.tool !== 'db-migrator') return;
  const typed = commands.map(({ argv }) => `“${argv.join(' ')}”`);
  throw new Refusal(
    `${hopInWords(hop)}: no tool makes the harbor.cfg of ${toMinor}, which people write by hand from its template. Salvor does not guess it.`,
    `Ask for 1.5 or later, which are reached from ${fromMinor} at once and whose tool makes it: “harbor ${registry} 1.6”. Or do this hop by its guide, on a copy of the database: ${listInWords(typed)}.`,
  );
}
