import { counted, firstFew } from '../../../chatops/format.ts';
import { type Holdings, totalsOf } from './holdings.ts';
import { amountsInWords } from './in-words.ts';

/**
 * What is missing after an upgrade, a sentence each; empty where all is there. More than before is well: others may have pushed since. A registry that
 * held something and holds nothing has begun an empty database, which is said first.
 */
export function missingIn(before: Holdings, now: Holdings): readonly string[] {
  const was = totalsOf(before);
  const is = totalsOf(now);
  if (was.repositories > 0 && is.repositories === 0)
    return [
      `It holds no repository, and held ${counted(was.repositories, 'repository', 'repositories')}: it has begun an empty database.`,
    ];
  const there = new Map(now.projects.map((project) => [project.name, project]));
  const gone = before.projects.filter(({ name }) => !there.has(name)).map(({ name }) => name);
  const fewer = before.projects.flatMap((project) => {
    const left = there.get(project.name);
    return left ? shrunk(project, left, before.counted === now.counted) : [];
  });
  return [
    ...(gone.length > 0
      ? [`${counted(gone.length, 'project is', 'projects are')} not there any more: ${firstFew(gone)}.`]
      : []),
    ...(fewer.length > 0 ? [`There is less than before in ${firstFew(fewer)}.`] : []),
    ...(before.users !== undefined && now.users !== undefined && now.users < before.users
      ? [`${counted(before.users - now.users, 'user is', 'users are')} not there any more.`]
      : []),
  ];
}

type Project = Holdings['projects'][number];

function shrunk(before: Project, now: Project, isComparable: boolean): readonly string[] {
  const { name } = before;
  const hasFewer = now.repositories < before.repositories;
  const hasLess = isComparable && now.artifacts < before.artifacts;
  if (hasFewer && hasLess)
    return [
      `${name} (repositories: ${now.repositories}, were ${before.repositories}, and artifacts: ${now.artifacts}, were ${before.artifacts})`,
    ];
  if (hasFewer) return [`${name} (repositories: ${now.repositories}, were ${before.repositories})`];
  return hasLess ? [`${name} (artifacts: ${now.artifacts}, were ${before.artifacts})`] : [];
}

export const holdingsInWords = (holdings: Holdings): string =>
  amountsInWords({ ...totalsOf(holdings), counted: holdings.counted }, holdings.users);
