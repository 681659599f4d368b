import { bytesInWords, counted, durationInWords, numberInWords } from '../../../chatops/format.ts';
import type { Report, Value } from '../../../chatops/report.ts';
import type { BackupPlace } from '../../../ports/catalogue.ts';
import type { ObjectLock } from '../../../ports/objects.ts';
import { backupFact } from '../backup/backup-fact.ts';
import { type Copies, copyWarnings } from '../backup/copy-newest.ts';
import type { BackupManifest } from '../backup/manifest.ts';
import { revisionInWords } from '../backup/revision-in-words.ts';
import type { SavedSnapshot } from './save-snapshot.ts';

export function snapshotReport(result: SavedSnapshot): Report {
  const { manifest, copies, cluster } = result;
  const { database, stored, member } = manifest;
  const { copy } = cluster.backup;
  const warnings = [...(copies && copy ? copyWarnings(copies, copy) : []), ...result.warnings];
  return {
    tone: warnings.length > 0 ? 'warning' : 'good',
    title: `${manifest.cluster} is saved: ${bytesInWords(database.sizeBytes)} at revision ${revisionInWords(manifest.revision)}`,
    ...(warnings.length > 0 ? { text: warnings.join(' ') } : {}),
    facts: [
      backupFact(manifest),
      { label: 'Where', value: [{ code: result.where }], onCard: true },
      ...(copies && copy && copies.copied.length > 0
        ? [{ label: 'Copied', value: copiesInWords(copies, copy, manifest) }]
        : []),
      { label: 'Size', value: sizeInWords(manifest) },
      ...(stored.lock ? [{ label: 'Locked', value: lockInWords(stored.lock) }] : []),
      {
        label: 'Speed',
        value: `${durationInWords(result.seconds * 1000)}, ${result.mibPerSecond.toFixed(0)} MiB/s`,
        onCard: true,
      },
      ...(manifest.keys ? [{ label: 'Keys', value: keysInWords(manifest.keys) }] : []),
      { label: 'From', value: `${member.why}; etcd ${manifest.etcdVersion}` },
      { label: 'Checked', value: `etcd’s own SHA-256 as it passed; ${result.readBack}, read back from S3` },
      ...(manifest.reason ? [{ label: 'For', value: manifest.reason }] : []),
    ],
    measures: {
      databaseBytes: database.sizeBytes,
      storedBytes: stored.sizeBytes,
      seconds: result.seconds,
      cpuSeconds: result.cpuSeconds,
    },
  };
}

function copiesInWords({ copied }: Copies, { address, prefix }: BackupPlace, { id }: BackupManifest): string {
  const older = copied.filter((one) => one !== id).length;
  const others = older === 0 ? '' : `, and ${counted(older, 'older backup')} that had none`;
  return `${copied.includes(id) ? `to ${address}/${prefix}` : 'not this one'}${others}`;
}

function sizeInWords({ database, stored }: BackupManifest): string {
  const ratio = (database.sizeBytes / stored.sizeBytes).toFixed(1);
  const how = stored.compression === 'none' ? 'not compressed' : `${stored.compression}, ${ratio} to 1`;
  return `${bytesInWords(database.sizeBytes)}, stored as ${bytesInWords(stored.sizeBytes)} (${how}, ${encryptionInWords(stored.encryption)})`;
}

function encryptionInWords(encryption: BackupManifest['stored']['encryption']): string {
  switch (encryption.kind) {
    case 'none':
      return 'not encrypted by Salvor';
    case 'sse-s3':
      return 'encrypted by S3';
    case 'sse-kms':
      return `encrypted by KMS${encryption.keyId ? ` key ${encryption.keyId}` : ''}`;
    case 'age':
      return `encrypted with age for ${encryption.recipients.length === 1 ? 'one recipient' : `${encryption.recipients.length} recipients`}`;
  }
}

function lockInWords({ retention, legalHold }: ObjectLock): readonly Value[] {
  const hold = legalHold ? ['under a legal hold'] : [];
  if (!retention) return hold;
  const until = ['until ', { time: retention.until.toISOString() }, ` in ${retention.mode} mode`];
  return [...until, ...hold.map((words) => `, and ${words}`)];
}

function keysInWords(keys: NonNullable<BackupManifest['keys']>): readonly Value[] {
  const live = keys.live === undefined ? '' : `${numberInWords(keys.live)} live, `;
  return [`${live}${numberInWords(keys.total)} in all with history`];
}
