import { seen } from '../../findings/finding.ts';
import { releaseOf } from '../facts/releases.ts';
import { type Danger, speaker } from './danger.ts';

const name = 'dirty-schema';
const say = speaker(name);

/** A migration that was cut short: core of the next version would start over and over. Before 1.6 the migrator keeps its own account. */
export const dirtySchema: Danger = {
  name,
  look({ observed: { schema }, hops }) {
    const from = hops[0]?.fromMinor ?? '';
    if (releaseOf(from)?.schemaMigratedBy === 'migrator') return [];
    return seen(name, schema, ({ version, isDirty }) =>
      isDirty
        ? [
            say(
              'stop',
              'schema_migrations',
              `The schema is at ${version} and dirty: a migration was cut short.`,
              'Restore the database from before that migration, or finish it by hand, until dirty is false.',
            ),
          ]
        : [],
    );
  },
};
