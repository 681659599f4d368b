import type { IMember, IStatusResponse } from 'etcd3';
import { Fault } from '../../chatops/errors.ts';
import type { ClusterSurvey, EtcdAlarm, MemberStatus, MemberSurvey } from '../../ports/etcd.ts';
import { fault } from './faults.ts';
import type { Members } from './members.ts';

/** Asks everybody at once: what a silent member costs is one timeout, not one each. */
export async function surveyCluster(
  members: Members,
  endpoints: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ClusterSurvey> {
  const [list, ...answers] = await Promise.all([
    listMembers(members, endpoints, signal),
    ...endpoints.map((endpoint) => askStatus(members, endpoint, signal)),
  ]);
  const known = new Set(answers.map((answer) => answer.memberId));
  const others = list.members.filter((member) => !known.has(member.id) && member.clientUrls.length > 0);
  const found = await Promise.all(others.map((member) => askAdvertised(members, member, endpoints, answers, signal)));
  const asked = list.members.map((member) => describe(member, [...answers, ...found]));
  return { clusterId: list.clusterId, members: byName(asked), ...(await askAlarms(members, asked, signal)) };
}

/** A member's answer, or why there was none. Which member it was is known only from its answer. */
interface Answer {
  readonly endpoint: string;
  readonly memberId?: string;
  readonly status?: MemberStatus;
  readonly silence?: string;
}

async function askStatus(members: Members, endpoint: string, signal: AbortSignal | undefined): Promise<Answer> {
  try {
    const answer = await members.ask(
      endpoint,
      { operation: 'status', call: (client, options) => client.maintenance.status(options) },
      signal,
    );
    return { endpoint, memberId: hexadecimal(answer.header.member_id), status: statusOf(endpoint, answer) };
  } catch (error) {
    signal?.throwIfAborted();
    return { endpoint, silence: sentenceOf(error) };
  }
}

async function listMembers(members: Members, endpoints: readonly string[], signal: AbortSignal | undefined) {
  const ask = (endpoint: string) =>
    members.ask(
      endpoint,
      // From the member's own knowledge: a cluster without a quorum is the one to survey.
      { operation: 'members', call: (client, options) => client.cluster.memberList({ linearizable: false }, options) },
      signal,
    );
  try {
    const list = await Promise.any(endpoints.map(ask));
    return { clusterId: hexadecimal(list.header.cluster_id), members: list.members.map(memberOf) };
  } catch (error) {
    signal?.throwIfAborted();
    throw mostTelling(error, endpoints);
  }
}

/** Only at URLs of the scheme we were told to use: a cluster must not talk us into sending a password in clear. */
async function askAdvertised(
  members: Members,
  member: Listed,
  endpoints: readonly string[],
  answers: readonly Answer[],
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const scheme = endpoints[0]?.split(':')[0];
  const asked = answers.find((answer) => member.clientUrls.includes(answer.endpoint));
  if (asked) return { ...asked, memberId: member.id };
  const url = member.clientUrls.find((each) => each.startsWith(`${scheme}:`));
  if (!url) return { endpoint: '', memberId: member.id, silence: `It advertises no ${scheme} URL` };
  return { ...(await askStatus(members, url, signal)), memberId: member.id };
}

type Listed = Omit<MemberSurvey, 'status' | 'silence'>;

function memberOf(member: IMember): Listed {
  return {
    id: hexadecimal(member.ID),
    name: member.name,
    isLearner: member.isLearner,
    peerUrls: member.peerURLs,
    clientUrls: member.clientURLs,
  };
}

function describe(member: Listed, answers: readonly Answer[]): MemberSurvey {
  const own = answers.filter((answer) => answer.memberId === member.id);
  const status = own.find((answer) => answer.status)?.status;
  if (status) return { ...member, status };
  return { ...member, silence: own[0]?.silence ?? 'It has not started yet: it advertises no client URL' };
}

function statusOf(endpoint: string, answer: IStatusResponse): MemberStatus {
  return {
    endpoint,
    version: answer.version,
    leaderId: answer.leader === '0' ? undefined : hexadecimal(answer.leader),
    isLearner: answer.isLearner,
    raftTerm: BigInt(answer.raftTerm),
    raftIndex: BigInt(answer.raftIndex),
    // Before 3.4 a member says neither of the two that follow.
    appliedIndex: BigInt(answer.raftAppliedIndex === '0' ? answer.raftIndex : answer.raftAppliedIndex),
    inUseBytes: Number(answer.dbSizeInUse === '0' ? answer.dbSize : answer.dbSizeInUse),
    databaseBytes: Number(answer.dbSize),
    revision: BigInt(answer.header.revision),
    errors: answer.errors,
  };
}

/** Alarms go through raft even to be read, so they are asked of one member, and of none while there is no leader. */
async function askAlarms(
  members: Members,
  surveyed: readonly MemberSurvey[],
  signal: AbortSignal | undefined,
): Promise<{ readonly alarms: readonly EtcdAlarm[]; readonly alarmsUnknown?: string }> {
  let alarmsUnknown = 'No member knows a leader, without whom alarms cannot be read';
  for (const { status } of surveyed) {
    if (!status?.leaderId) continue;
    try {
      const answer = await members.ask(
        status.endpoint,
        { operation: 'alarms', call: (client, options) => client.maintenance.alarm({ action: 'Get' }, options) },
        signal,
      );
      return { alarms: answer.alarms.map(alarmOf) };
    } catch (error) {
      signal?.throwIfAborted();
      alarmsUnknown = sentenceOf(error);
    }
  }
  return { alarms: [], alarmsUnknown };
}

function alarmOf({ memberID, alarm }: { readonly memberID: string; readonly alarm: string }): EtcdAlarm {
  return { memberId: memberID === '0' ? undefined : hexadecimal(memberID), kind: alarm.toUpperCase() };
}

/** When nobody answered: a wrong certificate or password says more than a refused connection. */
function mostTelling(error: unknown, endpoints: readonly string[]): unknown {
  const faults = error instanceof AggregateError ? error.errors.filter((each) => each instanceof Fault) : [];
  const [first] = faults;
  if (!first) return error;
  const telling = faults.find((each) => each.code !== 'ETCD_UNREACHABLE' && each.code !== 'ETCD_TIMEOUT');
  if (telling || endpoints.length === 1) return telling ?? first;
  return fault('survey', first.code, `None of ${endpoints.join(', ')} answered: ${first.message}`, first.retryable, {
    next: 'Check that the members run and that this worker may connect to them.',
    cause: error,
  });
}

const byName = (members: readonly MemberSurvey[]) => members.toSorted((a, b) => a.name.localeCompare(b.name));

/** etcd3 gives 64-bit numbers as decimal strings; people know members by what etcdctl prints. */
const hexadecimal = (decimal: string): string => BigInt(decimal).toString(16);

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
