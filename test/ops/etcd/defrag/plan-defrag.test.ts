import { describe, expect, it } from 'vitest';
import { codeOf } from '../../../../src/chatops/confirmation.ts';
import { agreementOf, planDefrag } from '../../../../src/ops/etcd/defrag/plan-defrag.ts';
import type { ClusterSurvey, EtcdAlarm, MemberSurvey } from '../../../../src/ports/etcd.ts';
import { clusterOf } from '../../../fakes/cluster.ts';

interface Sketch {
  readonly name: string;
  /** MiB of the file, and of it in use. */
  readonly mib?: readonly [number, number];
  readonly behind?: bigint;
  readonly leader?: string;
  readonly term?: bigint;
  readonly isLearner?: boolean;
  readonly silence?: string;
}

const megabyte = 1024 ** 2;

function member(sketch: Sketch): MemberSurvey {
  const { name, mib = [800, 200], behind = 0n, leader = 'b', term = 2n, isLearner = false, silence } = sketch;
  const listed = { id: `id-${name}`, name, isLearner, peerUrls: [], clientUrls: [`http://${name}`] };
  if (silence !== undefined) return { ...listed, silence };
  const status = {
    ...{ endpoint: `http://${name}`, version: '3.5.21', isLearner, raftTerm: term, revision: 50n, errors: [] },
    ...{ databaseBytes: mib[0] * megabyte, inUseBytes: mib[1] * megabyte },
    ...{ raftIndex: 90_000n, appliedIndex: 90_000n - behind },
    leaderId: leader === 'nobody' ? undefined : `id-${leader}`,
  };
  return { ...listed, status };
}

const survey = (sketches: readonly Sketch[], alarms: readonly EtcdAlarm[] = []): ClusterSurvey => ({
  clusterId: 'c',
  members: sketches.map(member),
  alarms,
});

const three = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
const plan = (surveyed: ClusterSurvey) => planDefrag(clusterOf(), surveyed);
const decisions = (surveyed: ClusterSurvey) =>
  plan(surveyed).members.map(({ name, isDue, why }) => `${name}: ${isDue ? 'yes' : 'no'}, ${why}`);
const order = (surveyed: ClusterSurvey) => plan(surveyed).members.map(({ name }) => name);

describe('a member is worth defragmenting', () => {
  it.each<[string, Sketch['mib'], string]>([
    ['when much of it is free', [1_000, 400], 'yes, 60 % fragmented, 600 MiB to win'],
    ['at the thresholds exactly', [1_000, 550], 'yes, 45 % fragmented, 450 MiB to win'],
    ['not a byte below the share', [1_000, 550.001], 'no, 44 % fragmented, less than 45 %'],
    ['only when it is worth the standstill', [150, 60], 'no, 90.0 MiB to win, less than 100 MiB'],
    ['at the amount exactly', [200, 100], 'yes, 50 % fragmented, 100 MiB to win'],
    ['never when it is empty', [0, 0], 'no, 0 % fragmented, less than 45 %'],
    ['never when it says that more is in use than there is', [100, 120], 'no, 0 % fragmented, less than 45 %'],
  ])('%s', (_, mib = [0, 0], expected) => {
    expect(decisions(survey([{ name: 'a', mib, leader: 'a' }]))).toEqual([`a: ${expected}`]);
  });

  it('each by itself', () => {
    const mixed = [{ name: 'a', mib: [1_000, 900] as const }, { name: 'b' }, { name: 'c', mib: [300, 10] as const }];
    expect(decisions(survey(mixed))).toEqual([
      'a: no, 10 % fragmented, less than 45 %',
      'c: yes, 96 % fragmented, 290 MiB to win',
      'b: yes, 75 % fragmented, 600 MiB to win',
    ]);
  });

  it('whatever it says while the cluster is full, for what a compaction frees shows later', () => {
    const full = survey([{ name: 'a', mib: [800, 799], leader: 'a' }], [{ memberId: 'id-a', kind: 'NOSPACE' }]);
    expect(decisions(full)).toEqual(['a: yes, the cluster is full']);
  });
});

describe('the order of work', () => {
  it('is the followers by name, then the leader', () => {
    expect(order(survey(three))).toEqual(['a', 'c', 'b']);
  });

  it('takes numbers for numbers', () => {
    const many = ['etcd-10', 'etcd-9', 'etcd-2', 'etcd-1'].map((name) => ({ name, leader: 'etcd-2' }));
    expect(order(survey(many))).toEqual(['etcd-1', 'etcd-9', 'etcd-10', 'etcd-2']);
  });

  it('believes whoever has seen the newest election', () => {
    const moving = [{ name: 'a' }, { name: 'b' }, { name: 'c', leader: 'a', term: 3n }];
    expect(order(survey(moving))).toEqual(['b', 'c', 'a']);
  });
});

describe('refuses', () => {
  const alarm = (kind: string, memberId?: string): EtcdAlarm => ({ kind, memberId });

  it.each<[string, ClusterSurvey, string, RegExp]>([
    [
      'while a member is silent',
      survey([...three.slice(0, 2), { name: 'c', silence: 'connection refused' }]),
      'c is silent: connection refused',
      /^Bring it back/,
    ],
    ['while a member is learning', survey([...three, { name: 'd', isLearner: true }]), 'd is a learner', /^Wait until/],
    [
      'while a member is far behind',
      survey([...three, { name: 'd', behind: 5_000n }]),
      'd is 5 000 entries behind',
      /^Wait until/,
    ],
    [
      'a cluster without a leader',
      survey(three.map(({ name }) => ({ name, leader: 'nobody' }))),
      'it has no leader',
      /^Find out why/,
    ],
    [
      'a cluster whose leader is no member',
      survey(three.map(({ name }) => ({ name, leader: 'z' }))),
      'it has no leader',
      /^Find out why/,
    ],
    [
      'while data may be wrong, full or not',
      survey(three, [alarm('NOSPACE', 'id-a'), alarm('CORRUPT', 'id-c')]),
      'the alarm CORRUPT stands on c',
      /Do not just clear the alarm/,
    ],
    ['an alarm that it does not know', survey(three, [alarm('FUTURE')]), 'the alarm FUTURE stands', /^Find the cause/],
    [
      'while alarms cannot be read',
      { ...survey(three), alarmsUnknown: 'no answer in 5 s' },
      'its alarms could not be read: no answer in 5 s',
      /^Ask again/,
    ],
    [
      'for every reason there is',
      survey([
        { name: 'a', silence: 'down' },
        { name: 'b', isLearner: true },
      ]),
      'a is silent: down; b is a learner',
      /^Bring it back/,
    ],
  ])('%s', (_, surveyed, why, next) => {
    expect(() => plan(surveyed)).toThrow(
      expect.objectContaining({
        name: 'Refusal',
        message: `prod-1 is not well enough to be defragmented: ${why}`,
        next: expect.stringMatching(next),
      }),
    );
  });

  it('no single member: that writes pause is for a person to accept', () => {
    expect(order(survey([{ name: 'a', leader: 'a' }]))).toEqual(['a']);
  });
});

describe('what a person agrees to', () => {
  const codeFor = (surveyed: ClusterSurvey) => codeOf(agreementOf(plan(surveyed)));
  const agreed = codeFor(survey(three));

  it('stays the same when sizes, revisions and lags change', () => {
    const later = three.map(({ name }) => ({ name, mib: [810, 195] as const, behind: 3n }));
    expect(codeFor(survey(later))).toBe(agreed);
  });

  it.each<[string, ClusterSurvey]>([
    ['who leads', survey(three.map(({ name }) => ({ name, leader: 'c' })))],
    ['who is due', survey([{ name: 'a', mib: [800, 700] }, { name: 'b' }, { name: 'c' }])],
    ['who is there', survey(three.slice(0, 2))],
    ['whether the cluster is full', survey(three, [alarm('id-a')])],
    ['which cluster it is', { ...survey(three), clusterId: 'another' }],
  ])('is another thing when it changes %s', (_, surveyed) => {
    expect(codeFor(surveyed)).not.toBe(agreed);
  });
});

const alarm = (memberId: string): EtcdAlarm => ({ kind: 'NOSPACE', memberId });
