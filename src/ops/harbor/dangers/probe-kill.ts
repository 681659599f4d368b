import { harborReleases } from '../facts/releases.ts';
import { type Danger, speaker } from './danger.ts';

const name = 'probe-kill';
const say = speaker(name);

/** Only under Kubernetes are there probes. */
export const probeKill: Danger = {
  name,
  look({ observed: { deployment, registry } }) {
    if (deployment !== 'helm') return [];
    const { rule, source } = harborReleases().helm;
    return [
      say(
        'note',
        registry,
        'Its liveness probe may kill core in the midst of a long migration.',
        'Raise the limits of the startup probe, and run one core until it is done.',
      ),
      speaker(name, source)('note', registry, `${rule}.`, 'Upgrade it with its chart.'),
    ];
  },
};
