import { counted, durationInWords, numberInWords, timeInWords } from '../../../chatops/format.ts';
import { expectedDowntimeMs } from './expected-downtime.ts';
import { leftRunning } from './left-running.ts';
import { comingBack, resourcesInWords, sumOf } from './losses.ts';
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

function sinceBackup({ found, losses, observation: { cluster, now }, decided }: RestorePlan): readonly string[] {
  if (!found) return [];
  const { backup, revision } = found;
  const age = durationInWords(Math.max(0, now.getTime() - backup.takenAt.getTime()));
  const since = `since ${timeInWords(backup.takenAt)} (${age})`;
  if (decided.variant === 'new')
    return [`The backup is of ${timeInWords(backup.takenAt)}: ${age} old. There is nothing to lose here.`];
  if (!losses || revision === undefined) {
    const why = losses ? 'the revision of the backup is not known' : 'no member answers';
    return [`All that was written to ${cluster.name} ${since} is lost; how much that is cannot be told, since ${why}.`];
  }
  const behind = losses.liveRevision - revision;
  if (behind < 0n) {
    return [
      `${cluster.name} is at revision ${numberInWords(losses.liveRevision)} now, before the ${numberInWords(revision)} of the backup: this is another history, all of which is lost.`,
    ];
  }
  if (behind === 0n) return [`Nothing was written to ${cluster.name} ${since}: nothing is lost.`];
  return [
    `All that was written to ${cluster.name} ${since} is lost: ${numberInWords(behind)} ${behind === 1n ? 'revision' : 'revisions'}.`,
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
