import { seen } from '../../findings/finding.ts';
import { harborReleases } from '../facts/releases.ts';
import { isBefore } from '../path/versions.ts';
import { type Danger, type Finding, hopPast, speaker, type Upgrade } from './danger.ts';

const name = 'external-database';
const postgresSince = '1.6';

/** Whether salvor.yaml and the configuration mean the same database, and whether one outside is new enough for each hop. */
export const externalDatabase: Danger = {
  name,
  look: (upgrade) => [
    ...sameMeant(upgrade),
    ...(upgrade.observed.database === 'external' ? [notCopied(), ...notMigrated(upgrade), ...newEnough(upgrade)] : []),
  ],
};

const sameMeant = ({ observed: { configuration, database } }: Upgrade): readonly Finding[] =>
  seen(name, configuration, ({ hasExternalDatabase }) => {
    if (hasExternalDatabase === (database === 'external')) return [];
    return [
      speaker(name)(
        'stop',
        `database: ${database}`,
        `The configuration on the host names ${hasExternalDatabase ? 'an external database' : 'none outside'}.`,
        'Correct salvor.yaml: what is copied before a hop depends on it.',
      ),
    ];
  });

function newEnough({ observed: { externalPostgres }, hops }: Upgrade): readonly Finding[] {
  const last = hops.at(-1)?.toMinor ?? '';
  const asking = harborReleases().rows.filter(
    (row) => row.externalPostgres !== undefined && !isBefore(last, row.minor),
  );
  if (asking.length === 0) return [];
  return seen(name, externalPostgres, (version) => {
    const major = Number.parseInt(version, 10);
    if (Number.isNaN(major))
      return [
        speaker(name)(
          'unknown',
          'the external database',
          `It says it is “${version}”, which is no version.`,
          'Look which it is.',
        ),
      ];
    return asking
      .filter((row) => major < (row.externalPostgres ?? 0))
      .map((row) =>
        speaker(name, row.source)(
          'stop',
          `PostgreSQL ${version}`,
          `From ${row.minor} on an external one must be ${row.externalPostgres} or newer.`,
          'Upgrade it first.',
        ),
      );
  });
}

/** The migrator makes PostgreSQL of the MariaDB that Harbor brought. */
function notMigrated({ hops }: Upgrade): readonly Finding[] {
  const hop = hopPast(hops, postgresSince) ?? hops.find(({ toMinor }) => isBefore(toMinor, postgresSince));
  if (!hop) return [];
  return [
    speaker(name, hop.source)(
      'stop',
      `database of ${hop.to}`,
      'Harbor before 1.6 keeps its data in MySQL, and one outside is not migrated here.',
      `Bring it to ${hop.to} by hand, as its guide says.`,
    ),
  ];
}

const notCopied = (): Finding =>
  speaker(name)(
    'warning',
    'the external database',
    'No copy of it is made before a hop: Salvor copies the bundled one alone.',
    'Copy it yourself before each hop: nothing else leads back once the schema is migrated.',
  );
