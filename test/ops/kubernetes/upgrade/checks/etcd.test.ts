import { describe, expect, it } from 'vitest';
import { etcdHealth } from '../../../../../src/ops/kubernetes/upgrade/checks/etcd-health.ts';
import { etcdVersions } from '../../../../../src/ops/kubernetes/upgrade/checks/etcd-versions.ts';
import type { EtcdMember } from '../../../../../src/ops/kubernetes/upgrade/observed.ts';
import { found, gap, known, member, says, settings, well } from '../observed.ts';

const etcd = (...versions: readonly string[]) =>
  known(versions.map((version, nth) => member(`cp-${nth + 1}`, version)));

describe('versions of etcd', () => {
  it.each<[string, readonly string[], string, string, readonly string[]]>([
    ['the last that kubeadm deployed', ['3.5.24'], '1.33.13', '1.34', ['blocker: etcd 3.5.24 (needs 3.5.32)']],
    ['the least', ['3.5.26'], '1.33.13', '1.34', ['warning: etcd 3.5 → 3.6']],
    ['what the guide asks for', ['3.5.32'], '1.33.13', '1.34', ['note: etcd 3.5 → 3.6']],
    ['one member below', ['3.5.32', '3.5.25', '3.5.32'], '1.33.13', '1.34', ['blocker: etcd 3.5.25 (needs 3.5.32)']],
    ['no new minor', ['3.5.15'], '1.31.4', '1.32', []],
    ['newer already', ['3.6.5'], '1.33.13', '1.34', []],
    ['towards 3.7', ['3.6.8'], '1.36.3', '1.37', ['blocker: etcd 3.6.8 (needs 3.6.11)']],
    ['towards 3.7, patched', ['3.6.11'], '1.36.3', '1.37', ['note: etcd 3.6 → 3.7']],
    ['a minor behind', ['3.4.27'], '1.33.13', '1.34', ['blocker: etcd 3.4.27 (needs 3.5.32)']],
    ['members apart', ['3.5.33', '3.6.5'], '1.33.13', '1.34', ['blocker: etcd', 'note: etcd 3.5 → 3.6']],
    ['corrupting', ['3.5.1'], '1.23.4', '1.24', ['blocker: etcd member cp-1']],
    ['3.4 to 3.5', ['3.4.13'], '1.21.14', '1.22', ['note: etcd 3.4 → 3.5']],
    // In a later hop etcd is what kubeadm brought before, or what it is already if that is newer.
    ['two hops on', ['3.5.15'], '1.31.4', '1.34', ['blocker: etcd 3.5.24 (needs 3.5.32)']],
    ['two hops on, patched', ['3.5.33'], '1.31.4', '1.34', ['note: etcd 3.5 → 3.6']],
    ['all the way', ['3.5.33'], '1.33.4', '1.37', ['note: etcd 3.5 → 3.6', 'blocker: etcd 3.6.8 (needs 3.6.11)']],
    ['a patch of Kubernetes', ['3.5.24'], '1.33.4', '1.33.9', []],
  ])('%s: %j from %s to %s', (_, versions, from, to, expected) => {
    expect(says(etcdVersions, well({ etcd: etcd(...versions) }), from, to)).toEqual(expected);
  });

  it('says which patch, and that kubeadm does not ask for it', () => {
    const [finding] = found(etcdVersions, well({ etcd: etcd('3.5.24') }), '1.33.13', '1.34');
    expect(finding?.evidence).toContain(
      'Its oldest member runs 3.5.24, the target brings 3.6.5, and 3.5.26 is the least for that',
    );
    expect(finding?.next).toContain('Raise every member to 3.5.32 or later of 3.5 before this hop');
    expect(finding?.source).toContain('etcd-io/etcd#20967');
  });

  it.each([
    ['1.33.13', '1.34', '3.5.33', { 'enable-v2': 'true' }, ['blocker: etcd on cp-1']],
    ['1.33.13', '1.34', '3.5.33', { 'experimental-initial-corrupt-check': 'true' }, []],
    ['1.36.3', '1.37', '3.6.11', { 'experimental-initial-corrupt-check': 'true' }, ['blocker: etcd on cp-1']],
    // By its prefix, though no row of its own names it.
    ['1.36.3', '1.37', '3.6.11', { 'experimental-something-else': 'true' }, ['blocker: etcd on cp-1']],
    // Of a minor that the hop skips too.
    [
      '1.33.13',
      '1.34',
      '3.4.27',
      { 'enable-v2': 'true' },
      ['blocker: etcd 3.4.27 (needs 3.5.32)', 'blocker: etcd on cp-1'],
    ],
    ['1.34.1', '1.35', '3.6.5', { 'experimental-initial-corrupt-check': 'true' }, []],
  ])('flags from %s to %s with etcd %s: %j', (from, to, version, flags, expected) => {
    const observed = well({
      etcd: etcd(version),
      settings: known([settings('etcd', { flags: flags as Record<string, string> })]),
    });
    expect(says(etcdVersions, observed, from, to).filter((one) => !one.startsWith('note'))).toEqual(expected);
  });

  it('is unknown where a member does not tell its version', () => {
    const observed = well({ etcd: known([{ ...member('cp-1', ''), version: gap('the version of etcd on cp-1') }]) });
    expect(says(etcdVersions, observed)).toEqual(['unknown: the version of etcd on cp-1']);
    expect(says(etcdVersions, well({ etcd: gap('etcd') }))).toEqual(['unknown: etcd']);
  });
});

describe('health of etcd', () => {
  const three = (rest: Partial<EtcdMember>) => [
    member('cp-1', '3.5.33'),
    member('cp-2', '3.5.33'),
    member('cp-3', '3.5.33'),
    { ...member('cp-4', '3.5.33'), ...rest },
  ];
  it.each<[string, readonly EtcdMember[], readonly string[]]>([
    ['all well', three({}), []],
    ['one that is not', three({ trouble: 'no leader' }), ['blocker: etcd member cp-4']],
    ['a learner', three({ isLearner: true }), ['blocker: etcd member cp-4']],
    ['an alarm', three({ alarms: known(['NOSPACE']) }), ['blocker: etcd member cp-4']],
    ['alarms not seen', three({ alarms: gap('alarms') }), ['unknown: alarms']],
    ['nearly full', three({ databaseBytes: 1900, quotaBytes: 2000 }), ['warning: etcd member cp-4']],
    ['with room', three({ databaseBytes: 1000, quotaBytes: 2000 }), []],
    ['alone', [member('cp-1', '3.5.33')], ['warning: etcd']],
  ])('%s', (_, members, expected) => {
    expect(says(etcdHealth, well({ etcd: known(members) }))).toEqual(expected);
  });

  it('is unknown where etcd is', () => {
    expect(says(etcdHealth, well({ etcd: gap('etcd') }))).toEqual(['unknown: etcd']);
  });
});
