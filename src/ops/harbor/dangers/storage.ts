import { seen } from '../../findings/finding.ts';
import { harborReleases } from '../facts/releases.ts';
import { type Danger, hopPast, speaker } from './danger.ts';

const name = 'storage';
/** Their first starts read all that the registry holds. */
const readingAll = ['1.9', '2.0'] as const;

/** An upgrade does not touch blobs, but the configuration of a driver that Harbor does not know is refused, and remote ones are read slowly. */
export const storage: Danger = {
  name,
  look({ observed: { configuration }, hops }) {
    const { names, source } = harborReleases().storageDrivers;
    const say = speaker(name, source);
    return seen(name, configuration, ({ storage: driver }) => {
      if (!names.includes(driver))
        return [say('stop', driver, 'Harbor knows no such driver.', `Configure one of ${names.join(', ')}.`)];
      if (driver === 'filesystem') return [];
      return readingAll
        .flatMap((minor) => hopPast(hops, minor) ?? [])
        .map(({ to }) =>
          say(
            'warning',
            `first start of ${to}`,
            `It reads all that lies in ${driver}, which may take hours.`,
            'Plan for it, and give it longer to become healthy.',
          ),
        );
    });
  },
};
