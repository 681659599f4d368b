import type { BackupPlace, Cluster } from '../../../ports/catalogue.ts';
import type { AskOptions, ObjectLock, Objects } from '../../../ports/objects.ts';
import { hasFailed, isVerified, type OwnBackup } from '../backup/backup.ts';
import { dataKeyBeside } from '../backup/backup-layout.ts';
import { loadFromBucket, type Unreadable } from '../backup/load-backup.ts';
import type { BackupFacts } from '../backup/retention.ts';
import type { SurveyedBackup } from './survey-bucket.ts';

/** What the objects of a backup of Salvor's tell, beyond what listings do. */
export interface CloserLook extends Pick<BackupFacts, 'standing' | 'lock'> {
  /** Absent when its manifest tells nothing: then that is in `unreadable`. */
  readonly backup?: OwnBackup;
  readonly unreadable: readonly Unreadable[];
}

/** What to look at besides manifest and results. */
export interface Curiosity {
  /** The locks on its data and on that of its copy: two requests each. */
  readonly locks: boolean;
}

/**
 * Reads a backup's manifest and results, never from the index: what is deleted must be what stands there. Throws Fault where trying again
 * may help.
 */
export async function lookCloser(
  objects: Objects,
  cluster: Cluster,
  { listed, data, isTwofold }: SurveyedBackup,
  { locks }: Curiosity,
  ask: AskOptions,
): Promise<CloserLook> {
  if (isTwofold) return { standing: 'unreadable', unreadable: [twofold(listed)] };
  const { copy } = cluster.backup;
  const { backup, unreadable } = await loadFromBucket(objects, cluster, ask)(listed);
  if (backup?.kind !== 'own') return { standing: 'unreadable', unreadable };
  const isWhole = data.some(({ key, sizeBytes }) => key === backup.dataAt.key && sizeBytes === backup.storedBytes);
  const standing = isWhole ? triedOut(backup) : 'broken';
  if (!locks) return { standing, backup, unreadable };
  const lock = await lockOf(objects, backup, listed.isCopied ? copy : undefined, ask);
  return { standing, backup, unreadable, lock };
}

export const twofold = ({ object: { key } }: SurveyedBackup['listed']): Unreadable => ({
  key,
  why: 'another manifest has the same id',
});

function triedOut(backup: OwnBackup): BackupFacts['standing'] {
  if (isVerified(backup)) return 'verified';
  return hasFailed(backup) ? 'broken' : 'untried';
}

/** Where the data of a backup's copy lies. */
export const copyOfData = ({ bucket, prefix }: BackupPlace, { dataAt }: OwnBackup) => ({
  bucket,
  key: dataKeyBeside(prefix, dataAt.key),
});

/** Of the original and of its copy, whichever holds longer: neither goes without the other. */
async function lockOf(
  objects: Objects,
  backup: OwnBackup,
  copy: BackupPlace | undefined,
  ask: AskOptions,
): Promise<ObjectLock> {
  const [own, other] = await Promise.all([
    objects.lockOf(backup.dataAt, ask),
    copy ? objects.lockOf(copyOfData(copy, backup), ask) : undefined,
  ]);
  if (!other) return own;
  const [longest] = [own.retention, other.retention]
    .filter((retention) => retention !== undefined)
    .toSorted((a, b) => b.until.getTime() - a.until.getTime());
  return { ...(longest ? { retention: longest } : {}), legalHold: own.legalHold || other.legalHold };
}
