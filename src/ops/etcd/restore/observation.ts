import type { Cluster, RestoreMember, RestoreTarget } from '../../../ports/catalogue.ts';
import type { ClusterSurvey, MemberStatus, MemberSurvey } from '../../../ports/etcd.ts';
import type { HostFacts } from './host-facts.ts';

/** What a host says of itself, or why it could not be asked. */
export type HostLook = { readonly facts: HostFacts } | { readonly silence: string };

/** All that a plan is made from, as it was found at one moment. */
export interface Observation {
  readonly cluster: Cluster;
  readonly target: RestoreTarget;
  /** Absent where no member answers. */
  readonly survey?: ClusterSurvey;
  /** Why not. */
  readonly silence?: string;
  /** By member's name; each of `target.members` has one. */
  readonly hosts: Readonly<Record<string, HostLook>>;
  readonly now: Date;
}

/** A member as it is to be, and as the cluster knows it now. */
export interface MemberPair {
  readonly planned: RestoreMember;
  readonly live: MemberSurvey | undefined;
  readonly look: HostLook;
}

export function pairsOf({ target, survey, hosts }: Observation): readonly MemberPair[] {
  return target.members.map((planned) => ({
    planned,
    live: survey?.members.find((member) => isSame(member, planned)),
    look: hosts[planned.name] ?? { silence: 'it was not asked' },
  }));
}

/** One that has never started has no name: then its peer URL tells. */
export const isSame = (member: MemberSurvey, planned: RestoreMember): boolean =>
  member.name === planned.name || member.peerUrls.some((url) => isSameUrl(url, planned.peerUrl));

/** However it is written: http://[fd00:0::1]:2380 and http://[fd00::1]:2380/ */
export const isSameUrl = (one: string, other: string): boolean => originOf(one) === originOf(other);

const originOf = (url: string): string => URL.parse(url)?.origin ?? url;

export const factsOf = (look: HostLook): HostFacts | undefined => ('facts' in look ? look.facts : undefined);

/** Members that vote and answer. */
export const answering = (survey: ClusterSurvey | undefined): readonly (MemberSurvey & { status: MemberStatus })[] =>
  (survey?.members ?? []).flatMap((member) =>
    member.status && !member.isLearner ? [{ ...member, status: member.status }] : [],
  );

/** More than half of those that vote answer, and know who leads. */
export function hasQuorum(survey: ClusterSurvey | undefined): boolean {
  const voters = survey?.members.filter((member) => !member.isLearner) ?? [];
  const present = answering(survey).filter(({ status }) => status.leaderId !== undefined);
  return present.length * 2 > voters.length;
}
