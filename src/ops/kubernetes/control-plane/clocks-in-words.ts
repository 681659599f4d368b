import { durationInWords } from '../../../chatops/format.ts';
import type { ClusterSurvey, MemberVitals } from '../../../ports/etcd.ts';
import { nameOf } from '../../etcd/members.ts';
import type { Finding } from './finding.ts';

/** Clocks that are nearer to each other than this are not told apart. */
const apartMs = 2_000;

type Ahead = NonNullable<MemberVitals['aheadMs']>;

interface Told {
  readonly of: string;
  readonly aheadMs: Ahead;
}

const ours: Told = { of: 'this worker', aheadMs: { atLeast: 0, atMost: 0 } };

/** By how much one is ahead of the other at least: 0 while what was heard allows that they are the same. */
function leadOf(one: Ahead, other: Ahead): number {
  if (one.atLeast > other.atMost) return one.atLeast - other.atMost;
  return one.atMost < other.atLeast ? one.atMost - other.atLeast : 0;
}

const agree = (one: Told, other: Told): boolean => Math.abs(leadOf(one.aheadMs, other.aheadMs)) < apartMs;

/** Beside this worker's own. */
export function clockInWords(vitals: MemberVitals | undefined): string {
  if (!vitals?.aheadMs) return 'clock not told';
  const { atLeast, atMost } = vitals.aheadMs;
  if (Math.abs(leadOf(vitals.aheadMs, ours.aheadMs)) < apartMs) return 'clock agrees';
  const aheadMs = Math.round((atLeast + atMost) / 2000) * 1000;
  const apart = durationInWords(Math.abs(aheadMs));
  return aheadMs > 0 ? `clock ${apart} ahead of ours` : `clock ${apart} behind ours`;
}

/** Whose clock goes otherwise than those of most, this worker's among them. */
export function clockFindings({ members }: ClusterSurvey, vitals: readonly MemberVitals[]): readonly Finding[] {
  const told = vitals.flatMap(({ endpoint, aheadMs }): readonly Told[] => {
    const member = members.find(({ status }) => status?.endpoint === endpoint);
    return member && aheadMs ? [{ of: `member ${nameOf(member)} of etcd`, aheadMs }] : [];
  });
  const all = [...told, ours];
  const right = all.find((one) => all.filter((other) => agree(one, other)).length > all.length / 2);
  if (!right) return [unclear];
  return all
    .filter((one) => !agree(one, right))
    .map((one) => ({
      what:
        leadOf(one.aheadMs, right.aheadMs) > 0 ? `the clock of ${one.of} is ahead` : `the clock of ${one.of} is behind`,
      isBad: false,
      next: one === ours ? ofWorker : ofMember,
    }));
}

const ofMember = 'Look at chrony or ntp on its host: certificates, tokens and Leases there are judged by its clock.';
const ofWorker = 'Look at chrony or ntp on its host: it judges ages, certificates and schedules by its clock.';
const unclear: Finding = {
  what: 'the clocks of etcd and of this worker differ, and nobody can say which is right',
  isBad: false,
  next: 'Look at chrony or ntp on their hosts: certificates, tokens and Leases are judged by their clocks.',
};
