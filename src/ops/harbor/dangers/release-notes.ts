import { databaseInWords } from '../path/bundled-database.ts';
import type { Hop } from '../path/hop.ts';
import { type Danger, type Finding, speaker } from './danger.ts';

const name = 'release-notes';

/** What the releases on the way say of themselves, whatever the registry is like. */
export const releaseNotes: Danger = {
  name,
  look: ({ hops }) =>
    hops.flatMap((hop) => {
      const say = speaker(name, hop.source);
      const next = 'Plan for it.';
      return [
        ...converted(hop),
        ...hop.warnings.map((text) => say('warning', `Harbor ${hop.to}`, text, next)),
        ...hop.notes.map((text) => say('note', `Harbor ${hop.to}`, text, next)),
      ];
    }),
};

function converted({ to, database, source }: Hop): readonly Finding[] {
  if (!database?.isConverted) return [];
  const [before, after] = [databaseInWords(database.before), databaseInWords(database.after)];
  return [
    speaker(name, source)(
      'warning',
      `database of ${to}`,
      `Its first start makes ${after} of ${before}, and then removes ${database.before.directory === 'database' ? 'the old files' : database.before.directory}.`,
      'The way back is the copy that is made before.',
    ),
  ];
}
