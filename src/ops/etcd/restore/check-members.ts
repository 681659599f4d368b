import { counted } from '../../../chatops/format.ts';
import type { Table } from '../../../chatops/report.ts';
import type { MemberSurvey } from '../../../ports/etcd.ts';
import { isSame, isSameUrl, type MemberPair, type Observation, pairsOf } from './observation.ts';

/**
 * Where salvor.yaml and the cluster do not mean the same members, a sentence each. A member that is there and not planned would go on serving what
 * was before, among the new ones.
 */
export function checkMembers(observation: Observation): readonly string[] {
  const { survey, target, cluster } = observation;
  const strangers = (survey?.members ?? []).filter(
    (member) => !target.members.some((planned) => isSame(member, planned)),
  );
  return [
    ...strangers.map(
      (member) =>
        `${nameOf(member)} is a ${member.isLearner ? 'learner' : 'member'} of ${cluster.name} now and not among restore.members in salvor.yaml: add it there, or take it out of the cluster.`,
    ),
    ...pairsOf(observation).flatMap(otherName),
  ];
}

function otherName({ planned, live }: MemberPair): readonly string[] {
  if (!live || live.name === '' || live.name === planned.name) return [];
  return [
    `${planned.peerUrl} is called ${live.name} now, and ${planned.name} in salvor.yaml: give it etcd's --name there.`,
  ];
}

const nameOf = ({ name, id, peerUrls }: MemberSurvey): string => name || `${peerUrls[0] ?? id} (never started)`;

/** Members as they are and as they will be. */
export function membersTable(observation: Observation): Table {
  const rows = pairsOf(observation).map(({ planned, live }) => [
    planned.name,
    planned.host,
    stateOf(live),
    'voter',
    planned.peerUrl,
  ]);
  return { caption: 'Members', columns: ['Member', 'Host', 'Now', 'Planned', 'Peer URL'], rows };
}

function stateOf(live: MemberSurvey | undefined): string {
  if (!live) return 'not a member';
  const { status, isLearner, id } = live;
  if (!status) return 'does not answer';
  const role = isLearner ? 'learner' : status.leaderId === id ? 'leader' : status.leaderId ? 'follower' : 'no leader';
  return `${role}, ${status.version}`;
}

/** What is to be known of the members as they are planned, a sentence each. */
export function remarksOnMembers(observation: Observation): readonly string[] {
  const pairs = pairsOf(observation);
  const said: string[] = [];
  if (pairs.length % 2 === 0) {
    said.push(`${counted(pairs.length, 'member')} bear the loss of no more of them than ${pairs.length - 1} do.`);
  }
  for (const { planned, live } of pairs) {
    if (!live && observation.survey) said.push(`${planned.name} is not a member now, and will be one.`);
    if (live?.isLearner) said.push(`${planned.name} is a learner now, and will vote.`);
    if (live && !live.peerUrls.some((url) => isSameUrl(url, planned.peerUrl))) {
      said.push(`${planned.name} has the peer URL ${live.peerUrls.join(', ')} now, and will have ${planned.peerUrl}.`);
    }
  }
  return said;
}
