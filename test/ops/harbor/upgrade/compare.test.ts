import { expect, it } from 'vitest';
import { holdingsInWords, missingIn } from '../../../../src/ops/harbor/upgrade/compare.ts';
import type { Holdings } from '../../../../src/ops/harbor/upgrade/holdings.ts';

const project = (name: string, repositories: number, artifacts: number) => ({ name, repositories, artifacts });
const before: Holdings = {
  ...{ version: '2.10.3', counted: 'artifacts', users: 12, sample: [] },
  projects: [project('library', 3, 40), project('shop', 2, 5)],
};
const [library, shop] = before.projects;
if (!library || !shop) throw new Error('there are two');

it.each<[string, Partial<Holdings>, readonly string[]]>([
  ['the same', {}, []],
  ['more', { users: 13, projects: [project('library', 4, 41), shop, project('new', 1, 1)] }, []],
  ['a project less', { projects: [library] }, ['1 project is not there any more: shop.']],
  ['a repository less', { projects: [project('library', 2, 40), shop] }, ['library (repositories: 2, were 3)']],
  ['an artifact less', { projects: [project('library', 3, 39), shop] }, ['library (artifacts: 39, were 40)']],
  ['tags, which cannot be compared', { counted: 'tags', projects: [project('library', 3, 10), shop] }, []],
  ['two users less', { users: 10 }, ['2 users are not there any more.']],
  ['users that nobody tells', { users: undefined }, []],
  ['an empty database', { users: 0, projects: [project('library', 0, 0)] }, ['it has begun an empty database.']],
])('after an upgrade: %s', (_, changes, said) => {
  const missing = missingIn(before, { ...before, version: '2.12.4', ...changes });
  expect(missing).toHaveLength(said.length);
  for (const [nth, part] of said.entries()) expect(missing[nth]).toContain(part);
});

it('says how much there is', () => {
  expect(holdingsInWords(before)).toBe('2 projects, 5 repositories, 45 artifacts, 12 users');
  expect(holdingsInWords({ ...before, counted: 'tags', users: undefined })).toBe('2 projects, 5 repositories, 45 tags');
});
