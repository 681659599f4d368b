import { bytesInWords, counted } from '../../../chatops/format.ts';
import type { Fact } from '../../../chatops/report.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { ClusterSurvey, EtcdAlarm, MemberStatus, MemberSurvey, MemberVitals } from '../../../ports/etcd.ts';
import { percentInWords } from '../../etcd/defrag/plan-defrag.ts';
import { entriesBehind, farBehind, leaderOf, nameOf } from '../../etcd/members.ts';
import { nearlyFull, quotaBy, usualQuotaBytes } from '../../etcd/quota.ts';
import { clockFindings, clockInWords } from './clocks-in-words.ts';
import type { Finding } from './finding.ts';

/** What members say by gRPC, and beside it. */
export interface SeenEtcd {
  readonly survey: ClusterSurvey;
  readonly vitals: readonly MemberVitals[];
}

/** What all members have in common once, then a fact for each with what it has of its own, and one for alarms. */
export function etcdFacts({ survey, vitals }: SeenEtcd, cluster: Cluster): readonly Fact[] {
  const { members } = survey;
  const traits = new Map(
    members.flatMap(({ id, status }) => (status ? [[id, traitsOf(status, vitals, cluster)]] : [])),
  );
  const all = [...traits.values()];
  const isShared = (trait: string) => all.length > 1 && all.every((own) => own.includes(trait));
  const shared = (all[0] ?? []).filter(isShared);
  const leader = leaderOf(members);
  return [
    ...(shared.length > 0 ? [{ label: 'etcd', value: shared.join('; ') }] : []),
    ...members.map((member) => {
      const own = (traits.get(member.id) ?? []).filter((trait) => !isShared(trait));
      return { label: `Member ${nameOf(member)}`, value: memberInWords(member, { members, leader, own }) };
    }),
    { label: 'Alarms', value: alarmsInWords(survey) },
  ];
}

/** What is mostly the same of all members. */
function traitsOf(status: MemberStatus, vitals: readonly MemberVitals[], cluster: Cluster): readonly string[] {
  const own = vitalsOf(status, vitals);
  return [status.version, `term ${status.raftTerm}`, quotaInWords(quotaBy(own, cluster)), clockInWords(own)];
}

interface Beside {
  readonly members: readonly MemberSurvey[];
  readonly leader: string | undefined;
  /** What not all members have in common. */
  readonly own: readonly string[];
}

function memberInWords(member: MemberSurvey, { members, leader, own }: Beside): string {
  const { status, silence } = member;
  if (!status) return `does not answer: ${silence ?? 'it says nothing'}`;
  const { databaseBytes, inUseBytes, errors } = status;
  const free = databaseBytes > 0 ? Math.max(0, databaseBytes - inUseBytes) / databaseBytes : 0;
  return [
    roleOf(member, leader),
    ...own,
    `${counted(Number(entriesBehind(status, members)), 'entry', 'entries')} behind`,
    `${bytesInWords(databaseBytes)}, ${bytesInWords(inUseBytes)} in use (${percentInWords(free)} fragmented)`,
    ...errors.map((error) => `says: ${error}`),
  ].join('; ');
}

const vitalsOf = ({ endpoint }: MemberStatus, vitals: readonly MemberVitals[]): MemberVitals | undefined =>
  vitals.find((each) => each.endpoint === endpoint);

function quotaInWords(bytes: number | undefined): string {
  if (bytes === undefined) return `quota not told, ${bytesInWords(usualQuotaBytes)} by default`;
  return Number.isFinite(bytes) ? `quota ${bytesInWords(bytes)}` : 'no quota';
}

function roleOf({ id, isLearner, status }: MemberSurvey, leader: string | undefined): string {
  if (isLearner || status?.isLearner) return 'learner';
  return id === leader ? 'leader' : 'follower';
}

function alarmsInWords({ alarms, alarmsUnknown, members }: ClusterSurvey): string {
  if (alarmsUnknown !== undefined) return `not known: ${alarmsUnknown}`;
  return alarms.length === 0 ? 'none' : alarms.map((alarm) => alarmInWords(alarm, members)).join('; ');
}

function alarmInWords({ kind, memberId }: EtcdAlarm, members: readonly MemberSurvey[]): string {
  const member = members.find(({ id }) => id === memberId);
  return member ? `${kind} on ${nameOf(member)}` : kind;
}

/** The worst first. */
export function etcdFindings({ survey, vitals }: SeenEtcd, cluster: Cluster): readonly Finding[] {
  const { name } = cluster;
  const { members, alarms } = survey;
  const statuses = members.flatMap(({ status }) => status ?? []);
  const leaders = new Set(statuses.flatMap(({ leaderId }) => leaderId ?? []));
  const findings: Finding[] = [];
  const say = (isSo: boolean, finding: Finding) => void (isSo && findings.push(finding));
  const look = 'Look at the logs of its members and the network between them.';
  say(leaders.size === 0, { what: 'etcd has no leader', isBad: true, next: look });
  say(leaders.size > 1, { what: 'members of etcd follow different leaders', isBad: true, next: look });
  for (const alarm of alarms) {
    const next =
      alarm.kind === 'NOSPACE'
        ? ['etcd refuses every write. See what can be freed: ', { command: `defrag ${name}` }]
        : 'Find the cause before anything else: the data of a member with CORRUPT may be wrong.';
    findings.push({ what: `the alarm ${alarmInWords(alarm, members)} stands in etcd`, isBad: true, next });
  }
  for (const member of members.filter(({ status }) => !status)) {
    findings.push({
      what: `member ${nameOf(member)} of etcd does not answer`,
      isBad: false,
      next: 'Bring it back, or replace it.',
    });
  }
  for (const member of members) {
    const { status } = member;
    if (!status) continue;
    const of = `member ${nameOf(member)} of etcd`;
    const errors = status.errors.filter((error) => !(status.leaderId === undefined && /no leader/.test(error)));
    say(errors.length > 0, { what: `${of} reports errors of its own`, isBad: false, next: 'Look at its log.' });
    say(entriesBehind(status, members) >= farBehind, {
      ...{ what: `${of} is far behind`, isBad: false },
      next: 'Look at its disk and its network.',
    });
    const quotaBytes = quotaBy(vitalsOf(status, vitals), cluster);
    const quota = quotaBytes === undefined ? 'the default quota, its own is not told' : 'its quota';
    say(status.databaseBytes >= nearlyFull * (quotaBytes ?? usualQuotaBytes), {
      ...{ what: `the database of ${of} is nearly as large as ${quota}`, isBad: false },
      next: ['See what can be freed: ', { command: `defrag ${name}` }],
    });
  }
  return [...findings, ...clockFindings(survey, vitals)];
}
