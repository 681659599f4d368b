import { describe, expect, it } from 'vitest';
import { readEtcdMembers } from '../../../../../src/ops/kubernetes/upgrade/observe/etcd-members.ts';
import type { ClusterSurvey, MemberStatus, MemberSurvey } from '../../../../../src/ports/etcd.ts';
import { known } from '../observed.ts';

const status: MemberStatus = {
  ...{ endpoint: 'https://cp-1:2379', version: '3.5.33', leaderId: '1', isLearner: false, raftTerm: 2n },
  ...{ raftIndex: 10n, appliedIndex: 10n, revision: 9n, databaseBytes: 1024, inUseBytes: 512, errors: [] },
};
const member = (name: string, rest: Partial<MemberSurvey> = {}): MemberSurvey => ({
  ...{ id: `id-${name}`, name, isLearner: false, peerUrls: [], clientUrls: [], status },
  ...rest,
});
const read = (survey: Partial<ClusterSurvey>) =>
  readEtcdMembers(
    {
      survey: async () => ({ clusterId: 'c', members: [], alarms: [], ...survey }),
      vitals: async (_, endpoints) => endpoints.map((endpoint) => ({ endpoint, quotaBytes: 4096 })),
    },
    'prod-1',
    {},
  );
const { status: _, ...silent } = member('cp-2', { silence: 'connection refused' });

describe('members of etcd', () => {
  it.each<[string, Partial<ClusterSurvey>, object]>([
    [
      'well',
      { members: [member('cp-1')] },
      { name: 'cp-1', version: known('3.5.33'), alarms: known([]), databaseBytes: 1024, quotaBytes: 4096 },
    ],
    [
      'without a leader',
      { members: [member('cp-1', { status: { ...status, leaderId: undefined } })] },
      { trouble: 'it knows no leader' },
    ],
    [
      'with an error',
      { members: [member('cp-1', { status: { ...status, errors: ['NOSPACE'] } })] },
      { trouble: 'NOSPACE' },
    ],
    [
      'silent',
      { members: [silent] },
      { trouble: 'connection refused', version: { gap: { needs: 'connection refused' } } },
    ],
    ['never started', { members: [member('')] }, { name: 'id-' }],
    [
      'with its alarm',
      { members: [member('cp-1')], alarms: [{ memberId: 'id-cp-1', kind: 'CORRUPT' }] },
      { alarms: known(['CORRUPT']) },
    ],
    [
      'with one of all',
      { members: [member('cp-1')], alarms: [{ memberId: undefined, kind: 'NOSPACE' }] },
      { alarms: known(['NOSPACE']) },
    ],
    [
      'beside another’s',
      { members: [member('cp-1')], alarms: [{ memberId: 'x', kind: 'NOSPACE' }] },
      { alarms: known([]) },
    ],
    [
      'whose alarms nobody told',
      { members: [member('cp-1')], alarmsUnknown: 'timed out' },
      { alarms: { gap: { needs: 'timed out' } } },
    ],
  ])('%s', async (_what, survey, expected) => {
    expect((await read(survey))[0]).toMatchObject(expected);
  });
});
