import { Refusal } from '../../../chatops/errors.ts';
import { counted } from '../../../chatops/format.ts';
import type { Text } from '../../../chatops/report.ts';
import type { LostMember, Variant } from './decided.ts';
import { plain } from './inventory.ts';
import { answering, factsOf, hasQuorum, type MemberPair, type Observation, pairsOf } from './observation.ts';

export interface VariantChoice {
  readonly variant: Variant;
  /** Which and why, as sentences. */
  readonly why: string;
  /** What could be done instead, where that loses less. */
  readonly instead?: Text;
  /** Of 'rescue': whose data it is. */
  readonly survivor?: string;
  /** Of 'replace'. */
  readonly lost: readonly LostMember[];
}

/**
 * What is to be done, by what was found. Who names a backup wants its data on all members, whatever state they are in. Who names none wants the
 * cluster well again, with as little lost as can be: that is decided here. Throws Refusal where nothing needs to be done, or where it cannot
 * be told which of several members' data is the newest.
 */
export function chooseVariant(observation: Observation, isBackupNamed: boolean): VariantChoice {
  if (isBackupNamed) return fromBackup(observation);
  return hasQuorum(observation.survey) ? replace(observation) : rescue(observation);
}

const hasData = ({ look }: MemberPair): boolean => factsOf(look)?.data_dir.has_data === true;
const namesOf = (pairs: readonly MemberPair[]): string => pairs.map(({ planned }) => planned.name).join(', ');
const isLost = ({ live }: MemberPair): boolean => live?.status === undefined;

function fromBackup(observation: Observation): VariantChoice {
  const pairs = pairsOf(observation);
  const { cluster, survey } = observation;
  if (!survey && !pairs.some(hasData)) {
    const why = `No member of ${cluster.name} answers and none of its hosts has data of etcd: the backup goes into a new cluster.`;
    return { variant: 'new', why, lost: [] };
  }
  const lost = pairs.filter(isLost);
  const state = survey
    ? `${answering(survey).length} of ${counted(survey.members.length, 'member')} answer`
    : 'no member answers';
  const why = `The backup takes the place of all data on ${counted(pairs.length, 'member')}; now ${state}.`;
  const withoutLoss = [{ command: `restore ${cluster.name} --reason "…"` }];
  if (hasQuorum(survey)) {
    if (lost.length === 0) return { variant: 'all', why, lost: [] };
    const instead = [
      `Only ${namesOf(lost)} does not answer and the others have a quorum: replacing it loses nothing. `,
      ...withoutLoss,
    ];
    return { variant: 'all', why, instead, lost: [] };
  }
  const left = pairs.filter(hasData);
  if (left.length === 0) return { variant: 'all', why, lost: [] };
  const instead = [`${namesOf(left)} still has data, which may be newer than the backup. `, ...withoutLoss];
  return { variant: 'all', why, instead, lost: [] };
}

function replace(observation: Observation): VariantChoice {
  const { cluster } = observation;
  const pairs = pairsOf(observation);
  const lost = pairs.filter(isLost);
  if (lost.length === 0) {
    throw new Refusal(
      `${cluster.name} is well: all of its ${counted(pairs.length, 'member')} answer. Nothing was changed.`,
      [
        'To put an earlier state in place of what it has, name the backup: ',
        { command: `restore ${cluster.name} latest --reason "…"` },
      ],
    );
  }
  return {
    variant: 'replace',
    why:
      lost.length === 1
        ? `${namesOf(lost)} does not answer, and the others have a quorum: no backup is needed and nothing is lost. It leaves the cluster and joins it anew, as a learner first, and gets its data from the others.`
        : `${namesOf(lost)} do not answer, and the others have a quorum: no backup is needed and nothing is lost. Each of them leaves the cluster and joins it anew, as a learner first, and gets its data from the others.`,
    lost: lost.map(({ planned, live }) => ({
      name: planned.name,
      ...(live ? { id: live.id } : {}),
      peerUrl: plain(planned.peerUrl),
    })),
  };
}

function rescue(observation: Observation): VariantChoice {
  const { cluster } = observation;
  const pairs = pairsOf(observation);
  const left = pairs.filter(hasData);
  const named = { command: `restore ${cluster.name} latest --reason "…"` };
  if (left.length === 0) {
    const what = `${cluster.name} has no quorum, and none of its hosts has data of etcd.`;
    throw new Refusal(`${what} Nothing was changed.`, ['Name the backup to restore: ', named]);
  }
  if (left.length * 2 > pairs.length) {
    const what = `${cluster.name} has no quorum, but ${left.length} of ${counted(pairs.length, 'host')} have their data: ${namesOf(left)}.`;
    throw new Refusal(`${what} Nothing was changed.`, [
      'Start etcd there and look at its log: together they are a quorum. If that data is broken, name a backup: ',
      named,
    ]);
  }
  const survivor = newest(left);
  if (!survivor) {
    const what = `${namesOf(left)} have data, and it cannot be told which is the newest, since not all of them answer.`;
    throw new Refusal(`${what} Nothing was changed.`, ['Name a backup to restore instead: ', named]);
  }
  const { name } = survivor.planned;
  return {
    variant: 'rescue',
    why: [
      left.length > 1
        ? `${cluster.name} has no quorum, and ${name} still has its data, the newest of those that are left.`
        : `${cluster.name} has no quorum, and ${name} still has its data.`,
      'etcd is started on a copy of it, alone (--force-new-cluster), until it has applied all of its log; what it holds then goes to every member.',
    ].join(' '),
    survivor: name,
    lost: [],
  };
}

/** By what each says of itself; one alone needs to say nothing. */
function newest(left: readonly MemberPair[]): MemberPair | undefined {
  const [only, another] = left;
  if (!another) return only;
  const known = left.flatMap((pair) => (pair.live?.status ? [{ pair, index: pair.live.status.appliedIndex }] : []));
  if (known.length < left.length) return undefined;
  return known.toSorted((a, b) => (a.index < b.index ? 1 : a.index > b.index ? -1 : 0))[0]?.pair;
}
