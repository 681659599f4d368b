import { firstFew } from '../../../chatops/format.ts';
import type { Report } from '../../../chatops/report.ts';
import type { Gap } from '../gap.ts';
import { kubernetesFacts, kubernetesFindings } from './api-servers-in-words.ts';
import { certificateFacts, certificateFindings, daysLeft } from './certificates-in-words.ts';
import { etcdFacts, etcdFindings } from './etcd-in-words.ts';
import type { Finding } from './finding.ts';
import { flappingOf, leaderFacts, leaderFindings, leadersTable } from './leaders-in-words.ts';
import type { ControlPlane } from './look-at-control-plane.ts';

/** Who leads and how its control plane is: the worst in the title, what nobody knows named beside what is known. */
export function leadersReport(plane: ControlPlane): Report {
  const { cluster, etcd, kubernetes, gaps } = plane;
  const certificates = certificatesOf(plane);
  const findings = [
    ...silences(gaps),
    ...leaderFindings(plane),
    ...(etcd ? etcdFindings(etcd, cluster) : []),
    ...(kubernetes ? kubernetesFindings(kubernetes) : []),
    ...certificateFindings(certificates),
  ];
  const [worst, ...others] = [...findings.filter(({ isBad }) => isBad), ...findings.filter(({ isBad }) => !isBad)];
  const table = leadersTable(plane);
  return {
    ...headOf(cluster.name, worst, gaps),
    ...(others.length > 0 ? { text: `Also: ${firstFew(others.map(({ what }) => what))}.` } : {}),
    facts: [
      ...(kubernetes ? kubernetesFacts(kubernetes) : []),
      ...(cluster.hasKubernetes ? [] : [{ label: 'Kubernetes', value: 'has no kubeconfig in salvor.yaml' }]),
      ...leaderFacts(plane),
      ...(etcd ? etcdFacts(etcd, cluster) : []),
      ...certificateFacts(certificates),
      ...gaps.map(({ what, fault }) => ({ label: 'Not known', value: `${what}: ${fault.message}` })),
    ],
    ...(table.rows.length > 0 ? { table } : {}),
    measures: measuresOf(plane),
  };
}

function headOf(
  name: string,
  worst: Finding | undefined,
  gaps: readonly Gap[],
): Pick<Report, 'tone' | 'title' | 'next'> {
  if (worst) return { tone: worst.isBad ? 'bad' : 'warning', title: `${name}: ${worst.what}`, next: worst.next };
  const [gap] = gaps;
  if (!gap) return { tone: 'good', title: `${name}: all that must be led has its leader` };
  const title = `${name}: nothing bad was found, but nobody knows ${gap.what}`;
  return { tone: 'warning', title, ...(gap.fault.next === undefined ? {} : { next: gap.fault.next }) };
}

/** A right or a setting that is missing says nothing of the cluster; that nobody answers does. */
function silences(gaps: readonly Gap[]): readonly Finding[] {
  const silent = gaps.filter(({ fault }) => fault.retryable);
  return silent.map(({ what, fault }) => ({
    what: `nobody could find out ${what}`,
    isBad: true,
    next: fault.next ?? 'Look whether it runs.',
  }));
}

const certificatesOf = ({ kubernetes, certificates }: ControlPlane) => [
  ...(kubernetes?.certificates ?? []),
  ...certificates,
];

/** What could not be read is not measured. */
function measuresOf(plane: ControlPlane): Record<string, number> {
  const { cluster, kubernetes, etcd, lately } = plane;
  const days = certificatesOf(plane).map(daysLeft);
  const { leaderships, apiServers = [] } = kubernetes ?? {};
  const leaderless = leaderships?.filter(({ state }) => state === 'lost' || state === 'vacant').length;
  const takeovers = lately && [...lately.byComponent.values()].reduce((sum, one) => sum + one, 0);
  return {
    ...(leaderless === undefined ? {} : { leaderlessComponents: leaderless }),
    ...(cluster.hasKubernetes ? { unwatched: lately ? 0 : 1 } : {}),
    ...(takeovers === undefined ? {} : { takeoversLastHour: takeovers }),
    ...(lately ? { flappingComponents: flappingOf(plane).length } : {}),
    ...(apiServers.length === 0 ? {} : { apiServersAlive: apiServers.filter(({ isAlive }) => isAlive).length }),
    ...(days.length === 0 ? {} : { certificateDaysLeft: Math.min(...days) }),
    ...(etcd ? { etcdMembersSilent: etcd.survey.members.filter(({ status }) => !status).length } : {}),
  };
}
