import type { Finding } from './cross-checks.ts';
import type { Outline, TargetOutline } from './outline.ts';
import type { Path } from './problems.ts';

export function stepUp({ approval }: TargetOutline, { oidc }: Outline, path: Path): readonly Finding[] {
  if (!approval?.stepUp || oidc) return [];
  return [{ path, expected: 'must not be true without oidc: nobody could prove who they are' }];
}

/** Who belongs to a user group only Slack knows: there nothing can be counted. `what` is what takes their votes. */
export function approvers(
  target: TargetOutline,
  what: string,
  { people = {}, oidc }: Outline,
  path: Path,
): readonly Finding[] {
  const names = target.approvers ?? [];
  if (names.length === 0) return [{ path, expected: `must name at least one list: nobody could approve ${what}` }];
  const lists = names.map((name) => (name !== undefined && Object.hasOwn(people, name) ? people[name] : undefined));
  if (lists.some((list) => list === undefined || (list.groups ?? []).length > 0)) return [];
  const provable = target.approval?.stepUp && oidc?.people ? new Set(Object.values(oidc.people)) : undefined;
  const users = lists.flatMap((list) => list?.users ?? []).filter((user) => provable?.has(user) !== false);
  const known = new Set(users).size;
  const votes = target.approval?.votes ?? (target.environment === 'production' ? 2 : 1);
  if (known >= votes) return [];
  const who = provable ? ' who can prove who they are under oidc' : '';
  const so = `${what} needs ${votes} ${votes === 1 ? 'vote' : 'votes'} of other people than the one who asks`;
  return [{ path, expected: `must have at least ${votes} people${who}: ${so}` }];
}
