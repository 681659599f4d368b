import type { Access } from '../chatops/access.ts';
import type { Settings } from './schema.ts';

const roles = [
  ['viewers', 'viewer'],
  ['operators', 'operator'],
  ['approvers', 'approver'],
] as const;

/** What somebody may do, by their member id and the ids of the user groups they are in. Nothing unless it is written. */
export function grantsOf(settings: Settings, userId: string, groupIds: readonly string[]): readonly Access[] {
  const belongsTo = (list: string) => {
    const people = settings.people[list];
    return (
      people !== undefined && (people.users.includes(userId) || people.groups.some((group) => groupIds.includes(group)))
    );
  };
  return Object.entries(settings.clusters).flatMap(([cluster, its]) =>
    roles.filter(([key]) => its[key].some(belongsTo)).map(([, role]) => ({ role, cluster })),
  );
}

/** Every user group that decides about anything: the ones worth asking Slack about. */
export function groupsOf(settings: Settings): readonly string[] {
  return [...new Set(Object.values(settings.people).flatMap((people) => people.groups))];
}
