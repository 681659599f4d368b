import { counted, durationInWords, numberInWords, timeInWords } from '../../../chatops/format.ts';
import { expectedDowntimeMs } from './expected-downtime.ts';
import { leftRunning } from './left-running.ts';
import { comingBack, type Losses, resourcesInWords, sumOf } from './losses.ts';
import type { RestorePlan } from './plan-restore.ts';

/** What a restore takes away, a sentence each, the worst first and the details after it: people read it before they may approve. */
export function lossesInWords(plan: RestorePlan): readonly string[] {
  const { variant } = plan.decided;
  if (variant === 'replace') return ['Nothing is lost: the other members hold everything.'];
  if (variant === 'rescue') return rescueInWords(plan);
  const [lost, ...details] = sinceBackup(plan);
  const warnings = [...plan.tools.warnings, ...(plan.found?.warnings ?? []), ...leftRunning(plan.decided)];
  return [...(lost === undefined ? [] : [lost]), ...warnings, ...details, downtimeInWords(plan)];
}

function rescueInWords(plan: RestorePlan): readonly string[] {
  const { survivor } = plan.decided;
  return [
    `What ${survivor} had not received when the others were lost is lost: mostly nothing, or the writes of the last moment.`,
    ...plan.tools.warnings,
    ...leftRunning(plan.decided),
    downtimeInWords(plan),
  ];
}

/** After a restore revisions count anew: only within one history do they tell what came after what. Undefined where nobody knows. */
function isSameHistory({ found, observation: { survey, target } }: RestorePlan): boolean | undefined {
  const then = found?.backup.kind === 'own' ? found.backup.manifest.clusterId : undefined;
  // With its token kept a cluster has the same id in each of its histories.
  if (then === undefined || survey === undefined || target.clusterToken !== undefined) return undefined;
  return then === survey.clusterId;
}

/** Nobody can say key by key what came after the backup: what there is now, against what there was then. */
function ofAnotherHistory(
  { found, observation: { cluster } }: RestorePlan,
  { live }: Losses,
  [when, age]: readonly [string, string],
): readonly string[] {
  const then = found?.resources ?? {};
  const differ = (more: Readonly<Record<string, number>>, less: Readonly<Record<string, number>>) =>
    Object.fromEntries(
      Object.entries(more).flatMap(([name, count]) =>
        count > (less[name] ?? 0) ? [[name, count - (less[name] ?? 0)]] : [],
      ),
    );
  return [
    `${cluster.name} was restored or made anew since this backup: all that was written to it since ${when} (${age}) is lost, and what the backup holds comes back. ${cluster.name} has ${counted(sumOf(live), 'key')} now, the backup ${numberInWords(sumOf(then))}.`,
    ...byResource('At least so many are gone then', differ(live, then)),
    ...byResource('At least so many come back', differ(then, live)),
  ];
}

function sinceBackup(plan: RestorePlan): readonly string[] {
  const { found, losses, observation, decided } = plan;
  const { cluster, now } = observation;
  if (!found) return [];
  const { backup, revision } = found;
  const age = durationInWords(Math.max(0, now.getTime() - backup.takenAt.getTime()));
  const when = timeInWords(backup.takenAt);
  if (decided.variant === 'new') return [`The backup is of ${when}: ${age} old. There is nothing to lose here.`];
  if (!losses || revision === undefined) {
    const why = losses ? 'the revision of the backup is not known' : 'no member answers';
    return [
      `All that was written to ${cluster.name} since ${when} (${age}) is lost; how much that is cannot be told, since ${why}.`,
    ];
  }
  const behind = losses.liveRevision - revision;
  const isSame = isSameHistory(plan);
  if (isSame === false || behind < 0n) return ofAnotherHistory(plan, losses, [when, age]);
  if (behind === 0n && isSame === undefined)
    return [
      `By its revision nothing was written to ${cluster.name} since ${when} (${age}). That is right only if ${cluster.name} was not restored or made anew meanwhile: this backup does not tell.`,
    ];
  if (behind === 0n) return [`Nothing was written to ${cluster.name} since ${when} (${age}): nothing is lost.`];
  return [
    `All that was written to ${cluster.name} since ${when} (${age}) is lost: ${counted(Number(behind), 'revision')} at ${timeInWords(now)}.`,
    ...byResource('Made since, and gone then', losses.made),
    ...byResource('Changed since, and as they were then', losses.changed),
    ...(found.resources ? byResource('Deleted since, and back then', comingBack(losses, found.resources)) : []),
  ];
}

function byResource(what: string, counts: Readonly<Record<string, number>>): readonly string[] {
  const words = resourcesInWords(counts);
  return words === undefined ? [] : [`${what}: ${counted(sumOf(counts), 'key')} (${words}).`];
}

function downtimeInWords({ found, observation: { cluster }, decided }: RestorePlan): string {
  const withApi = decided.hosts.some(({ variables }) => variables.apiserver_service);
  const what = withApi ? `the API of ${cluster.name}` : `etcd of ${cluster.name}`;
  const ms = expectedDowntimeMs(found?.backup);
  const how =
    ms === undefined
      ? 'for some minutes; no drill has measured it'
      : `for about ${durationInWords(ms)}, by the last drill`;
  return `Meanwhile ${what} is down ${how}. Containers that run go on running.`;
}
