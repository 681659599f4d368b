import { counted, durationInWords, firstFew } from '../../../chatops/format.ts';
import type { Action, File, Report, Text } from '../../../chatops/report.ts';
import type { BackupPlace, Cluster } from '../../../ports/catalogue.ts';
import type { BackupHistory } from '../history/backup-history.ts';
import { gapsInWords } from '../history/history-in-words.ts';
import { type Backup, hasFailed, isVerified } from './backup.ts';
import { backupTable } from './backup-table.ts';
import type { CheckedBackups } from './check-backups.ts';
import { ageOf, freshnessInWords } from './freshness.ts';
import type { BackupList } from './read-backups.ts';

/** What is known of a cluster's backups, for people. */
export interface BackupOverview extends CheckedBackups {
  readonly cluster: Cluster;
  readonly now: Date;
  /** Looked for no further back than this. */
  readonly sinceMs?: number | undefined;
  readonly history: BackupHistory | undefined;
  readonly picture: File | undefined;
}

/** Backups as a report: how they stand against the target first, then each of them. */
export function backupReport(overview: BackupOverview): Report {
  const { cluster, list, now, freshness, damaged, picture } = overview;
  const [newest] = list.backups;
  const isWell = newest && troublesOf({ newest, freshness, damaged, unreadable: list.unreadable }).length === 0;
  return {
    tone: isWell ? 'good' : 'warning',
    title: titleOf(overview),
    ...(list.remarks.length > 0 ? { text: list.remarks.join(' ') } : {}),
    facts: factsOf(overview),
    ...(list.backups.length > 0 ? { table: backupTable(cluster, list.backups, now) } : {}),
    ...(freshness.isMet ? {} : { next: nextOf(overview) }),
    ...(picture ? { file: picture } : {}),
    actions: freshness.newest
      ? [
          { label: 'Verify latest', does: 'command', on: `verify ${cluster.name} latest`, style: 'primary' },
          ...(cluster.restore ? [planOf(cluster.name)] : []),
        ]
      : [{ label: 'Take one', does: 'command', on: `snapshot ${cluster.name}`, style: 'primary' }],
  };
}

/** Changes nothing: other people read the plan, and why it was asked for, before anything happens. */
const planOf = (name: string): Action => ({
  label: 'Plan a restore',
  does: 'command',
  on: `restore ${name} latest --reason "asked for from the list of backups"`,
});

function titleOf({ cluster: { name }, list, sinceMs, freshness, damaged, now }: BackupOverview): string {
  const [newest] = list.backups;
  if (!newest) return `${name} has no backup${sinceMs === undefined ? '' : ` of the last ${durationInWords(sinceMs)}`}`;
  const [trouble] = troublesOf({ newest, freshness, damaged, unreadable: list.unreadable });
  const stands = `${name}: the newest backup is ${durationInWords(ageOf(newest, now))} old`;
  return trouble === undefined ? `${stands}, and the target is met` : `${stands}, but ${trouble}`;
}

interface Standing extends Pick<BackupOverview, 'freshness' | 'damaged'> {
  readonly newest: Backup;
  readonly unreadable: BackupList['unreadable'];
}

/** The worst first. */
function troublesOf({ newest, freshness: { isMet, maxAgeMs }, damaged, unreadable }: Standing): readonly string[] {
  const say = (isSo: boolean, trouble: string) => (isSo ? [trouble] : []);
  return [
    ...say(!isMet, `none of the last ${durationInWords(maxAgeMs)} is verified`),
    ...say(hasFailed(newest), 'it was found broken'),
    ...say(damaged.length > 0, `${counted(damaged.length, 'backup')} of those listed cannot be whole`),
    ...say(unreadable.length > 0, `${counted(unreadable.length, 'object')} in the bucket could not be read`),
  ];
}

function nextOf({ cluster: { name }, freshness: { newest, maxAgeMs }, now }: BackupOverview): Text {
  const isYoung = newest && ageOf(newest, now) <= maxAgeMs && !hasFailed(newest);
  if (isYoung) return ['Verify it: ', { command: `verify ${name} latest` }];
  return ['Take one, then verify it: ', { command: `snapshot ${name}` }];
}

function factsOf({ cluster, list, freshness, damaged, history, sinceMs }: BackupOverview) {
  const { backups, unreadable, hasMore } = list;
  const { address, prefix, copy } = cluster.backup;
  const fact = (label: string, value: string) => (value === '' ? [] : [{ label, value }]);
  const period = sinceMs === undefined ? '' : ` of the last ${durationInWords(sinceMs)}`;
  return [
    ...fact('Target', freshnessInWords(freshness)),
    ...fact('Listed', `${counted(backups.length, 'backup')}${period}${hasMore ? ', there are more' : ''}`),
    ...fact('Verified', countsInWords(backups)),
    ...fact('Found broken', firstFew(backups.filter(hasFailed).map(brokenInWords))),
    ...fact('Not whole', firstFew(damaged.map(({ id, why }) => `${id}: ${why}`))),
    ...fact('Not readable', firstFew(unreadable.map(({ key, why }) => `${key}: ${why}`))),
    ...fact('Gaps', gapsInWords(history?.gaps ?? [])),
    ...fact('Copies', copy ? copiesInWords(backups, copy) : ''),
    { label: 'Where', value: [{ code: `${address}/${prefix}` }] },
  ];
}

function countsInWords(backups: readonly Backup[]): string {
  if (backups.length === 0) return '';
  const verified = backups.filter(isVerified).length;
  const failed = backups.filter(hasFailed).length;
  const open = backups.length - verified - failed;
  return [
    `${verified} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(open > 0 ? [`${open} not yet`] : []),
  ].join(', ');
}

function brokenInWords({ id, verification }: Backup): string {
  const [first = 'no reason is on record'] = verification?.findings ?? [];
  return `${id}: ${first.replace(/\.$/, '')}`;
}

function copiesInWords(backups: readonly Backup[], { address, prefix }: BackupPlace): string {
  const own = backups.flatMap((backup) => (backup.kind === 'own' ? [backup] : []));
  const copied = own.filter(({ copiedTo }) => copiedTo !== undefined);
  return `${copied.length} of ${own.length} copied to ${address}/${prefix}`;
}
