import type { BackupPlace } from '../../../ports/catalogue.ts';
import type { ObjectAt } from '../../../ports/objects.ts';
import { verificationKey } from './backup-layout.ts';
import type { BackupManifest } from './manifest.ts';
import type { Verification } from './verification.ts';

interface InBucket {
  /** What its keys share; see backup-layout. */
  readonly stem: string;
  /** Unique within a cluster: a run's id, or a foreign file's name. */
  readonly id: string;
  readonly takenAt: Date;
  /** The object that holds the data. */
  readonly dataAt: ObjectAt;
  readonly storedBytes: number;
  /** The latest one. */
  readonly verification?: Verification;
}

/** A backup that Salvor took: it exists because its manifest does. */
export interface OwnBackup extends InBucket {
  readonly kind: 'own';
  readonly manifest: BackupManifest;
  readonly manifestAt: ObjectAt;
  /** In which bucket of salvor.yaml a copy stands, where one does. */
  readonly copiedTo?: string;
}

export const foreignForms = ['db', 'db.gz', 'db.zst', 'tar.gz'] as const;
export type ForeignForm = (typeof foreignForms)[number];

/** A backup that something else made: what is known of it is its name, its size, and what trying it out told. */
export interface ForeignBackup extends InBucket {
  readonly kind: 'foreign';
  readonly form: ForeignForm;
}

/** The reason that a restore gives for the backup it takes of what is there. */
export const beforeRestore = 'before a restore';

/** What a restore has saved of the state that it took away: nobody means it by 'latest'. */
export const isBeforeRestore = (backup: Backup): boolean =>
  backup.kind === 'own' && backup.manifest.reason === beforeRestore;

/** A backup as the bucket holds it. The bucket is the truth. */
export type Backup = OwnBackup | ForeignBackup;

/** Restored into a scratch etcd, and found good. Bytes that were read and are right are no such proof: nobody has seen them restore. */
export const isVerified = ({ verification }: Backup): boolean =>
  verification?.passed === true && verification.how === 'drill';

/** Tried out, and found broken. */
export const hasFailed = ({ verification }: Backup): boolean => verification?.passed === false;

/** Where it is written what trying a backup out came to: always under the cluster's own prefix. */
export function verificationAt({ stem }: Backup, { bucket, prefix }: BackupPlace, passed: boolean): ObjectAt {
  return { bucket, key: verificationKey(prefix, stem, passed) };
}
