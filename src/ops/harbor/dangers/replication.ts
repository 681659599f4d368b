import { seen } from '../../findings/finding.ts';
import { releaseOf } from '../facts/releases.ts';
import { isBefore, isVersion } from '../path/versions.ts';
import { type Danger, hopPast, speaker } from './danger.ts';

const name = 'replication';
const since = '1.9';

/** A Harbor of 1.9 or later does not replicate with one before it. */
export const replication: Danger = {
  name,
  look({ observed: { partners }, hops }) {
    const hop = hopPast(hops, since);
    if (!hop) return [];
    const say = speaker(name, releaseOf(since)?.source);
    return seen(name, partners, (known) =>
      known.flatMap((partner) =>
        seen(name, partner.version, (version) => {
          if (version === undefined) return [];
          if (!isVersion(version))
            return [say('unknown', partner.name, `It runs “${version}”, which is no version.`, 'Look which it is.')];
          if (!isBefore(version, since)) return [];
          return [
            say(
              'warning',
              partner.name,
              `It runs ${version}: from ${hop.to} on nothing is replicated between the two.`,
              `Upgrade it to ${since} or later as well, one soon after the other.`,
            ),
          ];
        }),
      ),
    );
  },
};
