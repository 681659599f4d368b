import { bytesInWords, durationInWords, minuteInWords, numberInWords } from '../../../chatops/format.ts';
import type { Table } from '../../../chatops/report.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { Backup, OwnBackup } from './backup.ts';
import { ageOf } from './freshness.ts';
import type { BackupManifest } from './manifest.ts';
import { revisionInWords } from './revision-in-words.ts';

/** What nobody needs to choose a backup. */
const spare = [
  ...['Age', 'Database', 'Why', 'Revision', 'Copy', 'Stored', 'Locked until', 'Keys'],
  ...['etcd', 'Kubernetes', 'Encrypted', 'SHA-256'],
];

/** Backups as a table, in the order given. Cells are short: a message holds about 10,000 characters of them. */
export function backupTable({ name, backup: { copy } }: Cluster, backups: readonly Backup[], now: Date): Table {
  const columns: readonly (readonly [string, (backup: Backup) => string])[] = [
    ['Taken (UTC)', ({ takenAt }) => minuteInWords(takenAt)],
    ['Why', whyInWords],
    ['Age', (backup) => durationInWords(ageOf(backup, now))],
    ['Verified', (backup) => verificationInWords(backup, now)],
    ['Database', own(({ manifest }) => bytesInWords(manifest.database.sizeBytes))],
    ['Stored', ({ storedBytes }) => bytesInWords(storedBytes)],
    ['Revision', own(({ manifest }) => revisionInWords(manifest.revision))],
    ['Keys', own(({ manifest: { keys } }) => (keys ? numberInWords(keys.live ?? keys.total) : ''))],
    ['etcd', own(({ manifest }) => manifest.etcdVersion)],
    ['Kubernetes', own(({ manifest }) => manifest.kubernetesVersion ?? '')],
    ['SHA-256', own(({ manifest }) => manifest.database.sha256.slice(0, 12))],
    ['Encrypted', own(({ manifest }) => encryptionInWords(manifest.stored.encryption))],
    ['Locked until', own(({ manifest }) => lockInWords(manifest.stored.lock))],
    ...(copy ? [['Copy', own(({ copiedTo }) => copiedTo ?? 'no')] as const] : []),
    ['Backup', ({ id }) => id],
  ];
  return {
    caption: `etcd backups of ${name}, newest first`,
    columns: columns.map(([title]) => title),
    spare,
    rows: backups.map((backup) => columns.map(([, cell]) => cell(backup))),
  };
}

const own =
  (cell: (backup: OwnBackup) => string) =>
  (backup: Backup): string =>
    backup.kind === 'own' ? cell(backup) : '';

const mostWhyCharacters = 48;

/** Who or what asked for it, and what they said it is for. */
function whyInWords(backup: Backup): string {
  if (backup.kind === 'foreign') return 'made by something else';
  const { actor, reason } = backup.manifest;
  const who = actor.kind === 'person' ? actor.name : `${actor.kind} ${actor.name}`;
  const why = reason === undefined ? who : `${who}: ${reason}`;
  return why.length > mostWhyCharacters ? `${why.slice(0, mostWhyCharacters - 1)}…` : why;
}

function encryptionInWords({ kind }: BackupManifest['stored']['encryption']): string {
  return { none: 'no', 'sse-s3': 'by S3', 'sse-kms': 'by KMS', age: 'with age' }[kind];
}

function verificationInWords({ verification }: Backup, now: Date): string {
  if (!verification) return 'no';
  const { passed, how, verifiedAt } = verification;
  const ago = `${durationInWords(Math.max(0, now.getTime() - verifiedAt.getTime()))} ago`;
  return passed ? `${how} ${ago}` : `FAILED ${ago}`;
}

function lockInWords(lock: BackupManifest['stored']['lock']): string {
  if (!lock) return 'no';
  const { retention, legalHold } = lock;
  const until = retention ? `${minuteInWords(retention.until)} ${retention.mode}` : '';
  return [until, legalHold ? 'legal hold' : ''].filter((part) => part !== '').join(' ');
}
