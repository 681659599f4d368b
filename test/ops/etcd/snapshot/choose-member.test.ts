import { describe, expect, it } from 'vitest';
import { chooseMember, type MemberWishes } from '../../../../src/ops/etcd/snapshot/choose-member.ts';
import type { ClusterSurvey, EtcdAlarm, MemberSurvey } from '../../../../src/ports/etcd.ts';

interface Sketch {
  readonly name: string;
  readonly applied?: bigint;
  readonly leader?: string | undefined;
  readonly isLearner?: boolean;
  readonly silence?: string;
}

function member({ name, applied = 100n, leader = 'a', isLearner = false, silence }: Sketch): MemberSurvey {
  const listed = { id: name, name, isLearner, peerUrls: [], clientUrls: [`http://${name}`] };
  if (silence) return { ...listed, silence };
  const status = {
    ...{ endpoint: `http://${name}`, version: '3.5.21', isLearner, raftTerm: 2n, revision: 50n },
    ...{ databaseBytes: 1, inUseBytes: 1, errors: [], raftIndex: applied, appliedIndex: applied },
  };
  return { ...listed, status: { ...status, leaderId: leader === 'nobody' ? undefined : leader } };
}

function survey(sketches: readonly Sketch[], alarms: readonly EtcdAlarm[] = []): ClusterSurvey {
  return { clusterId: 'c', members: sketches.map(member), alarms };
}

const alarm = (memberId: string | undefined, kind = 'NOSPACE'): EtcdAlarm => ({ memberId, kind });

describe('chooseMember refuses', () => {
  it.each<[string, ClusterSurvey, MemberWishes, string]>([
    [
      'when nobody answers',
      survey([
        { name: 'a', silence: 'connection refused' },
        { name: 'b', silence: 'no answer in 5 s' },
      ]),
      {},
      'prod-1 has no member to copy from: a: connection refused; b: no answer in 5 s',
    ],
    ['learners', survey([{ name: 'a', isLearner: true }]), {}, 'prod-1 has no member to copy from: a: it is a learner'],
    [
      'members with an alarm',
      survey([{ name: 'a' }], [alarm('a')]),
      {},
      'prod-1 has no member to copy from: a: it has the alarm NOSPACE',
    ],
    [
      'everybody when the alarm is for the whole cluster',
      survey([{ name: 'a' }, { name: 'b' }], [alarm(undefined, 'CORRUPT')]),
      {},
      'prod-1 has no member to copy from: a: it has the alarm CORRUPT; b: it has the alarm CORRUPT',
    ],
    ['a name that no member has', survey([{ name: 'a' }]), { member: 'z' }, 'prod-1 has no etcd member z'],
    [
      'to take another member than the one asked for',
      survey([{ name: 'a' }, { name: 'b', silence: 'it is down' }]),
      { member: 'b' },
      'prod-1 has no member to copy from: b: it is down',
    ],
  ])('%s', (_, surveyed, wishes, message) => {
    expect(() => chooseMember('prod-1', surveyed, wishes)).toThrow(
      expect.objectContaining({ name: 'Refusal', message }),
    );
  });

  it('with a way out when an alarm is all that stands in the way', () => {
    const refused = () => chooseMember('prod-1', survey([{ name: 'a' }], [alarm('a')]));
    expect(refused).toThrow(expect.objectContaining({ next: expect.stringMatching(/add --despite-alarm/) }));
  });
});

describe('chooseMember takes', () => {
  it.each<[string, ClusterSurvey, MemberWishes, string, string]>([
    ['the only member', survey([{ name: 'a' }]), {}, 'leader', 'a: the only member'],
    [
      'a follower before the leader',
      survey([{ name: 'a' }, { name: 'b' }]),
      {},
      'follower',
      'b: a follower, up to date',
    ],
    [
      'the follower that is least behind',
      survey([{ name: 'a' }, { name: 'b', applied: 90n }, { name: 'c', applied: 99n }]),
      {},
      'follower',
      'c: a follower, 1 entry behind, the least of all followers',
    ],
    [
      'the leader before a follower far behind',
      survey([
        { name: 'a', applied: 5_000n },
        { name: 'b', applied: 10n },
      ]),
      {},
      'leader',
      'a: the leader, because no follower is fit for it',
    ],
    [
      'the leader when the followers are silent or learning',
      survey([{ name: 'a' }, { name: 'b', silence: 'down' }, { name: 'c', isLearner: true }]),
      {},
      'leader',
      'a: the leader, because no follower is fit for it',
    ],
    [
      'a member without an alarm before a better one with it',
      survey([{ name: 'a' }, { name: 'b' }], [alarm('b')]),
      {},
      'leader',
      'a: the leader, because no follower is fit for it',
    ],
    [
      'a member without an alarm even when alarms are accepted',
      survey([{ name: 'a' }, { name: 'b' }, { name: 'c', applied: 50n }], [alarm('b')]),
      { acceptAlarms: true },
      'follower',
      'c: a follower, 50 entries behind',
    ],
    [
      'one with an alarm when told to',
      survey([{ name: 'a' }], [alarm('a')]),
      { acceptAlarms: true },
      'leader',
      'a: the only member; in spite of its alarm NOSPACE',
    ],
    [
      'what there is when the cluster has no leader',
      survey([
        { name: 'a', leader: 'nobody', applied: 7n },
        { name: 'b', leader: 'nobody', applied: 9n },
      ]),
      {},
      'leaderless',
      'b: the cluster has no leader, so this is what this member knows',
    ],
    [
      'the member that was asked for',
      survey([{ name: 'a' }, { name: 'b' }]),
      { member: 'a' },
      'leader',
      'a: as asked for, the leader',
    ],
    [
      'another follower than one that failed before, and says so',
      survey([{ name: 'a' }, { name: 'b' }, { name: 'c' }]),
      { passOver: { b: 'it sent bad bytes in attempt 1' } },
      'follower',
      'c: a follower, up to date; b passed over: it sent bad bytes in attempt 1',
    ],
    [
      'the leader before followers that failed before',
      survey([{ name: 'a' }, { name: 'b' }]),
      { passOver: { b: 'it sent bad bytes in attempt 1' } },
      'leader',
      'a: the leader, because no follower is fit for it; b passed over: it sent bad bytes in attempt 1',
    ],
    [
      'the one that failed before when it is the only fit one',
      survey([{ name: 'a', silence: 'no answer' }, { name: 'b' }]),
      { passOver: { b: 'it sent bad bytes in attempt 1' } },
      'follower',
      'b: a follower, up to date; again, because no other is fit: it sent bad bytes in attempt 1',
    ],
    [
      'a member with NOSPACE before one that failed before, when told to',
      survey([{ name: 'a' }, { name: 'b' }], [alarm('a')]),
      { passOver: { b: 'it sent bad bytes in attempt 1' }, acceptAlarms: true },
      'leader',
      'a: the leader, because no follower is fit for it; in spite of its alarm NOSPACE; b passed over: it sent bad bytes in attempt 1',
    ],
    [
      'one that failed before, which is noticed, before one with CORRUPT, which may not be',
      survey([{ name: 'a' }, { name: 'b' }], [alarm('a', 'CORRUPT')]),
      { passOver: { b: 'it sent bad bytes in attempt 1' }, acceptAlarms: true },
      'follower',
      'b: a follower, up to date; again, because no other is fit: it sent bad bytes in attempt 1',
    ],
    [
      'the first by name among equals',
      survey([{ name: 'a' }, { name: 'c' }, { name: 'b' }]),
      {},
      'follower',
      'b: a follower, up to date',
    ],
  ])('%s', (_, surveyed, wishes, role, why) => {
    expect(chooseMember('prod-1', surveyed, wishes)).toMatchObject({ role, why, member: { name: why.split(':')[0] } });
  });
});
