import { seen } from '../../findings/finding.ts';
import { versionOf } from '../path/versions.ts';
import { type Danger, type Finding, speaker } from './danger.ts';

const name = 'installation';
const say = speaker(name);

/** The directory that is set aside must be the one that runs, and must be one that can be renamed. */
export const installation: Danger = {
  name,
  look: ({ observed: { install, system } }) =>
    seen(name, install, ({ directory, exists, isMount, version, databaseElsewhere }) => {
      if (!exists) return [say('stop', directory, 'It is not there.', 'Correct installDir in salvor.yaml.')];
      return [
        ...(isMount ? [mounted(directory)] : []),
        ...(databaseElsewhere === undefined ? [] : [elsewhere(databaseElsewhere)]),
        ...seen(name, system, (told) => same(directory, version, told.version)),
      ];
    }),
};

const mounted = (directory: string): Finding =>
  say(
    'stop',
    directory,
    'A file system begins there, so it cannot be set aside.',
    'Install Harbor in a directory within it.',
  );

/** A copy of what nobody works with leads nowhere back. */
const elsewhere = (database: string): Finding =>
  say(
    'stop',
    database,
    'Harbor has its database there, and another directory would be copied.',
    'Correct dataDir in salvor.yaml.',
  );

function same(directory: string, version: string | undefined, running: string): readonly Finding[] {
  if (version === undefined)
    return [say('unknown', directory, 'It does not say of which version it is.', 'Look whether Harbor runs from it.')];
  if (versionOf(version)?.text === versionOf(running)?.text) return [];
  return [
    say(
      'stop',
      directory,
      `It is of ${version}, and ${running} runs.`,
      'Correct installDir, or end the upgrade that was begun.',
    ),
  ];
}
