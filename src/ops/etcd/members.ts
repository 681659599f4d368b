import type { MemberStatus, MemberSurvey } from '../../ports/etcd.ts';

/** From here on etcd refuses requests: 'too many requests'. Source: etcd server/etcdserver/v3_server.go, maxGapBetweenApplyAndCommitIndex. */
export const farBehind = 5_000n;

export const nameOf = ({ name, id }: Pick<MemberSurvey, 'name' | 'id'>): string => name || id;

/** The id of whom the members follow: what the one with the newest term says. Undefined when it follows nobody. */
export function leaderOf(members: readonly MemberSurvey[]): string | undefined {
  const statuses = members.flatMap(({ status }) => status ?? []);
  const [newest] = statuses.toSorted((a, b) => Number(b.raftTerm - a.raftTerm));
  return members.find(({ id }) => id === newest?.leaderId)?.id;
}

/** Entries that were committed, by the newest index that any member told, and that this one has not applied yet. */
export function entriesBehind({ appliedIndex }: MemberStatus, members: readonly MemberSurvey[]): bigint {
  const indices = members.flatMap(({ status }) => (status ? [status.raftIndex, status.appliedIndex] : []));
  const [newest = appliedIndex] = indices.toSorted((a, b) => Number(b - a));
  return newest - appliedIndex;
}
