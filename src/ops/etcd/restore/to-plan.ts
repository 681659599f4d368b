import type { Plan } from '../../../chatops/plan.ts';
import type { File, Text } from '../../../chatops/report.ts';
import type { MemberSurvey } from '../../../ports/etcd.ts';
import { playbookLabel } from '../../playbook/playbook-files.ts';
import { lossesInWords } from './losses-in-words.ts';
import { hasQuorum, type Observation, pairsOf } from './observation.ts';
import { planReport } from './plan-report.ts';
import type { RestorePlan } from './plan-restore.ts';
import { planSteps } from './plan-steps.ts';

/** What was asked, and `decided` in place of all that it left open. */
export type RestorePayload = Readonly<Record<string, unknown>>;

/** A restore as other people agree to it. The bundle is the report's file. */
export function toPlan(plan: RestorePlan, payload: RestorePayload, playbook: string, bundle?: File): Plan {
  const { decided, observation } = plan;
  const { cluster } = observation;
  return {
    action: 'restore',
    target: cluster.name,
    payload: { ...payload, decided },
    observed: { ...observedIn(plan), [playbookLabel]: playbook },
    steps: planSteps(decided, cluster),
    losses: lossesInWords(plan),
    wayBack: wayBackInWords(plan),
    report: planReport(plan, bundle),
  };
}

/** Nothing in it changes while nobody does anything: neither leaders, nor revisions, nor ages, nor what a silent member was silent with. */
function observedIn({ observation, tools, found, decided }: RestorePlan): Plan['observed'] {
  const { survey } = observation;
  return {
    ...(found ? sourceIn(found) : {}),
    'Cluster id': survey?.clusterId ?? 'unknown: no member answers',
    ...termIn(observation),
    ...Object.fromEntries(pairsOf(observation).map(({ planned, live }) => [`Member ${planned.name}`, memberIn(live)])),
    ...Object.fromEntries(
      Object.entries(decided.variant === 'replace' ? {} : tools.tools).map(([name, tool]) => [
        `Tool on ${name}`,
        `${tool.path}, ${tool.version}`,
      ]),
    ),
  };
}

function sourceIn({ backup, source, revision }: NonNullable<RestorePlan['found']>): Plan['observed'] {
  return {
    Backup: backup.id,
    'Backup data': `${source.key}, ${backup.storedBytes} bytes`,
    ...(source.member === undefined ? {} : { 'File in it': source.member }),
    'SHA-256': source.sha256 ?? 'unknown: something else saved it',
    Revision: revision?.toString() ?? 'unknown',
  };
}

/** While there is no quorum members campaign, and the term rises by itself. */
function termIn({ survey }: Observation): Plan['observed'] {
  const term = survey?.members.find(({ status }) => status?.leaderId !== undefined)?.status?.raftTerm;
  return hasQuorum(survey) && term !== undefined ? { 'Leader term': term.toString() } : {};
}

function memberIn(live: MemberSurvey | undefined): string {
  if (!live) return 'not a member';
  const role = live.isLearner ? 'learner' : 'voter';
  return `${live.id}, ${role}, ${live.status?.version ?? 'does not answer'}`;
}

function wayBackInWords({ decided, observation: { cluster } }: RestorePlan): Text {
  const { restore_mark: mark, restore_dir: directory } = decided.shared;
  const { variant, isSaved } = decided;
  if (variant === 'replace') {
    return 'Until the member is taken out of the cluster: its old data directory is put back and etcd started. From then on it is a stranger with its old data, and the way is forward: it is added again. The others keep the quorum and lose nothing meanwhile.';
  }
  const withApi = decided.hosts.some(({ variables }) => variables.apiserver_service);
  const asNew = withApi
    ? 'Until API servers start, there is nothing to go back to: the new data is renamed away.'
    : 'Until etcd starts, there is nothing to go back to: the new data is renamed away.';
  const asOld = withApi
    ? `Until API servers start, the old data (before-${mark} in every data directory) is put back and everything started, as it was.`
    : `Until etcd starts, the old data (before-${mark} in every data directory) is put back and everything started, as it was.`;
  return [
    variant === 'new' ? asNew : asOld,
    `From then on the same is possible, but loses what was written to ${cluster.name} since, and what controllers did outside because of it stays done.`,
    ...(isSaved ? ['The snapshot that is taken first is one more way back, by a restore of its own.'] : []),
    ...(!isSaved && decided.copied.length > 0 ? [`A copy of the old data lies in ${directory} until the end.`] : []),
  ].join(' ');
}
