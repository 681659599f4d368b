import { Refusal } from '../../../chatops/errors.ts';
import type { ClusterSurvey, MemberStatus, MemberSurvey } from '../../../ports/etcd.ts';

export interface MemberChoice {
  readonly member: MemberSurvey;
  readonly status: MemberStatus;
  /** Leaderless: the member knows no leader, so the cluster has lost its quorum. */
  readonly role: 'leader' | 'follower' | 'leaderless';
  /** Which and why, as a sentence for people. */
  readonly why: string;
}

export interface MemberWishes {
  /** By name or id: this one or none. */
  readonly member?: string | undefined;
  /** Members to take only where no other is fit, by id, each with why: 'it sent bad bytes in attempt 1'. */
  readonly passOver?: Readonly<Record<string, string>> | undefined;
  /** Copy although there are alarms, CORRUPT included. */
  readonly acceptAlarms?: boolean | undefined;
}

/** A follower further behind than this many raft entries is worse than the leader. */
const closeEntries = 1_000n;

/**
 * The member to take a snapshot from: one that answers and is no learner; without an alarm unless told; a follower that keeps up
 * before the leader, because a snapshot holds a read transaction open and the leader is busy enough; the smallest lag; then by name.
 * Throws Refusal, saying of each member why it cannot be.
 */
export function chooseMember(cluster: string, survey: ClusterSurvey, wishes: MemberWishes = {}): MemberChoice {
  const wanted = wishes.member === undefined ? survey.members : membersNamed(cluster, survey, wishes.member);
  const newest = newestIndex(survey);
  const judged = wanted.map((member) => judge(member, survey, wishes, newest));
  const [best, ...others] = judged.filter((each) => 'fitness' in each).toSorted(byFitness);
  if (!best)
    throw nobody(
      cluster,
      judged.filter((each) => 'obstacle' in each),
    );
  const { member, status, role } = best;
  return { member, status, role, why: sentence(best, others, survey, wishes) };
}

interface Candidate {
  readonly member: MemberSurvey;
  readonly status: MemberStatus;
  readonly role: MemberChoice['role'];
  readonly lag: bigint;
  readonly alarms: readonly string[];
  /** Less is fitter; compared number by number. */
  readonly fitness: readonly number[];
}

interface Unfit {
  readonly member: MemberSurvey;
  readonly obstacle: string;
  readonly isAlarm: boolean;
}

function membersNamed(cluster: string, survey: ClusterSurvey, name: string): readonly MemberSurvey[] {
  const named = survey.members.filter((member) => member.name === name || member.id === name);
  if (named.length > 0) return named;
  const known = survey.members.map((member) => member.name || member.id).join(', ');
  throw new Refusal(`${cluster} has no etcd member ${name}`, `Its members are ${known}.`);
}

function newestIndex(survey: ClusterSurvey): bigint {
  const indices = survey.members.flatMap(({ status }) => (status ? [status.raftIndex, status.appliedIndex] : []));
  return indices.toSorted((a, b) => Number(b - a))[0] ?? 0n;
}

function judge(member: MemberSurvey, survey: ClusterSurvey, wishes: MemberWishes, newest: bigint): Candidate | Unfit {
  const { status } = member;
  if (!status) return { member, obstacle: member.silence ?? 'it does not answer', isAlarm: false };
  if (member.isLearner || status.isLearner) return { member, obstacle: 'it is a learner', isAlarm: false };
  const alarms = alarmsOf(member, survey);
  if (alarms.length > 0 && !wishes.acceptAlarms) {
    return { member, obstacle: `it has the alarm ${alarms.join(' and ')}`, isAlarm: true };
  }
  const role = roleOf(member, status);
  const lag = newest - status.appliedIndex;
  const isPassedOver = Object.hasOwn(wishes.passOver ?? {}, member.id);
  const fitness = [
    // A bad copy is noticed; a copy of the wrong data, which such a member may give, is not.
    alarms.includes('CORRUPT') ? 1 : 0,
    isPassedOver ? 1 : 0,
    alarms.length,
    lag > closeEntries ? 1 : 0,
    role === 'follower' ? 0 : 1,
    Number(lag),
  ];
  return { member, status, role, lag, alarms, fitness };
}

function alarmsOf(member: MemberSurvey, survey: ClusterSurvey): readonly string[] {
  const own = survey.alarms.filter((alarm) => alarm.memberId === undefined || alarm.memberId === member.id);
  return [...new Set(own.map((alarm) => alarm.kind))];
}

function roleOf(member: MemberSurvey, status: MemberStatus): MemberChoice['role'] {
  if (status.leaderId === undefined) return 'leaderless';
  return status.leaderId === member.id ? 'leader' : 'follower';
}

function byFitness(a: Candidate, b: Candidate): number {
  for (const [index, value] of a.fitness.entries()) {
    const difference = value - (b.fitness[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.member.name.localeCompare(b.member.name);
}

function sentence(best: Candidate, others: readonly Candidate[], survey: ClusterSurvey, wishes: MemberWishes): string {
  const name = best.member.name || best.member.id;
  const alarms = best.alarms.length > 0 ? `; in spite of its alarm ${best.alarms.join(' and ')}` : '';
  return `${name}: ${reason(best, others, survey, wishes)}${alarms}${passedOver(best, others, wishes)}`;
}

function passedOver(best: Candidate, others: readonly Candidate[], { passOver = {} }: MemberWishes): string {
  if (Object.hasOwn(passOver, best.member.id)) return `; again, because no other is fit: ${passOver[best.member.id]}`;
  const said = others.flatMap(({ member }) =>
    Object.hasOwn(passOver, member.id) ? [`; ${member.name || member.id} passed over: ${passOver[member.id]}`] : [],
  );
  return said.join('');
}

function reason(best: Candidate, others: readonly Candidate[], survey: ClusterSurvey, wishes: MemberWishes): string {
  const behind = best.lag === 0n ? 'up to date' : `${best.lag} ${best.lag === 1n ? 'entry' : 'entries'} behind`;
  const asked = wishes.member === undefined ? '' : 'as asked for, ';
  if (best.role === 'leaderless') return `${asked}the cluster has no leader, so this is what this member knows`;
  if (best.role === 'follower') {
    const followers = others.filter((other) => other.role === 'follower');
    const isLeast = best.lag > 0n && followers.length > 0 && followers.every((other) => other.lag >= best.lag);
    return `${asked}a follower, ${behind}${isLeast ? ', the least of all followers' : ''}`;
  }
  if (survey.members.length === 1) return `${asked}the only member`;
  return asked ? `${asked}the leader` : 'the leader, because no follower is fit for it';
}

function nobody(cluster: string, unfit: readonly Unfit[]): Refusal {
  const reasons = unfit.map(({ member, obstacle }) => `${member.name || member.id}: ${obstacle}`).join('; ');
  const message = `${cluster} has no member to copy from: ${reasons}`;
  if (!unfit.some((each) => each.isAlarm)) return new Refusal(message, 'Bring a voting member back first.');
  return new Refusal(
    message,
    'Clear the alarm first, or add --despite-alarm; a member with CORRUPT may give a wrong copy.',
  );
}
