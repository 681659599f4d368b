import { counted, listInWords } from '../../../chatops/format.ts';
import type { HarborJob } from '../../../ports/harbor.ts';
import { seen } from '../../findings/finding.ts';
import { type Danger, speaker } from './danger.ts';

const name = 'running-jobs';
const say = speaker(name);
const inWords: Readonly<Record<HarborJob['kind'], (amount: number) => string>> = {
  replication: (amount) => counted(amount, 'replication'),
  gc: (amount) => counted(amount, 'garbage collection'),
  scan: (amount) => counted(amount, 'full scan'),
};

/** They are waited for before each hop: what is cut short may leave half of its work. */
export const runningJobs: Danger = {
  name,
  look: ({ observed: { jobs } }) =>
    seen(name, jobs, (running) => {
      if (running.length === 0) return [];
      const kinds = [...new Set(running.map(({ kind }) => kind))];
      const what = kinds.map((kind) => inWords[kind](running.filter((job) => job.kind === kind).length));
      return [
        say(
          'warning',
          listInWords(what),
          'They run now, and the upgrade waits for them.',
          'Wait until they have ended, or stop them, and set schedules aside for the time.',
        ),
      ];
    }),
};
