import type { AskOptions, ClusterSurvey, Etcd, MemberSurvey } from '../../../../ports/etcd.ts';
import type { Piece } from '../../../findings/piece.ts';
import type { EtcdMember } from '../observed.ts';

/** Every member with its version, or why it does not tell. Throws Fault where none answers. */
export async function readEtcdMembers(
  etcd: Pick<Etcd, 'survey' | 'vitals'>,
  cluster: string,
  options: AskOptions,
): Promise<readonly EtcdMember[]> {
  const survey = await etcd.survey(cluster, options);
  const endpoints = survey.members.flatMap(({ status }) => status?.endpoint ?? []);
  const vitals = await etcd.vitals(cluster, endpoints, options);
  return survey.members.map((member) => ({
    quotaBytes: vitals.find(({ endpoint }) => endpoint === member.status?.endpoint)?.quotaBytes,
    name: member.name || member.id,
    isLearner: member.isLearner,
    alarms: alarmsOf(survey, member),
    ...said(member),
  }));
}

function said({ name, id, status, silence }: MemberSurvey): Pick<EtcdMember, 'version' | 'trouble' | 'databaseBytes'> {
  const who = name || id;
  if (!status) {
    const why = silence ?? 'it does not answer';
    return { version: { gap: { what: `the version of etcd member ${who}`, needs: why } }, trouble: why };
  }
  const errors = [...status.errors, ...(status.leaderId === undefined ? ['it knows no leader'] : [])];
  return {
    version: { known: status.version },
    databaseBytes: status.databaseBytes,
    ...(errors.length > 0 ? { trouble: errors.join('; ') } : {}),
  };
}

/** One that is for the whole cluster is every member's. */
function alarmsOf({ alarms, alarmsUnknown }: ClusterSurvey, { id }: MemberSurvey): Piece<readonly string[]> {
  if (alarmsUnknown !== undefined) return { gap: { what: 'the alarms of etcd', needs: alarmsUnknown } };
  return { known: alarms.filter(({ memberId }) => memberId === undefined || memberId === id).map(({ kind }) => kind) };
}
