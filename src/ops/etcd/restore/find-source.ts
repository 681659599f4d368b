import { Refusal } from '../../../chatops/errors.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { AskOptions, Objects } from '../../../ports/objects.ts';
import { type Backup, hasFailed, isBeforeRestore, isVerified } from '../backup/backup.ts';
import { findBackup } from '../backup/find-backup.ts';
import { isFromFuture } from '../backup/freshness.ts';
import { expectedBytes } from '../backup/open-backup.ts';
import type { Source } from './decided.ts';

/** The backup that a plan restores, and what is known of it. */
export interface FoundSource {
  readonly backup: Backup;
  readonly source: Source;
  /** What names it for ever, in place of 'latest'. */
  readonly name: string;
  readonly revision: bigint | undefined;
  readonly etcdVersion: string | undefined;
  /** Living keys by resource when it was taken. */
  readonly resources: Readonly<Record<string, number>> | undefined;
  readonly warnings: readonly string[];
}

export interface SourceWish {
  readonly which: string;
  /** Also one that was never tried out. */
  readonly unverified: boolean;
  readonly now: Date;
}

/** 'etcd-20260301.tar.gz:member/snap/db': a file in an archive. */
const inArchive = /^(?<archive>[^:]+\.tar\.gz):(?<member>[^:]+)$/;

/**
 * The backup that is meant. 'latest' is the newest that was restored into a scratch etcd and found good. Throws Refusal where there is none, where it
 * was not tried out or found broken and nobody said that it is to be restored all the same; Fault.
 */
export async function findSource(
  objects: Objects,
  cluster: Cluster,
  { which, unverified, now }: SourceWish,
  ask: AskOptions,
): Promise<FoundSource> {
  const { archive, member } = inArchive.exec(which)?.groups ?? {};
  const wanted = archive ?? (which === 'latest' && !unverified ? 'latest-verified' : which);
  const backup = await findBackup(objects, cluster, wanted, ask);
  if (!unverified) mustBeVerified(cluster, backup, member);
  const newer = which === 'latest' && !unverified ? await newerOne(objects, cluster, backup, ask) : [];
  const facts = factsOf(backup, member);
  const source = await sourceOf(objects, backup, member, ask);
  return {
    backup,
    source: { ...source, ...(facts.resources ? { resources: facts.resources } : {}) },
    name: member === undefined ? nameOf(backup) : `${nameOf(backup)}:${member}`,
    ...facts,
    warnings: [...replacedState(backup), ...warningsOf(backup, member, now), ...newer],
  };
}

const replacedState = (backup: Backup): readonly string[] =>
  isBeforeRestore(backup)
    ? ['THIS IS THE STATE THAT AN EARLIER RESTORE REPLACED: whatever was wrong then comes back with it.']
    : [];

/** Several foreign files may have one name. */
const nameOf = (backup: Backup): string => (backup.kind === 'own' ? backup.id : backup.dataAt.key);

function mustBeVerified({ name }: Cluster, backup: Backup, member: string | undefined): void {
  if (member !== undefined) {
    throw new Refusal(
      `${member} in ${backup.id} was copied from a data directory: it carries no hash, and nobody has tried it out. Nothing was changed.`,
      [
        'What it holds may be torn. The snapshot beside it is better. If there is nothing else, say so: ',
        { command: `restore ${name} ${nameOf(backup)}:${member} --unverified --reason "…"` },
      ],
    );
  }
  if (hasFailed(backup)) {
    throw new Refusal(
      `${backup.id} was tried out and found broken: ${backup.verification?.findings.join(' ') ?? ''} Nothing was changed.`,
      ['Take another one: ', { command: `backups ${name}` }],
    );
  }
  if (isVerified(backup)) return;
  throw new Refusal(
    `${backup.id} has not been tried out: nobody knows whether it can be restored. Nothing was changed.`,
    [
      'Add --unverified where there is no time; otherwise try it out first: ',
      { command: `verify ${name} ${nameOf(backup)}` },
    ],
  );
}

async function newerOne(
  objects: Objects,
  cluster: Cluster,
  verified: Backup,
  ask: AskOptions,
): Promise<readonly string[]> {
  const newest = await findBackup(objects, cluster, 'latest', ask);
  if (
    isBeforeRestore(newest) ||
    newest.stem === verified.stem ||
    newest.takenAt <= verified.takenAt ||
    hasFailed(newest)
  )
    return [];
  return [
    `${newest.id} is newer and has not been tried out: “verify ${cluster.name} ${nameOf(newest)}” and plan again, to lose less.`,
  ];
}

async function sourceOf(
  objects: Objects,
  backup: Backup,
  member: string | undefined,
  ask: AskOptions,
): Promise<Source> {
  const { bucket, key } = backup.dataAt;
  const head = await objects.head(backup.dataAt, ask);
  if (!head) {
    throw new Refusal(
      `The data of ${backup.id}, ${key}, is not in the store. Nothing was changed.`,
      'Take another backup; look for what deleted this one.',
    );
  }
  const common = { id: backup.id, bucket, key, ...(head.etag === undefined ? {} : { etag: head.etag }) };
  if (backup.kind === 'own') {
    const { sizeBytes: databaseBytes, sha256 } = backup.manifest.database;
    return { ...common, databaseBytes, sha256 };
  }
  const databaseBytes = backup.verification?.databaseBytes ?? expectedBytes(backup);
  return { ...common, databaseBytes, ...(member === undefined ? {} : { member }) };
}

function factsOf(
  backup: Backup,
  member: string | undefined,
): Pick<FoundSource, 'revision' | 'etcdVersion' | 'resources'> {
  if (member !== undefined) return { revision: undefined, etcdVersion: undefined, resources: undefined };
  if (backup.kind === 'foreign') {
    const { revision, keys } = backup.verification ?? {};
    return { revision, etcdVersion: undefined, resources: keys?.resources };
  }
  const { revision, etcdVersion, keys } = backup.manifest;
  return {
    revision: revision.kind === 'exact' ? revision.revision : revision.atMost,
    etcdVersion,
    resources: keys?.resources,
  };
}

function warningsOf(backup: Backup, member: string | undefined, now: Date): readonly string[] {
  const said: string[] = [];
  if (member !== undefined) {
    said.push(
      `NO HASH: ${member} was copied from a data directory while etcd may have written to it, and is restored with --skip-hash-check. Nothing proves that it is whole, and what stood only in the log beside it is missing.`,
    );
  } else if (hasFailed(backup)) {
    said.push(`FOUND BROKEN when it was tried out: ${backup.verification?.findings.join(' ') ?? ''}`);
  } else if (!isVerified(backup)) {
    said.push('NOT VERIFIED: nobody has restored this backup before.');
  }
  if (isFromFuture(backup, now))
    said.push(`${backup.id} is dated later than now: a clock was wrong, and its age is not known.`);
  return said;
}
