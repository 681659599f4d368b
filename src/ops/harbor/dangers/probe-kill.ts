import { harborReleases, sourceOfDanger } from '../facts/releases.ts';
import { type Danger, speaker } from './danger.ts';

const name = 'probe-kill';
const say = speaker(name, sourceOfDanger(name));

/** Only under Kubernetes are there probes. */
export const probeKill: Danger = {
  name,
  look: ({ observed: { deployment, registry } }) =>
    deployment === 'helm'
      ? [
          say(
            'note',
            registry,
            'Its liveness probe may kill core in the midst of a long migration.',
            'Raise the limits of the startup probe, and run one core until it is done.',
          ),
          say(
            'note',
            registry,
            `${harborReleases().helm.rule}.`,
            'Upgrade it with its chart.',
            harborReleases().helm.source,
          ),
        ]
      : [],
};
