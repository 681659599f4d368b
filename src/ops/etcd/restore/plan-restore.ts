import { Refusal } from '../../../chatops/errors.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { AskOptions } from '../../../ports/etcd.ts';
import type { Objects } from '../../../ports/objects.ts';
import { checkHosts } from './check-hosts.ts';
import { checkMembers } from './check-members.ts';
import { chooseTools, type ToolChoice } from './choose-tools.ts';
import { chooseVariant, type VariantChoice } from './choose-variant.ts';
import type { Decided, DecidedHost } from './decided.ts';
import { type FoundSource, findSource } from './find-source.ts';
import { decidedHost, type RestoreNames, sharedVariables } from './inventory.ts';
import { findLosses, type Losses, mostAdvanced } from './losses.ts';
import { answering, factsOf, hasQuorum, type Observation, pairsOf } from './observation.ts';
import { type ObservePorts, observe } from './observe.ts';

export interface PlanPorts extends ObservePorts {
  readonly objects: Objects;
}

export interface PlanRequest {
  readonly cluster: Cluster;
  /** Letters and digits, of this restore alone: names what it leaves on the hosts. */
  readonly mark: string;
  /** Absent: the cluster is to be well again with as little lost as can be. */
  readonly backup: string | undefined;
  readonly unverified: boolean;
}

export interface PlanHooks extends AskOptions {
  step<T>(name: PlanningStep, work: () => Promise<T>): Promise<T>;
}

/** What people see while a plan is made, in order. */
export const planningSteps = [
  'Find the backup',
  'Look at the cluster and its hosts',
  'See what would be lost',
] as const;
export type PlanningStep = (typeof planningSteps)[number];

/** All there is to say of a restore before it is begun. */
export interface RestorePlan {
  readonly decided: Decided;
  readonly observation: Observation;
  readonly choice: VariantChoice;
  readonly tools: ToolChoice;
  readonly found: FoundSource | undefined;
  readonly losses: Losses | undefined;
}

/**
 * Looks at the backup, the cluster and every host, and decides what would be done. Changes nothing. Throws Refusal that names everything that
 * stands in the way, and what to do about it; Faults of store, etcd and Ansible.
 */
export async function planRestore(ports: PlanPorts, request: PlanRequest, hooks: PlanHooks): Promise<RestorePlan> {
  const { cluster, mark, backup: which, unverified } = request;
  const { signal } = hooks;
  const ask = signal ? { signal } : {};
  const names = { cluster: cluster.name, mark };
  const found = await hooks.step('Find the backup', async () => {
    if (which === undefined) return undefined;
    return findSource(ports.objects, cluster, { which, unverified, now: ports.clock.now() }, ask);
  });
  const observation = await hooks.step('Look at the cluster and its hosts', () => observe(ports, cluster, names, ask));
  const losses = await hooks.step('See what would be lost', async () => {
    const since = found?.revision;
    return since === undefined ? undefined : findLosses(ports.etcd, cluster.name, observation.survey, since, ask);
  });
  return decide({ observation, found, losses, names });
}

interface Known {
  readonly observation: Observation;
  readonly found: FoundSource | undefined;
  readonly losses: Losses | undefined;
  readonly names: RestoreNames;
}

/** The plan that follows from what was found. Pure. Throws Refusal. */
export function decide({ observation, found, losses, names }: Known): RestorePlan {
  const choice = chooseVariant(observation, found !== undefined);
  const touched = namesTouched(observation, choice);
  const databaseBytes = found?.source.databaseBytes ?? rescuedBytes(observation, choice);
  const tools = chooseTools(observation, {
    writtenBy: found?.etcdVersion,
    liveRevision: losses?.liveRevision ?? mostAdvanced(observation.survey)?.status.revision,
    backupRevision: found?.revision,
  });
  mustBePossible(observation, [
    ...checkMembers(observation),
    ...checkHosts(observation, { variant: choice.variant, databaseBytes, hosts: touched }),
    ...(choice.variant === 'replace' ? [] : tools.problems),
    ...rescuer(observation, choice),
  ]);
  const decided = decidedOf({ observation, found, losses, names }, choice, tools, databaseBytes);
  return { decided, observation, choice, tools, found, losses };
}

function namesTouched({ target }: Observation, { variant, lost }: VariantChoice): readonly string[] {
  return variant === 'replace' ? lost.map(({ name }) => name) : target.members.map(({ name }) => name);
}

function mustBePossible({ cluster }: Observation, problems: readonly string[]): void {
  if (problems.length === 0) return;
  const what =
    problems.length === 1
      ? `${cluster.name} cannot be restored now: something stands in the way. Nothing was changed.`
      : `${cluster.name} cannot be restored now: ${problems.length} things stand in the way. Nothing was changed.`;
  throw new Refusal(
    [what, ...problems.map((one) => `• ${one}`)].join('\n'),
    'Mend that, then ask for the restore again.',
  );
}

/** A database that is written to grows: in steps so large that a plan stays the same. */
const stepBytes = 256 * 1024 ** 2;

function rescuedBytes(observation: Observation, { survivor }: VariantChoice): number {
  const pair = pairsOf(observation).find(({ planned }) => planned.name === survivor);
  const bytes = pair ? (factsOf(pair.look)?.data_dir.database_bytes ?? 0) : 0;
  return Math.ceil(bytes / stepBytes) * stepBytes;
}

/** The etcd that starts on the copy must be on that host, and be of the version that wrote it. */
function rescuer(observation: Observation, { survivor }: VariantChoice): readonly string[] {
  if (survivor === undefined || rescueProgram(observation, survivor) !== undefined) return [];
  return [
    `${survivor} has no program etcd to start on a copy of its data: put the one of its version into ${observation.target.workDir}/bin there.`,
  ];
}

function rescueProgram(observation: Observation, survivor: string): string | undefined {
  const pair = pairsOf(observation).find(({ planned }) => planned.name === survivor);
  return pair && factsOf(pair.look)?.tools.find(({ name }) => name === 'etcd')?.path;
}

function decidedOf(
  { observation, found, names }: Known,
  choice: VariantChoice,
  { tools, bump }: ToolChoice,
  databaseBytes: number,
): Decided {
  const { target, survey } = observation;
  const { variant, survivor, lost } = choice;
  const isSaved = answering(survey).length > 0 && variant !== 'rescue';
  const hosts = target.members.map(
    (member): DecidedHost =>
      decidedHost(target, member, names, {
        tool: variant === 'replace' ? undefined : tools[member.name],
        restoreBytes: variant === 'replace' ? 0 : databaseBytes,
        bump,
        skipsHashCheck: variant === 'rescue' || found?.source.member !== undefined,
        rescueWith: member.name === survivor ? rescueProgram(observation, member.name) : undefined,
      }),
  );
  return {
    variant,
    shared: sharedVariables(target, names),
    hosts,
    become: target.become,
    ...(found ? { source: found.source } : {}),
    ...(bump === undefined || variant === 'replace' ? {} : { bump }),
    isSaved,
    withData: hostsWithData(observation),
    wasWell: hasQuorum(survey) && pairsOf(observation).every(({ live }) => live?.status !== undefined),
    hasKubernetes: observation.cluster.hasKubernetes,
    copied: copiedHosts(observation, choice, isSaved),
    ...(survivor === undefined ? {} : { survivor }),
    lost,
  };
}

/** Where no snapshot can be had, what is there is copied before it is touched. */
function copiedHosts(
  observation: Observation,
  { variant, survivor }: VariantChoice,
  isSaved: boolean,
): readonly string[] {
  if (survivor !== undefined) return [survivor];
  if (variant !== 'all' || isSaved) return [];
  return hostsWithData(observation);
}

const hostsWithData = (observation: Observation): readonly string[] =>
  pairsOf(observation).flatMap(({ planned, look }) => (factsOf(look)?.data_dir.has_data ? [planned.name] : []));
