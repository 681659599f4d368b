import { seen } from '../../findings/finding.ts';
import type { Piece } from '../../findings/piece.ts';
import { harborReleases } from '../facts/releases.ts';
import { isBefore, isVersion } from '../path/versions.ts';
import { type Danger, hopPast, speaker } from './danger.ts';

const name = 'docker';

/** What the guide of the newest minor asks for stops a way to it; on a way to another it is a hint. */
export const docker: Danger = {
  name,
  look({ observed, hops }) {
    const { prerequisites } = harborReleases();
    const say = speaker(name, prerequisites.source);
    const asking = hopPast(hops, prerequisites.of) ?? hops.find(({ toMinor }) => toMinor === prerequisites.of);
    const tooOld = (program: string, piece: Piece<string>, wanted: string) =>
      seen(name, piece, (version) => {
        if (!isVersion(version))
          return [say('unknown', program, `It says it is “${version}”, which is no version.`, 'Look which it is.')];
        return isBefore(version, wanted)
          ? [
              say(
                asking ? 'stop' : 'warning',
                `${program} ${version}`,
                `The guide of Harbor ${prerequisites.of} asks for ${wanted} or newer.`,
                'Upgrade it first, with Harbor as it is.',
              ),
            ]
          : [];
      });
    return [
      ...tooOld('Docker', observed.docker, prerequisites.docker),
      ...tooOld('Docker Compose', observed.compose, prerequisites.compose),
    ];
  },
};
