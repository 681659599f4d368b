import { Refusal } from '../../../chatops/errors.ts';
import { bytesInWords } from '../../../chatops/format.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { ClusterSurvey, EtcdAlarm, MemberStatus, MemberSurvey } from '../../../ports/etcd.ts';
import { leaderOf, nameOf } from '../members.ts';
import { findTrouble } from './find-trouble.ts';

/** What is to be done to a cluster, member by member. */
export interface DefragPlan {
  readonly cluster: string;
  readonly clusterId: string;
  /** The standing NOSPACE alarms: with one, every write is refused. */
  readonly alarms: readonly EtcdAlarm[];
  /** All of them, in the order of work: followers by name, the leader last. */
  readonly members: readonly MemberPlan[];
}

export interface MemberPlan {
  readonly id: string;
  readonly name: string;
  readonly endpoint: string;
  readonly role: 'follower' | 'leader';
  readonly databaseBytes: number;
  readonly inUseBytes: number;
  /** What of the file is free: about what defragmenting wins. */
  readonly fragmentedBytes: number;
  /** Of the file, from 0 to 1. */
  readonly fragmentedShare: number;
  readonly revision: bigint;
  readonly isDue: boolean;
  /** Why it is to be defragmented, or why not, for people. */
  readonly why: string;
}

/**
 * Decides which members are worth defragmenting: those of which a large enough share and amount is free, or all of them while NOSPACE stands,
 * since what a compaction will free shows only after it. Throws Refusal when the cluster is not well enough for a member to stand still.
 */
export function planDefrag(cluster: Cluster, survey: ClusterSurvey): DefragPlan {
  const trouble = findTrouble(survey);
  if (trouble) {
    throw new Refusal(`${cluster.name} is not well enough to be defragmented: ${trouble.message}`, trouble.next);
  }
  const alarms = survey.alarms.filter(({ kind }) => kind === 'NOSPACE');
  const leader = leaderOf(survey.members);
  const members = survey.members
    .flatMap((member) => (member.status ? [planMember(member, member.status, leader)] : []))
    .map((member) => ({ ...member, ...decide(member, cluster.defrag, alarms.length > 0) }))
    .toSorted(byTurn);
  return { cluster: cluster.name, clusterId: survey.clusterId, alarms, members };
}

export const isFull = (plan: DefragPlan): boolean => plan.alarms.length > 0;

export const dueOf = (plan: DefragPlan): readonly MemberPlan[] => plan.members.filter(({ isDue }) => isDue);

/** What a person agrees to: who, in which order, and who is left alone. Sizes change every second and are no part of it. */
export function agreementOf(plan: DefragPlan) {
  const members = plan.members.map(({ id, role, isDue }) => ({ id, role, isDue }));
  return { cluster: plan.cluster, clusterId: plan.clusterId, isFull: isFull(plan), members };
}

type Sized = Omit<MemberPlan, 'isDue' | 'why'>;

function planMember(member: MemberSurvey, status: MemberStatus, leader: string | undefined): Sized {
  const { endpoint, databaseBytes, inUseBytes, revision } = status;
  const fragmentedBytes = Math.max(0, databaseBytes - inUseBytes);
  return {
    ...{ id: member.id, name: nameOf(member), endpoint, databaseBytes, inUseBytes, fragmentedBytes, revision },
    role: member.id === leader ? 'leader' : 'follower',
    fragmentedShare: databaseBytes > 0 ? fragmentedBytes / databaseBytes : 0,
  };
}

function decide(
  { fragmentedBytes, fragmentedShare }: Sized,
  least: Cluster['defrag'],
  isFull: boolean,
): Pick<MemberPlan, 'isDue' | 'why'> {
  if (isFull) return { isDue: true, why: 'the cluster is full' };
  const share = percentInWords(fragmentedShare);
  if (fragmentedShare < least.fragmentedShare) {
    return { isDue: false, why: `${share} fragmented, less than ${percentInWords(least.fragmentedShare)}` };
  }
  const amount = bytesInWords(fragmentedBytes);
  if (fragmentedBytes < least.fragmentedBytes) {
    return { isDue: false, why: `${amount} to win, less than ${bytesInWords(least.fragmentedBytes)}` };
  }
  return { isDue: true, why: `${share} fragmented, ${amount} to win` };
}

/** A leader that stands still makes the whole cluster wait, and may lose its office: its turn comes when all else is done. */
function byTurn(a: MemberPlan, b: MemberPlan): number {
  if (a.role !== b.role) return a.role === 'leader' ? 1 : -1;
  return a.name.localeCompare(b.name, 'en', { numeric: true });
}

/** Rounded down: what does not reach a threshold must not look as if it did. */
export const percentInWords = (share: number): string => `${Math.floor(share * 100)} %`;
