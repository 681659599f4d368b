import { counted, durationInWords, minuteInWords, numberInWords } from '../../../chatops/format.ts';
import type { Fact, Table, Value } from '../../../chatops/report.ts';
import type { ClusterSurvey } from '../../../ports/etcd.ts';
import type { Lately } from '../../../ports/takeovers.ts';
import { leaderOf, nameOf } from '../../etcd/members.ts';
import { flappingIn } from '../leaders/flapping.ts';
import { type LeaderState, type Leadership, leaseMsOf } from '../leaders/judge-leader.ts';
import type { Candidate } from '../leaders/read-candidates.ts';
import type { Finding } from './finding.ts';
import type { ControlPlane } from './look-at-control-plane.ts';

const none = '–';

/** Who leads what, a row each; etcd last. */
export function leadersTable({ cluster, etcd, kubernetes, lately }: ControlPlane): Table {
  const rows = (kubernetes?.leaderships ?? []).map((leadership) => rowOf(leadership, lately));
  return {
    caption: `Leaders of ${cluster.name}`,
    columns: ['Component', 'Leader', 'Node', 'Since (UTC)', 'Renewed', 'Takeovers'],
    rows: [...rows, ...(etcd ? [etcdRow(etcd.survey)] : [])],
    // The holder's name says on which node it is.
    spare: ['Since (UTC)', 'Node'],
  };
}

function rowOf(leadership: Leadership, lately: Lately | undefined): readonly string[] {
  const { component, node, lock, ageMs } = leadership;
  const renewed = ageMs === undefined || lock?.holder === undefined ? none : agoInWords(ageMs);
  const since = lock?.holder === undefined ? undefined : lock.acquiredAt;
  return [component, leaderInWords(leadership), node ?? none, since ? minuteInWords(since) : none, renewed].concat(
    lock ? takeoversInWords(lock.transitions, lately && timesOf(leadership, lately)) : none,
  );
}

/** The API server tells its time to the second. */
const agoInWords = (ageMs: number): string => (ageMs < 1000 ? 'just now' : `${durationInWords(ageMs)} ago`);

const takeoversInWords = (transitions: number, times: number | undefined): string =>
  times ? `${numberInWords(transitions)} (${times} in the last hour)` : numberInWords(transitions);

const timesOf = ({ component, lock }: Leadership, { byComponent }: Lately): number =>
  byComponent.get(lock?.name ?? component) ?? 0;

function leaderInWords({ state, lock, ageMs }: Leadership): string {
  const holder = lock?.holder === undefined ? '' : shortened(lock.holder);
  const words: Readonly<Record<LeaderState, string>> = {
    leading: holder,
    late: `${holder}, late by ${durationInWords(lock && ageMs ? ageMs - leaseMsOf(lock) : 0)}`,
    lost: `nobody: ${holder} is gone`,
    released: `let go ${agoInWords(ageMs ?? 0)}`,
    vacant: ageMs === undefined ? 'nobody ever' : `nobody for ${durationInWords(ageMs)}`,
    absent: 'nothing says who',
  };
  return words[state];
}

/** 'cp-1_7d5c09a1-5286-…' -> 'cp-1_7d5c09a1': enough to tell two of one node apart. */
const shortened = (holder: string): string => holder.replace(/_([0-9a-f]{8})-[0-9a-f-]{20,}$/, '_$1');

function etcdRow({ members }: ClusterSurvey): readonly string[] {
  const leader = members.find(({ id }) => id === leaderOf(members));
  const host = URL.parse(leader?.clientUrls[0] ?? '')?.hostname ?? none;
  const term = leader?.status ? `term ${leader.status.raftTerm}` : none;
  return ['etcd', leader ? nameOf(leader) : 'nobody', host, none, none, term];
}

/** What stands beside the table: who leads in short, who may lead next, and what was left behind. */
export function leaderFacts({ kubernetes, etcd, lately }: ControlPlane): readonly Fact[] {
  const { leaderships = [], candidates = [] } = kubernetes ?? {};
  const leads = [...leaderships.map(inShort), ...(etcd ? [`etcd: ${etcdRow(etcd.survey)[1]}`] : [])];
  const legacy = leaderships.filter(({ kinds }) => kinds.some((kind) => kind !== 'Lease'));
  return [
    ...(leads.length > 0 ? [{ label: 'Leaders', value: leads.join('; '), onCard: true }] : []),
    ...legacy.map(({ component, kinds }) => ({ label: component, value: `written in its ${kinds.join(' and its ')}` })),
    ...leaderships.flatMap((leadership) => coordinated(leadership, candidates)),
    ...leaderships
      .flatMap(({ component, history }) => history.map((lock) => ({ component, lock })))
      .map(({ component, lock }) => ({
        label: 'Stale history',
        value: [
          `${component}: ${lock.kind} still names ${lock.holder ?? 'nobody'}, renewed last `,
          lock.renewedAt ? { time: lock.renewedAt.toISOString() } : 'never',
        ],
      })),
    ...(lately ? [{ label: 'Takeovers counted', value: ['since ', { time: lately.since.toISOString() }] }] : []),
  ];
}

/** 'kube-scheduler: cp-1'. Why nobody does stands in the table. */
function inShort({ component, state, node, lock }: Leadership): string {
  const leads = state === 'leading' || state === 'late';
  return `${component}: ${leads ? (node ?? shortened(lock?.holder ?? none)) : 'nobody'}`;
}

function coordinated({ component, lock }: Leadership, candidates: readonly Candidate[]): readonly Fact[] {
  if (lock?.strategy === undefined) return [];
  const own = candidates.filter(({ lease }) => lease === lock.name);
  const each = own.map(({ name, emulationVersion }) => `${shortened(name)} ${emulationVersion ?? ''}`.trim());
  const next = lock.preferredHolder ? `; is to go to ${shortened(lock.preferredHolder)}` : '';
  const from = each.length === 0 ? '' : ` from ${counted(each.length, 'candidate')}: ${each.join(', ')}`;
  return [{ label: component, value: `the API server elects (${lock.strategy})${from}${next}` }];
}

/** Those that changed hands more often than the cluster's limit allows. */
export const flappingOf = ({ cluster, lately }: Pick<ControlPlane, 'cluster' | 'lately'>): readonly string[] =>
  flappingIn(lately, cluster.takeoversPerHour ?? Number.POSITIVE_INFINITY);

/** The worst first. */
export function leaderFindings(plane: ControlPlane): readonly Finding[] {
  const leaderships = plane.kubernetes?.leaderships ?? [];
  const { takeoversPerHour: most = Number.POSITIVE_INFINITY } = plane.cluster;
  const tooOften = flappingOf(plane);
  return leaderships.flatMap((leadership) => {
    const { component, state, rivals, lock } = leadership;
    return [
      ...(state === 'lost' || state === 'vacant' ? [leaderless(leadership)] : []),
      ...(state === 'late' ? [late(leadership)] : []),
      ...(state === 'absent' ? [unwritten(component)] : []),
      ...(rivals.length > 0 ? [split(component)] : []),
      ...(tooOften.includes(lock?.name ?? component) ? [flapping(component, most)] : []),
    ];
  });
}

const leaderless = (leadership: Leadership): Finding => ({
  what: `${leadership.component} has no leader`,
  isBad: true,
  next: [...whyNot(leadership), leadership.node === undefined ? '.' : '. No other took over: look at theirs too.'],
});

/** By how much stands in the table: these words stay the same. */
const late = (leadership: Leadership): Finding => ({
  what: `the leader of ${leadership.component} is late to renew`,
  isBad: false,
  next: ['Another may take over. ', ...whyNot(leadership), '.'],
});

/** Where it ran, and how its log is found there: what is a pod of its node answers crictl, what is none journalctl. */
const whyNot = ({ component, node }: Leadership): readonly Value[] => [
  `Look at its log${node === undefined ? ' on the control-plane nodes' : ` on ${node}`}: `,
  { code: `crictl logs $(crictl ps --all --latest --quiet --name ${component})` },
  ', or ',
  { code: `journalctl --unit ${component}` },
  ' where it is no pod',
];

const unwritten = (component: string): Finding => ({
  what: `nothing says who leads ${component}`,
  isBad: false,
  next: 'Look whether it runs. With --leader-elect=false it writes nothing.',
});

const split = (component: string): Finding => ({
  what: `${component} has two leaders, one by its Lease and one by its annotation`,
  isBad: true,
  next: 'Give all its instances the same --leader-elect-resource-lock.',
});

const flapping = (component: string, most: number): Finding => ({
  what: `${component} changed hands more than ${counted(most, 'time')} within an hour`,
  isBad: false,
  next: 'A leader that cannot renew in time gives up: look at its logs, and at the latency of the API server and of etcd.',
});
