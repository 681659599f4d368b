import { seen } from '../../findings/finding.ts';
import { sourceOfDanger } from '../facts/releases.ts';
import { type Danger, speaker } from './danger.ts';

const name = 'several-databases';

/** After a conversion the old directory is removed, so more than one means that something went otherwise. */
export const severalDatabases: Danger = {
  name,
  look({ observed: { postgres }, hops }) {
    const live = hops[0]?.database?.before;
    if (live?.engine !== 'PostgreSQL') return [];
    const say = speaker(name, sourceOfDanger('empty-db'));
    // From 2.7 on the container stops wherever PostgreSQL 9.6 lies at the top, whatever else is there.
    const refusing = hops.find(
      ({ database }) => database?.after.directory !== 'database' && database?.after.convertsFrom !== '9.6',
    );
    return seen(name, postgres, (found) =>
      found
        .filter(({ directory }) => directory !== live.directory)
        .map(({ directory, version }) =>
          directory === 'database' && refusing
            ? say(
                'stop',
                directory,
                `PostgreSQL ${version} lies at its top beside ${live.directory}: the container of ${refusing.to} would stop at it.`,
                'Look that it is not live, and set its files aside.',
              )
            : say(
                'warning',
                directory,
                `PostgreSQL ${version} lies there beside ${live.directory}, with which Harbor works by its version.`,
                'Look which is live: its files are the ones that change.',
              ),
        ),
    );
  },
};
