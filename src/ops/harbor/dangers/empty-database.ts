import { listInWords } from '../../../chatops/format.ts';
import { seen } from '../../findings/finding.ts';
import type { PostgresDirectory } from '../observe/observed.ts';
import { databaseInWords } from '../path/bundled-database.ts';
import type { Hop } from '../path/hop.ts';
import { type Danger, type Finding, speaker } from './danger.ts';

const name = 'empty-db';

/**
 * The container of the database looks for one directory, and for one that it can convert; where it finds neither, it makes a new, empty database without an
 * error, and Harbor comes up with nothing in it. So what lies there must be what the first hop begins with, and nothing may lie where a hop is to write.
 */
export const emptyDatabase: Danger = {
  name,
  look({ observed: { postgres, databaseBytes }, hops }) {
    const first = hops[0]?.database;
    if (!first) return [];
    if (first.before.engine === 'MariaDB')
      return [
        ...seen(name, databaseBytes, (bytes) => (bytes > 0 ? [] : [nothingThere(first)])),
        ...seen(name, postgres, (found) => (found.length === 0 ? [] : [alreadyPostgres(found)])),
      ];
    return seen(name, postgres, (found) => [...live(first, found), ...inTheWay(hops, found)]);
  },
};

type Databases = NonNullable<Hop['database']>;
const say = speaker(name);

function live({ before, after }: Databases, found: readonly PostgresDirectory[]): readonly Finding[] {
  const there = found.find(({ directory }) => directory === before.directory);
  if (there?.version === before.version) return [];
  const lies = found.map(({ directory, version }) => `PostgreSQL ${version} in ${directory}`);
  const evidence = there
    ? `It holds files of PostgreSQL ${there.version}, where ${databaseInWords(before)} should be.`
    : `It is not there${lies.length > 0 ? `; there is ${listInWords(lies)}` : ', nor is any other'}. The container would make an empty ${databaseInWords(after)}.`;
  return [
    say(
      'stop',
      before.directory,
      evidence,
      'Find out where the data lies that Harbor works with now, before anything is stopped.',
    ),
  ];
}

/** Left by an upgrade that was broken off: the container takes it as it is and converts nothing. */
function inTheWay(hops: readonly Hop[], found: readonly PostgresDirectory[]): readonly Finding[] {
  const isThere = (directory: string) => found.some((one) => one.directory === directory);
  const converting = hops.filter(({ database }) => database?.isConverted && isThere(database.after.directory));
  return converting.map(({ to, database }) =>
    say(
      'stop',
      database?.after.directory ?? to,
      `It is there already: Harbor ${to} would take it as it is, and convert nothing.`,
      'Look which of the two is live, and set the other aside, outside of the data directory.',
    ),
  );
}

const nothingThere = ({ before }: Databases): Finding =>
  say('stop', before.directory, 'It is empty: there is no MariaDB to migrate.', 'Find out where the data lies.');

const alreadyPostgres = (found: readonly PostgresDirectory[]): Finding =>
  say(
    'stop',
    listInWords(found.map(({ directory }) => directory)),
    'PostgreSQL lies there already, where a Harbor before 1.6 keeps MariaDB.',
    'Look whether an earlier upgrade was broken off, and begin from a copy of before it.',
  );
