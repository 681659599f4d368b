import { counted } from '../../../chatops/format.ts';
import { seen } from '../../findings/finding.ts';
import { type Danger, speaker } from './danger.ts';

const name = 'contents';
const say = speaker(name);

/** What is counted before is compared after each hop: a database that came up empty shows there, if it was counted. */
export const contents: Danger = {
  name,
  look: ({ observed: { contents: piece, users, registry } }) => [
    ...seen(name, piece, ({ projects, allProjects }) => {
      if (projects === 0) {
        const next = 'Look whether the database is empty already, or the account sees nothing.';
        return [
          say('stop', registry, 'It shows no projects, so nobody could tell whether they are there afterwards.', next),
        ];
      }
      if (allProjects !== undefined && allProjects <= projects) return [];
      const next = 'Make sure that it may list all projects (project:list), or look after the others yourself.';
      // Every robot is told so: only who knows of projects that it does not see has a reason to warn.
      if (allProjects === undefined)
        return [say('note', registry, 'Projects that the account does not see are not compared.', next)];
      const unseen = counted(allProjects - projects, 'project');
      return [say('warning', registry, `There are ${unseen} more than the account sees: they are not compared.`, next)];
    }),
    ...('gap' in users
      ? [say('note', users.gap.what, 'Nobody could see it, so it is not compared afterwards.', users.gap.needs)]
      : []),
  ],
};
