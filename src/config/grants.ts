import type { Access } from '../chatops/access.ts';
import type { Settings } from './schema.ts';

const roles = [
  ['viewers', 'viewer'],
  ['operators', 'operator'],
  ['approvers', 'approver'],
] as const;

/** What somebody may do, by their member id and the ids of the user groups they are in. */
export type Grants = (userId: string, groupIds: readonly string[]) => readonly Access[];

/** Who may do what, by salvor.yaml. Nothing unless it is written. Built once: a thousand clusters are asked about at every command. */
export function grantsIn(settings: Settings): Grants {
  const byList = new Map<string, Access[]>(Object.keys(settings.people).map((list) => [list, []]));
  for (const [target, its] of Object.entries({ ...settings.clusters, ...settings.registries })) {
    for (const [key, role] of roles) {
      for (const list of its[key]) byList.get(list)?.push({ role, target });
    }
  }
  const lists = Object.entries(settings.people);
  return (userId, groupIds) => {
    const mine = lists.filter(
      ([, { users, groups }]) => users.includes(userId) || groups.some((one) => groupIds.includes(one)),
    );
    return mine.flatMap(([list]) => byList.get(list) ?? []);
  };
}

/** Every user group that decides about anything: the ones worth asking Slack about. */
export function groupsOf(settings: Settings): readonly string[] {
  return [...new Set(Object.values(settings.people).flatMap((people) => people.groups))];
}
