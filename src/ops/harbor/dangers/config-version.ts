import { seen } from '../../findings/finding.ts';
import { releaseOf } from '../facts/releases.ts';
import type { Installation } from '../observe/observed.ts';
import type { Hop } from '../path/hop.ts';
import { isBefore, isVersion } from '../path/versions.ts';
import { type Danger, type Finding, speaker } from './danger.ts';

const name = 'config-version';
/** Since then the configuration says of which version it is. */
const numberedSince = '1.5';

/** The migrator goes by `_version`: where that is not of what runs, it makes something else of the file than people expect. */
export const configVersion: Danger = {
  name,
  look: ({ observed: { install }, hops: [first] }) =>
    first ? seen(name, install, (found) => (found.exists ? judge(found, first) : [])) : [],
};

function judge({ configFile, configVersion: version }: Installation, hop: Hop): readonly Finding[] {
  const migration = releaseOf(hop.toMinor)?.migration;
  const say = speaker(name, migration?.source ?? hop.source);
  if (configFile !== hop.config.before) {
    const there = configFile === undefined ? 'There is none.' : `There is ${configFile} in its place.`;
    return [say('stop', hop.config.before, there, `Put the one with which ${hop.from} was installed there.`)];
  }
  if (isBefore(hop.fromMinor, numberedSince)) return [];
  if (version === undefined)
    return [
      say(
        'stop',
        configFile,
        'It has no _version, and the migrator goes by it.',
        'Write into it of which version it is.',
      ),
    ];
  if (!isVersion(version))
    return [say('stop', configFile, `Its _version is “${version}”.`, 'Write into it of which version it is.')];
  const evidence = `It is of ${version}, and ${hop.from} runs.`;
  const oldest = migration?.acceptsConfigFrom;
  if (oldest !== undefined && isBefore(version, oldest))
    return [
      say(
        'stop',
        configFile,
        `${evidence} What migrates to ${hop.to} reads none before ${oldest}.`,
        'Migrate it by hand first.',
      ),
    ];
  if (isBefore(hop.fromMinor, version))
    return [
      say(
        'stop',
        configFile,
        evidence,
        'Put the one with which it was installed there; if just the number is wrong, correct it.',
      ),
    ];
  if (isBefore(version, hop.fromMinor))
    return [say('warning', configFile, evidence, 'Look whether it is the one with which it was installed.')];
  return [];
}
