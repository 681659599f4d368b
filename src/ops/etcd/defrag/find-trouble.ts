import { numberInWords } from '../../../chatops/format.ts';
import type { ClusterSurvey, EtcdAlarm, MemberSurvey } from '../../../ports/etcd.ts';
import { entriesBehind, farBehind, leaderOf, nameOf } from '../members.ts';

/** Why nothing may be taken from a cluster now, and what to do about it, as sentences. */
export interface Trouble {
  readonly message: string;
  readonly next: string;
}

/**
 * What keeps a member of this cluster from being taken out of service for a while: one that is silent, learning or far behind, no leader, an
 * alarm other than NOSPACE. Undefined when all is well.
 */
export function findTrouble({ members, alarms, alarmsUnknown }: ClusterSurvey): Trouble | undefined {
  const troubles = [
    ...members.flatMap((member) => troubleOf(member, members) ?? []),
    ...(leaderOf(members) === undefined ? [leaderless] : []),
    ...(alarmsUnknown === undefined ? [] : [unknown(alarmsUnknown)]),
    ...alarms.filter(({ kind }) => kind !== 'NOSPACE').map((alarm) => alarmed(alarm, members)),
  ];
  const [first] = troubles;
  return first && { message: troubles.map(({ message }) => message).join('; '), next: first.next };
}

function troubleOf(member: MemberSurvey, members: readonly MemberSurvey[]): Trouble | undefined {
  const { status } = member;
  if (!status) {
    return {
      message: `${nameOf(member)} is silent: ${member.silence ?? 'it does not answer'}`,
      next: 'Bring it back, or remove it from the cluster: with one member out, no other may stand still.',
    };
  }
  if (member.isLearner || status.isLearner) {
    return {
      message: `${nameOf(member)} is a learner`,
      next: 'Wait until it has been promoted, or remove it from the cluster.',
    };
  }
  const behind = entriesBehind(status, members);
  if (behind < farBehind) return undefined;
  return {
    message: `${nameOf(member)} is ${numberInWords(behind)} entries behind`,
    next: 'Wait until it has caught up; look at its disk and its network.',
  };
}

const leaderless: Trouble = {
  message: 'it has no leader',
  next: 'Find out why first: look at the members’ logs and the network between them.',
};

const unknown = (why: string): Trouble => ({
  message: `its alarms could not be read: ${why}`,
  next: 'Ask again when the members answer.',
});

function alarmed({ kind, memberId }: EtcdAlarm, members: readonly MemberSurvey[]): Trouble {
  const member = members.find(({ id }) => id === memberId);
  return {
    message: member ? `the alarm ${kind} stands on ${nameOf(member)}` : `the alarm ${kind} stands`,
    next: 'Find the cause before anything else: the data of a member with CORRUPT may be wrong. Do not just clear the alarm.',
  };
}
