import { bytesInWords, counted, durationInWords, numberInWords } from '../../../chatops/format.ts';
import type { Fact, Report } from '../../../chatops/report.ts';
import type { Backup } from '../backup/backup.ts';
import { backupFact } from '../backup/backup-fact.ts';
import { ageOf } from '../backup/freshness.ts';
import { type ShrinkAlarm, shrinkageInWords } from '../backup/shrinkage.ts';
import type { DrillResult } from './drill.ts';
import { outweighing } from './store-verification.ts';

/** What a drill came to and where that is written. */
export interface DrillOutcome extends DrillResult {
  /** For people: the address of the backup's data. */
  readonly where: string;
  /** After a failed one: the newest backup that is known to restore. */
  readonly lastVerified?: Backup | undefined;
  /** Far smaller than those before it. */
  readonly shrunk?: ShrinkAlarm | undefined;
  readonly now: Date;
}

const mostFindings = 10;

/** What trying a backup out came to, for people. A backup that failed is bad news, however well the drill itself went. */
export function drillReport(outcome: DrillOutcome): Report {
  return outcome.verification.passed ? passedReport(outcome) : failedReport(outcome);
}

function failedReport(outcome: DrillOutcome): Report {
  const { cluster, backup, verification } = outcome;
  return {
    tone: 'bad',
    title: `${cluster.name}: ${backup.id} is no backup to rely on`,
    text: findingsInWords(verification.findings),
    facts: [...factsOf(outcome), { label: 'Last verified', value: lastInWords(outcome) }],
    changed: 'nothing but the result, which stands beside the backup',
    next: [
      'Keep this one until you know what happened to it. Take a new one, and verify it: ',
      { command: `snapshot ${cluster.name}` },
    ],
    measures: measuresOf(outcome),
    actions: [{ label: 'Take one', does: 'command', on: `snapshot ${cluster.name}`, style: 'primary' }],
  };
}

function findingsInWords(findings: readonly string[]): string {
  const more = findings.length - mostFindings;
  return [...findings.slice(0, mostFindings), ...(more > 0 ? [`And ${more} more.`] : [])].join(' ');
}

function passedReport(outcome: DrillOutcome): Report {
  const { cluster, backup, verification, shrunk } = outcome;
  const isKnownBroken = outweighing(backup, verification)?.passed === false;
  const remarks = remarksOf(outcome);
  const drillIt = { label: 'Restore it too', does: 'command', on: `verify ${cluster.name} ${backup.id}` } as const;
  return {
    tone: shrunk || isKnownBroken ? 'warning' : 'good',
    title: titleOf(outcome),
    ...(remarks.length > 0 ? { text: remarks.join(' ') } : {}),
    facts: factsOf(outcome),
    ...(shrunk ? { next: 'Find out what was deleted. While the newest backup stands out so, nothing is pruned.' } : {}),
    measures: measuresOf(outcome),
    ...(verification.how === 'bytes' ? { actions: [{ ...drillIt, style: 'primary' }] } : {}),
  };
}

function titleOf({ cluster, backup, verification, compared }: DrillOutcome): string {
  if (!compared) return `${cluster.name}: every byte of ${backup.id} is as it must be; it was not restored`;
  const { live, revision } = compared;
  const what = `${counted(live, 'key')} at revision ${numberInWords(revision)}`;
  return `${cluster.name}: ${backup.id} restores, in ${recoveryInWords(verification.seconds)}: ${what}`;
}

function remarksOf({ backup, verification, facts, compared, shrunk }: DrillOutcome): readonly string[] {
  const before = outweighing(backup, verification);
  return [
    ...(before ? [`What its last drill came to stands: it ${before.passed ? 'restored' : 'did not restore'}.`] : []),
    ...(shrunk ? [`${shrinkageInWords(shrunk)}.`] : []),
    ...(facts && !facts.hasDigest
      ? ['It carries no digest of etcd’s: a changed value in it would not be noticed.']
      : []),
    ...(compared && compared.expired > 0
      ? [
          `${counted(compared.expired, 'key')} went away meanwhile because their leases ended, as they would in any restore.`,
        ]
      : []),
  ];
}

/** A card has no room for all of them: first what people want to know. */
function factsOf(outcome: DrillOutcome): readonly Fact[] {
  const { backup, verification, tool, compared, where } = outcome;
  const { passed, seconds } = verification;
  return [
    // Nobody recovers with a backup that failed.
    ...(passed && compared ? [{ label: 'Recovery time', value: recoveryTime(seconds) }] : []),
    backupFact(backup),
    ...partsOf(outcome),
    { label: 'Where', value: [{ code: where }] },
    ...(passed && tool?.remark !== undefined ? [{ label: 'Mind', value: tool.remark }] : []),
  ];
}

/** How long each part took that was reached, and what it came to. */
function partsOf({ backup, verification, facts, tool, compared }: DrillOutcome): readonly Fact[] {
  const { check, read, restore, start } = verification.seconds;
  const part = (label: string, seconds: number | undefined, words: string | undefined): readonly Fact[] =>
    seconds === undefined ? [] : [{ label, value: `${durationInWords(seconds * 1000)}${words ?? ''}` }];
  return [
    ...part('Compared', check, compared && `: ${comparedInWords(compared)}`),
    ...part('Read back', read, facts && `: ${readInWords(backup, facts.sizeBytes, read ?? 0)}`),
    ...part('Restored', restore, tool && `, by ${tool.name} ${tool.version}`),
    ...part('Started', start, tool && `, etcd ${tool.etcdVersion}`),
  ];
}

const recoveryTime = (seconds: DrillResult['verification']['seconds']): string =>
  `${recoveryInWords(seconds)} to read, restore and start one member: this is your RTO`;

function readInWords({ storedBytes }: Backup, sizeBytes: number, seconds: number): string {
  const speed = seconds > 0 ? `, ${(sizeBytes / 1024 ** 2 / seconds).toFixed(0)} MiB/s` : '';
  return `${bytesInWords(storedBytes)} stored, ${bytesInWords(sizeBytes)} of database${speed}`;
}

function comparedInWords({ live, resources, sample }: NonNullable<DrillResult['compared']>): string {
  const kinds = Object.keys(resources).length;
  const each = kinds > 0 ? `, those of ${counted(kinds, 'resource')} one by one` : '';
  return `${counted(live, 'key')}${each}; ${counted(sample.objects, 'object')} read`;
}

const secondsToServe = ({ read = 0, restore = 0, start = 0 }: DrillResult['verification']['seconds']): number =>
  read + restore + start;

const recoveryInWords = (seconds: DrillResult['verification']['seconds']): string =>
  durationInWords(secondsToServe(seconds) * 1000);

function lastInWords({ lastVerified, now }: DrillOutcome) {
  if (!lastVerified) return 'none: no backup of this cluster is known to restore';
  return [{ code: lastVerified.id }, `, ${durationInWords(ageOf(lastVerified, now))} old`];
}

function measuresOf({ backup, verification, compared, facts, shrunk }: DrillOutcome): Readonly<Record<string, number>> {
  const { seconds, passed } = verification;
  const timings = Object.entries(seconds).flatMap(([part, value]) =>
    value === undefined ? [] : [[`${part}Seconds`, value]],
  );
  return {
    passed: passed ? 1 : 0,
    shrunk: shrunk ? 1 : 0,
    storedBytes: backup.storedBytes,
    ...(facts ? { databaseBytes: facts.sizeBytes } : {}),
    ...Object.fromEntries(timings),
    ...(compared ? { recoverySeconds: secondsToServe(seconds) } : {}),
  };
}
