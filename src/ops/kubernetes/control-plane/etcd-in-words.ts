import { bytesInWords, numberInWords } from '../../../chatops/format.ts';
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

/** A fact for each member, and one for alarms. */
export function etcdFacts({ survey, vitals }: SeenEtcd, cluster: Cluster): readonly Fact[] {
  const leader = leaderOf(survey.members);
  return [
    ...survey.members.map((member) => ({
      label: `Member ${nameOf(member)}`,
      value: member.status
        ? statusInWords(member, member.status, { survey, vitals, cluster, leader })
        : `does not answer: ${member.silence ?? 'it says nothing'}`,
    })),
    { label: 'Alarms', value: alarmsInWords(survey) },
  ];
}

interface Beside extends SeenEtcd {
  readonly cluster: Cluster;
  readonly leader: string | undefined;
}

function statusInWords(member: MemberSurvey, status: MemberStatus, beside: Beside): string {
  const { survey, vitals, cluster, leader } = beside;
  const own = vitalsOf(status, vitals);
  const { version, raftTerm, databaseBytes, inUseBytes, errors } = status;
  const free = databaseBytes > 0 ? Math.max(0, databaseBytes - inUseBytes) / databaseBytes : 0;
  return [
    `${roleOf(member, leader)}, ${version}, term ${raftTerm}`,
    `${numberInWords(entriesBehind(status, survey.members))} entries behind`,
    `${bytesInWords(databaseBytes)}, ${bytesInWords(inUseBytes)} in use (${percentInWords(free)} fragmented), ${quotaInWords(quotaBy(own, cluster))}`,
    clockInWords(own),
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
    const quota = quotaBytes === undefined ? 'the default quota, and tells no other one' : 'its quota';
    say(status.databaseBytes >= nearlyFull * (quotaBytes ?? usualQuotaBytes), {
      ...{ what: `the database of ${of} is nearly as large as ${quota}`, isBad: false },
      next: ['See what can be freed: ', { command: `defrag ${name}` }],
    });
  }
  return [...findings, ...clockFindings(survey, vitals)];
}
