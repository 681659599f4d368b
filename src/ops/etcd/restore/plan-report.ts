import { bytesInWords, counted, durationInWords, numberInWords } from '../../../chatops/format.ts';
import type { Fact, File, Report, Text } from '../../../chatops/report.ts';
import { membersTable, remarksOnMembers } from './check-members.ts';
import { expectedDowntimeMs } from './expected-downtime.ts';
import { lossesInWords } from './losses-in-words.ts';
import { factsOf, pairsOf } from './observation.ts';
import type { RestorePlan } from './plan-restore.ts';
import { restoreSteps } from './restore-steps.ts';

const titles = {
  all: (name: string, backup: string) => `${name} would be restored from ${backup}`,
  new: (name: string, backup: string) => `${name} would begin anew from ${backup}`,
  rescue: (name: string) => `${name} would go on with the data of the one member that still has it`,
  replace: (name: string) => `${name} would get its lost members back`,
} as const;

/** The plan for people: which backup, what is lost, members, tools, steps. */
export function planReport(plan: RestorePlan, bundle: File | undefined): Report {
  const { decided, observation, choice } = plan;
  const { cluster } = observation;
  const losses = lossesInWords(plan);
  return {
    tone: 'warning',
    title: titles[decided.variant](cluster.name, plan.found?.backup.id ?? ''),
    text: [choice.why, ...losses.map((one) => `\n• ${one}`)],
    facts: [
      ...backupFacts(plan),
      ...(decided.variant === 'replace' ? [] : toolFacts(plan)),
      { label: 'Steps', value: stepsInWords(plan), onCard: true },
      ...remarks(plan),
    ],
    table: membersTable(observation),
    changed: 'nothing',
    ...(choice.instead ? { next: choice.instead } : {}),
    ...(bundle ? { file: bundle } : {}),
    measures: measuresOf(plan),
  };
}

function backupFacts({ found, observation: { now, cluster } }: RestorePlan): readonly Fact[] {
  if (!found) return [];
  const { backup, source, revision } = found;
  const age = durationInWords(Math.max(0, now.getTime() - backup.takenAt.getTime()));
  const of = source.member === undefined ? [] : [`, the file ${source.member} in it`];
  return [
    {
      label: 'Backup',
      value: [{ code: backup.id }, ...of, ', taken ', { time: backup.takenAt.toISOString() }, `, ${age} ago`],
      onCard: true,
    },
    { label: 'Where', value: [{ code: `${cluster.backup.address}/${source.key}` }] },
    {
      label: 'Size',
      value: `${bytesInWords(source.databaseBytes)} database, ${bytesInWords(backup.storedBytes)} stored`,
    },
    { label: 'Revision', value: revision === undefined ? 'not known' : numberInWords(revision) },
    {
      label: 'SHA-256',
      value: source.sha256 === undefined ? 'not known: something else saved it' : [{ code: source.sha256 }],
    },
  ];
}

function toolFacts({ tools: { tools }, decided: { bump } }: RestorePlan): readonly Fact[] {
  const byTool = Map.groupBy(Object.entries(tools), ([, { name, version }]) => `${name} ${version}`);
  const said = [...byTool].map(([tool, hosts]) => `${hosts.map(([host]) => host).join(', ')}: ${tool}`);
  const raised =
    bump === undefined
      ? 'not raised: a tool cannot'
      : `raised by ${numberInWords(bump)}, and all before marked as compacted`;
  return [
    { label: 'Restored with', value: said.join('; ') },
    { label: 'Revisions', value: raised },
  ];
}

function stepsInWords({ decided }: RestorePlan): Text {
  const steps = restoreSteps(decided);
  const at = steps.findIndex((step) => step.isPointOfNoReturn);
  const names = steps.map(({ name }, index) => `${index + 1} ${name}`).join(' · ');
  const point = steps[at];
  return point
    ? `${names}. Point of no return: step ${at + 1}, ${point.name}; until then it can be stopped between steps.`
    : names;
}

function remarks(plan: RestorePlan): readonly Fact[] {
  const { observation } = plan;
  const leftovers = pairsOf(observation).flatMap(({ planned, look }) => {
    const left = factsOf(look)?.data_dir.leftovers ?? [];
    return left.length === 0 ? [] : [`${planned.name}: ${left.join(', ')}`];
  });
  const said = [
    ...remarksOnMembers(observation),
    ...(leftovers.length === 0 ? [] : [`Data of earlier restores still lies there (${leftovers.join('; ')}).`]),
    ...unlistedApiServers(plan),
  ];
  return said.length === 0 ? [] : [{ label: 'To know', value: said.join(' ') }];
}

function unlistedApiServers({ decided, observation: { cluster } }: RestorePlan): readonly string[] {
  const without = decided.hosts.filter(({ variables }) => !variables.apiserver_service);
  if (decided.variant === 'replace' || !cluster.hasKubernetes || without.length < decided.hosts.length) return [];
  return [
    `salvor.yaml names no API server on ${counted(decided.hosts.length, 'host')}: stop those of ${cluster.name} yourself before it begins, and start them at the end. One that runs keeps what it remembers.`,
  ];
}

function measuresOf({ found, losses }: RestorePlan): Record<string, number> {
  const ms = expectedDowntimeMs(found?.backup);
  const behind = losses && found?.revision !== undefined ? Number(losses.liveRevision - found.revision) : undefined;
  return {
    ...(found ? { databaseBytes: found.source.databaseBytes } : {}),
    ...(ms === undefined ? {} : { expectedDowntimeSeconds: ms / 1000 }),
    ...(behind === undefined ? {} : { revisionsLost: behind }),
  };
}
