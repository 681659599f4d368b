import type { Fault } from '../../../chatops/errors.ts';
import { firstFew } from '../../../chatops/format.ts';
import type { Fact, Report } from '../../../chatops/report.ts';
import { leaderOf, nameOf } from '../../etcd/members.ts';
import type { Gap } from '../gap.ts';
import { components } from '../leaders/election-facts.ts';
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
    ...silences(plane),
    ...leaderFindings(plane),
    ...(etcd ? etcdFindings(etcd, cluster) : []),
    ...(kubernetes ? kubernetesFindings(kubernetes) : []),
    ...certificateFindings(certificates),
  ];
  const [worst, ...others] = [...findings.filter(({ isBad }) => isBad), ...findings.filter(({ isBad }) => !isBad)];
  const table = leadersTable(plane);
  return {
    ...headOf(plane, worst),
    ...(others.length > 0 ? { text: `Also: ${firstFew(others.map(({ what }) => what))}.` } : {}),
    facts: [
      ...(kubernetes ? kubernetesFacts(kubernetes) : []),
      ...(cluster.hasKubernetes ? [] : [{ label: 'Kubernetes', value: 'has no kubeconfig in salvor.yaml' }]),
      ...leaderFacts(plane),
      ...(etcd ? etcdFacts(etcd, cluster) : []),
      ...certificateFacts(certificates),
      ...gaps.map(unknownFact),
    ],
    ...(table.rows.length > 0 ? { table } : {}),
    measures: measuresOf(plane),
  };
}

/** With what to do about it: the title may be of something worse. */
const unknownFact = ({ what, fault }: Gap): Fact => ({
  label: 'Not known',
  value: `${what}: ${[fault.message, fault.next ?? ''].join(' ').trim()}`,
});

function headOf(plane: ControlPlane, worst: Finding | undefined): Pick<Report, 'tone' | 'title' | 'next'> {
  const { cluster, gaps } = plane;
  if (worst)
    return { tone: worst.isBad ? 'bad' : 'warning', title: `${cluster.name}: ${worst.what}`, next: worst.next };
  const [gap] = gaps;
  const good = `${cluster.name}: all that must be led has its leader`;
  if (!gap) return { tone: 'good', title: good };
  const unknown = gaps.length === 1 ? 'one thing is not known' : `${gaps.length} things are not known`;
  const next = new Set(gaps.flatMap(({ fault }) => fault.next ?? []));
  return {
    tone: 'warning',
    title: isLedKnown(plane) ? `${good}; ${unknown}` : `${cluster.name}: nobody knows ${gap.what}`,
    ...(next.size === 0 ? {} : { next: [...next].join(' ') }),
  };
}

/** Whether who leads was seen of all that must be led. */
function isLedKnown({ cluster, etcd, kubernetes }: ControlPlane): boolean {
  const seen = kubernetes?.leaderships?.map(({ component }) => component) ?? [];
  const expected = cluster.hasKubernetes ? components.filter(({ isExpected }) => isExpected) : [];
  return etcd !== undefined && expected.every(({ name }) => seen.includes(name));
}

/** A right or a setting that is missing says nothing of the cluster; that nobody answers does. */
function silences(plane: ControlPlane): readonly Finding[] {
  const silent = plane.gaps.filter(({ fault }) => fault.retryable);
  return silent.map(({ what, fault }) => ({
    what: withoutApiServer(plane, fault) ?? `nobody could find out ${what}`,
    isBad: true,
    next: fault.next ?? 'Look whether it runs.',
  }));
}

/** Of an API server that says nothing at all. */
const unheard: Readonly<Record<string, string>> = {
  KUBERNETES_UNREACHABLE: 'the API server cannot be reached',
  KUBERNETES_TIMEOUT: 'the API server does not answer',
};

/** Whether etcd behind it is well says where to look next. */
function withoutApiServer(
  { cluster, kubernetes, etcd, certificates }: ControlPlane,
  { code }: Fault,
): string | undefined {
  const words = kubernetes ? undefined : unheard[code];
  if (words === undefined || !etcd) return words;
  const leader = etcd.survey.members.find(({ id }) => id === leaderOf(etcd.survey.members));
  const isWell = etcdFindings(etcd, cluster).length === 0 && certificateFindings(certificates).length === 0;
  return leader && isWell ? `${words}; etcd is well, led by ${nameOf(leader)}` : words;
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
